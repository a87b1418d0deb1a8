package pegcount

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pegcount/pegcount/bindings-wasm/go/internal/simulated"
)

// TestMain keeps settings of the machine away from the tests, and the tests away from the machine.
func TestMain(m *testing.M) {
	cache := os.Getenv("PEGCOUNT_TEST_CACHE")
	if cache == "" {
		panic("PEGCOUNT_TEST_CACHE names no folder for the compiled core: tests/checks/go.sh does")
	}
	if err := UseCompilationCache(cache); err != nil {
		panic(err)
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "GENESYS") || strings.HasPrefix(name, "PEGCOUNT_") && !strings.HasPrefix(name, "PEGCOUNT_TEST") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			os.Unsetenv(name)
		}
	}
	home, err := os.MkdirTemp("", "pegcount")
	if err != nil {
		panic(err)
	}
	os.Setenv("HOME", home)
	os.Setenv("XDG_CACHE_HOME", home+"/cache")
	os.Setenv("XDG_CONFIG_HOME", home+"/config")
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

// box is a running sandbox.
type box struct{ *simulated.Sandbox }

// sandbox is one that no other test has seen.
func sandbox(t *testing.T) *box {
	t.Helper()
	return &box{simulated.Start(t, "--seed", "7", "--org", "small", "--now", "2026-03-10T09:00:00Z", "--rate", "0")}
}

// client is one of those of the sandbox. Time is the sandbox's and passes without waiting.
func (b *box) client(t *testing.T, name string, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{APIURL: b.API, LoginURL: b.Login, TokenStore: NoTokenStore, Clock: newClock()}
	config.ClientID, config.ClientSecret = b.Clients[name].ID, b.Clients[name].Secret
	for _, change := range change {
		change(&config)
	}
	return made(t, config)
}

func made(t *testing.T, config Config) *Client {
	t.Helper()
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if clock, fake := config.Clock.(*fakeClock); fake {
		clock.pump = client.pump
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// fakeClock is one on which waiting takes no time. It passes only while a reader waits and nothing is carried out.
type fakeClock struct {
	pump *pump
	// frozen: it does not pass at all.
	frozen bool
	// passed is told how much time passed, if it is there.
	passed func(time.Duration)
	mutex  sync.Mutex
	mono   time.Duration
	wall   time.Time
	waits  []time.Duration
}

func newClock() *fakeClock {
	return &fakeClock{mono: time.Hour, wall: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Monotonic() time.Duration {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.mono
}

func (c *fakeClock) Wall() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.wall
}

// AfterFunc is called under the pump's lock, and so is what it gives back.
func (c *fakeClock) AfterFunc(wait time.Duration, call func()) func() {
	stopped := c.frozen
	go func() {
		for c.busy(&stopped) {
			runtime.Gosched()
		}
		c.pump.mutex.Lock()
		if stopped {
			c.pump.mutex.Unlock()
			return
		}
		c.mutex.Lock()
		c.mono, c.wall, c.waits = c.mono+wait, c.wall.Add(wait), append(c.waits, wait)
		c.mutex.Unlock()
		c.pump.mutex.Unlock()
		if c.passed != nil {
			c.passed(wait)
		}
		call()
	}()
	return func() { stopped = true }
}

// busy tells whether something is carried out, or a reader has yet to hear of it.
func (c *fakeClock) busy(stopped *bool) bool {
	c.pump.mutex.Lock()
	defer c.pump.mutex.Unlock()
	for c.pump.working > 0 && !*stopped {
		c.pump.resting.Wait()
	}
	for _, call := range c.pump.calls {
		if len(call.events) > 0 && !*stopped {
			return true
		}
	}
	return false
}

// refused is the error that a report ends with.
func refused(t *testing.T, pages func(func(*Page, error) bool)) *Error {
	t.Helper()
	_, err := Collect(pages)
	var told *Error
	if !errors.As(err, &told) {
		t.Fatalf("no error of this library: %v", err)
	}
	return told
}
