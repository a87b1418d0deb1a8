package pegcount

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
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
	if running.stop != nil {
		running.stop()
	}
	os.RemoveAll(home)
	os.Exit(code)
}

// box is a running sandbox.
type box struct {
	API      string `json:"api"`
	Login    string `json:"login"`
	Interval string `json:"interval"`
	Control  string `json:"control"`
	Org      string `json:"org"`
	User     struct {
		ID       string `json:"id"`
		Name     string `json:"username"`
		Password string `json:"password"`
	} `json:"user"`
	Clients map[string]struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	} `json:"clients"`
}

var running struct {
	sync.Once
	box
	err  error
	stop func()
}

// sandbox is the one of all tests, without the faults and the log of others.
func sandbox(t *testing.T) *box {
	t.Helper()
	running.Do(func() {
		program := os.Getenv("SANDBOX_BIN")
		if program == "" {
			running.err = errors.New("SANDBOX_BIN does not name the sandbox: tests/checks/go.sh builds it")
			return
		}
		command := exec.Command(program, "--seed", "7", "--org", "small", "--now", "2026-03-10T09:00:00Z", "--rate", "0")
		out, err := command.StdoutPipe()
		if err == nil {
			err = command.Start()
		}
		if err != nil {
			running.err = err
			return
		}
		running.stop = func() { command.Process.Kill(); command.Wait() }
		running.err = json.NewDecoder(out).Decode(&running.box)
	})
	if running.err != nil {
		t.Fatal(running.err)
	}
	running.box.control(t, "POST", "/reset", nil)
	return &running.box
}

func (b *box) control(t *testing.T, method, path string, body any) json.RawMessage {
	t.Helper()
	text, _ := json.Marshal(body)
	if body == nil {
		text = nil
	}
	request, err := http.NewRequest(method, b.Control+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %s %s %v", method, path, response.Status, answer, err)
	}
	return answer
}

func (b *box) fault(t *testing.T, name string, arg any, count int) {
	t.Helper()
	b.control(t, "POST", "/faults", map[string]any{"name": name, "arg": arg, "count": count})
}

// asked is a line of the sandbox's log.
type asked struct {
	Method, Path string
	Status       int
}

// log is all that was asked.
func (b *box) log(t *testing.T) []asked {
	t.Helper()
	return into[struct{ Requests []asked }](t, b.control(t, "GET", "/requests", nil)).Requests
}

// requests are those that were made to paths with this end.
func (b *box) requests(t *testing.T, end string) int {
	t.Helper()
	count := 0
	for _, request := range b.log(t) {
		if strings.HasSuffix(request.Path, end) {
			count++
		}
	}
	return count
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
