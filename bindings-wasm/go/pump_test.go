package pegcount

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// scripted answers in memory: log-ins with a token that lives 1000 s, all else with a small object, unless told.
type scripted struct {
	logins atomic.Int32
	login  func(*http.Request)
	all    func(*http.Request)
}

func (s *scripted) RoundTrip(request *http.Request) (*http.Response, error) {
	body := `{"id":"me"}`
	if strings.HasSuffix(request.URL.Path, "/oauth/token") {
		s.logins.Add(1)
		if s.login != nil {
			s.login(request)
		}
		body = `{"access_token":"tok-SECRET-1","expires_in":1000}`
	} else if s.all != nil {
		s.all(request)
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: request}, nil
}

func (s *scripted) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{Region: "eu-west-1", ClientID: "id", ClientSecret: "secret-SECRET", TokenStore: NoTokenStore,
		HTTPClient: &http.Client{Transport: s}, Pace: 1 << 30}
	for _, change := range change {
		change(&config)
	}
	return made(t, config)
}

func me(ctx context.Context, client *Client) error {
	pages, err := Collect(client.Call(ctx, "GET", "/api/v2/users/me"))
	if err == nil && (len(pages) != 1 || string(pages[0].Body) != `{"id":"me"}`) {
		return errors.New("another answer")
	}
	return err
}

// together runs as many goroutines, and waits for them.
func together(t *testing.T, many int, do func() error) {
	t.Helper()
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			if err := do(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestARenewalBlocksNobodyWhoseTokenLives(t *testing.T) {
	renewing, goOn := make(chan struct{}), make(chan struct{})
	server := &scripted{}
	server.login = func(*http.Request) {
		if server.logins.Load() == 2 {
			close(renewing)
			<-goOn
		}
	}
	clock := newClock()
	clock.frozen = true
	client := server.client(t, func(c *Config) { c.Clock = clock })
	if err := me(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	clock.mutex.Lock()
	clock.mono += 970 * time.Second // the token lives for half a minute more
	clock.mutex.Unlock()
	together(t, 32, func() error { return me(t.Context(), client) })
	<-renewing
	close(goOn)
	together(t, 32, func() error { return me(t.Context(), client) })
	if logins := server.logins.Load(); logins != 2 {
		t.Fatal(logins)
	}
}

func TestOneLogInServesAll(t *testing.T) {
	server := &scripted{}
	client := server.client(t)
	together(t, 32, func() error { return me(t.Context(), client) })
	if logins := server.logins.Load(); logins != 1 {
		t.Fatal(logins)
	}
}

func TestGoroutinesShareAClientAndItsPages(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	pages, err := Collect(client.Conversations(t.Context(), Interval(box.Interval)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := pages[0].Table(TableSegments)
	if err != nil {
		t.Fatal(err)
	}
	together(t, 32, func() error {
		table, err := pages[0].Table(TableSegments)
		if err == nil && !bytes.Equal(table.block, want.block) {
			return errors.New("another table")
		}
		if err == nil {
			_, err = Collect(client.Directory(t.Context(), "users", PageSize(5)))
		}
		return err
	})
	if idle := len(stateless().idle); idle > runtime.GOMAXPROCS(0) {
		t.Fatal(idle, "instances")
	}
}

func TestASlowCallDoesNotHoldUpTheOthers(t *testing.T) {
	asked, goOn := make(chan struct{}), make(chan struct{})
	server := &scripted{all: func(request *http.Request) {
		if strings.HasSuffix(request.URL.Path, "/organizations/me") {
			close(asked)
			<-goOn
		}
	}}
	client := server.client(t)
	done := make(chan error)
	go func() {
		_, err := Collect(client.Call(t.Context(), "GET", "/api/v2/organizations/me"))
		done <- err
	}()
	<-asked
	if err := me(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestALogInOutlivesTheCallThatAskedFirst(t *testing.T) {
	asked, goOn := make(chan struct{}), make(chan struct{})
	server := &scripted{login: func(*http.Request) {
		close(asked)
		<-goOn
	}}
	client := server.client(t)
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan error), make(chan error)
	go func() { first <- me(ctx, client) }()
	<-asked
	go func() { second <- me(t.Context(), client) }()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) || !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	close(goOn)
	if err := <-second; err != nil || server.logins.Load() != 1 {
		t.Fatal(err, server.logins.Load())
	}
}

func TestNothingIsSentBeforeAPageIsAskedFor(t *testing.T) {
	server := &scripted{all: func(*http.Request) { t.Error("something is sent") }}
	report := server.client(t).Directory(t.Context(), "users")
	if report == nil || server.logins.Load() != 0 {
		t.Fatal("something is sent")
	}
}

func TestAReportThatIsLeftIsForgotten(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	for range 3 {
		for _, err := range client.Directory(t.Context(), "users", PageSize(2)) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if open := len(client.pump.calls); open != 0 {
		t.Fatal(open, "calls are open")
	}
	if asked := len(box.Requests("/users")); asked != 3 {
		t.Fatal(asked, "requests: no page may be fetched before it is asked for")
	}
}

func TestADeadlineOfTheContext(t *testing.T) {
	server := standin(t, never(""))
	client := server.client(t, func(c *Config) { c.Clock = nil })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Collect(client.Directory(ctx, "queues")); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
}

func TestAClosedClient(t *testing.T) {
	asked := make(chan struct{})
	server := &scripted{all: func(request *http.Request) {
		close(asked)
		<-request.Context().Done()
	}}
	client := server.client(t)
	open := make(chan error)
	go func() { open <- me(t.Context(), client) }()
	<-asked
	client.Close()
	if err := <-open; !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	if err := me(t.Context(), client); !errors.Is(err, ErrCancelled) || !strings.Contains(err.Error(), "closed") {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAClientThatIsClosedWhileItLogsInLeavesNoLock(t *testing.T) {
	asked := make(chan struct{})
	server := &scripted{login: func(request *http.Request) {
		close(asked)
		<-request.Context().Done()
	}}
	store := NewFileStore(filepath.Join(t.TempDir(), "token.json"))
	client := server.client(t, func(c *Config) { c.TokenStore = store })
	open := make(chan error)
	go func() { open <- me(t.Context(), client) }()
	<-asked
	if holder, err := store.Lock(t.Context(), "me", nil); err != nil || holder == "me" {
		t.Fatal("the lock is not held", err)
	}
	client.Close()
	if err := <-open; !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	if holder, err := store.Lock(t.Context(), "me", nil); err != nil || holder != "me" {
		t.Fatal("a lock is left behind", err)
	}
}

func TestTenThousandCallsLeaveMemoryWhereItWas(t *testing.T) {
	client := (&scripted{}).client(t, func(c *Config) { c.Clock, c.Pace = newClock(), 300 })
	calls := func(many int) {
		for range many {
			if err := me(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
	}
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	calls(1_000)
	session, before, goroutines := client.pump.session.instance.size(), heap(), runtime.NumGoroutine()
	calls(10_000)
	after := heap()
	t.Logf("session %d -> %d bytes, heap %d -> %d", session, client.pump.session.instance.size(), before, after)
	if size := client.pump.session.instance.size(); size != session {
		t.Errorf("the session grew from %d to %d bytes", session, size)
	}
	if after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
	if now := runtime.NumGoroutine(); now > goroutines+4 {
		t.Errorf("%d goroutines became %d", goroutines, now)
	}
}

func TestAnInstanceThatHasGrownIsGivenUp(t *testing.T) {
	row := `{"conversationId":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","conversationStart":"2026-03-09T00:00:00.000Z"},`
	body := `{"conversations":[` + strings.Repeat(row, 300_000) + `{}]}`
	page, err := Decode(ConversationsReport{}, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if table, err := page.Table(TableConversations); err != nil || table.Len() != 300_001 {
		t.Fatal(err)
	}
	for _, idle := range stateless().idle {
		if idle.size() > grown {
			t.Fatalf("an instance of %d MiB is kept", idle.size()>>20)
		}
	}
}
