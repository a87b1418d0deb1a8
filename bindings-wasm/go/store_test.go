package pegcount

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func fileStore(t *testing.T) *FileStore {
	return NewFileStore(filepath.Join(t.TempDir(), "pegcount", "token.json"))
}

// told is an answer of a store, or the end of the test.
func told[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func TestARecordComesBackAndIsNobodyElses(t *testing.T) {
	store, ctx := fileStore(t), t.Context()
	if record := told[string](t)(store.Load(ctx)); record != "" {
		t.Fatal(record)
	}
	for _, record := range []string{"first", "second"} {
		if err := store.Save(ctx, record); err != nil {
			t.Fatal(err)
		}
	}
	if record := told[string](t)(store.Load(ctx)); record != "second" {
		t.Fatal(record)
	}
	folder := filepath.Dir(store.Path())
	if left := told[[]os.DirEntry](t)(os.ReadDir(folder)); len(left) != 1 {
		t.Fatal(left)
	}
	for path, want := range map[string]fs.FileMode{store.Path(): 0o600, folder: 0o700} {
		if mode := told[fs.FileInfo](t)(os.Stat(path)).Mode().Perm(); mode != want && runtime.GOOS != "windows" {
			t.Fatal(path, mode)
		}
	}
	clear := told[bool](t)
	if !clear(store.Clear()) || clear(store.Clear()) {
		t.Fatal("cleared twice, or never")
	}
}

func TestALockHasOneOwner(t *testing.T) {
	store, ctx := fileStore(t), t.Context()
	lock := func(owner, holder string, takeover ...string) {
		t.Helper()
		var from *string
		if len(takeover) > 0 {
			from = &takeover[0]
		}
		if held := told[string](t)(store.Lock(ctx, owner, from)); held != holder {
			t.Fatal(held)
		}
	}
	unlock := func(owner string) {
		t.Helper()
		if err := store.Unlock(ctx, owner); err != nil {
			t.Fatal(err)
		}
	}
	lock("a", "a")
	lock("b", "a")
	unlock("b")
	lock("b", "a", "someone else")
	lock("b", "b", "a")
	lock("c", "b", "a")
	lock("c", "b", "")
	unlock("b")
	lock("c", "c", "")
	unlock("c")
	// One that died before it wrote its name, or wrote something else.
	for name, holder := range map[string]string{"": "", "\xff\xfe": "\uFFFD"} {
		if err := os.WriteFile(store.Path()+".lock", []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		lock("d", holder)
		lock("d", "d", holder)
		unlock("d")
	}
	lock("c", "c")
	if mode := told[fs.FileInfo](t)(os.Stat(store.Path() + ".lock")).Mode().Perm(); mode != 0o600 && runtime.GOOS != "windows" {
		t.Fatal(mode)
	}
}

func TestManyTakeALockAndOneGetsIt(t *testing.T) {
	store := fileStore(t)
	var holders sync.Map
	together(t, 16, func() error {
		owner := rawName()
		holder, err := store.Lock(t.Context(), owner, nil)
		if holder == owner {
			holders.Store(owner, true)
		}
		return err
	})
	count := 0
	holders.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Fatal(count, "holders")
	}
}

var names struct {
	sync.Mutex
	last int
}

func rawName() string {
	names.Lock()
	defer names.Unlock()
	names.last++
	return strings.Repeat("x", names.last)
}

// full is a store whose disk is full, and whose errors hold what they should not.
type full struct{}

func (full) fail() error {
	return &fs.PathError{Op: "write tok-SECRET-1", Path: "x", Err: syscall.ENOSPC}
}
func (f full) Load(context.Context) (string, error)                  { return "", f.fail() }
func (f full) Lock(context.Context, string, *string) (string, error) { return "", f.fail() }
func (f full) Save(context.Context, string) error                    { return f.fail() }
func (f full) Unlock(context.Context, string) error                  { return errors.New("tok-SECRET-1") }

func TestAStoreThatFailsIsToldAndTheReportGoesOn(t *testing.T) {
	var log bytes.Buffer
	client := (&scripted{}).client(t, func(c *Config) {
		c.TokenStore, c.Logger = full{}, slog.New(slog.NewTextHandler(&log, nil))
	})
	if err := me(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	client.Close() // By then, what was noticed is told.
	if text := log.String(); !strings.Contains(text, "no space left") || strings.Contains(text, "SECRET") {
		t.Fatal(text)
	}
}

func TestALockThatNobodyHoldsAnyMoreIsTakenOver(t *testing.T) {
	for _, name := range []string{"gone", "", "\xff\xfe\x00"} {
		store := fileStore(t)
		folder := filepath.Dir(store.Path())
		if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(store.Path()+".lock", []byte(name), 0o600)); err != nil {
			t.Fatal(err)
		}
		client := (&scripted{}).client(t, func(c *Config) { c.TokenStore, c.Clock = store, newClock() })
		if _, err := Collect(client.Call(t.Context(), "GET", "/api/v2/users/me", Deadline(2*time.Minute))); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if left := told[[]os.DirEntry](t)(os.ReadDir(folder)); len(left) != 1 {
			t.Fatal(name, left)
		}
	}
}

func TestWhatAProcessLeftBehindIsRemovedByTheNextThatSaves(t *testing.T) {
	store := NewFileStore(filepath.Join(t.TempDir(), "token.json"))
	folder, long := filepath.Dir(store.Path()), time.Now().Add(-90*time.Second)
	old := []string{"token.json.12.0a1b2c3d", "token.json.lock.12.0a1b2c3d"}
	others := []string{"other.json.12.0a1b2c3d", "token.json.12.0a1b2c3e", "token.json.2024.12", "token.json.bak", "xtoken.json.12.0a1b2c3d"}
	for _, name := range slices.Concat(old, others) {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		// This one is young: whoever makes it may be about to rename it.
		if name == "token.json.12.0a1b2c3e" {
			continue
		}
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Save(t.Context(), "record"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range told[[]os.DirEntry](t)(os.ReadDir(folder)) {
		names = append(names, file.Name())
	}
	if want := slices.Sorted(slices.Values(append(others, "token.json"))); !slices.Equal(names, want) {
		t.Fatal(names)
	}
}

// late is a store that saves when the report that logged in has ended.
type late struct {
	TokenStore
	client *Client
	asked  chan string
	// held: it does not save before this ends.
	held <-chan struct{}
}

func (l *late) Save(ctx context.Context, record string) error {
	l.asked <- "save"
	for open := true; open; runtime.Gosched() {
		l.client.pump.mutex.Lock()
		open = len(l.client.pump.calls) > 0
		l.client.pump.mutex.Unlock()
	}
	if l.held != nil {
		<-l.held
	}
	err := l.TokenStore.Save(ctx, record)
	l.asked <- "saved"
	return err
}

func (l *late) Unlock(ctx context.Context, owner string) error {
	err := l.TokenStore.Unlock(ctx, owner)
	l.asked <- "unlocked"
	return err
}

func TestWhenAReportHasEndedItsLogInIsSavedAndUnlocked(t *testing.T) {
	leaves := func(ctx context.Context, client *Client) error {
		for _, err := range client.Call(ctx, "GET", "/api/v2/users/me") {
			return err
		}
		return nil
	}
	for name, report := range map[string]func(context.Context, *Client) error{"read": me, "left": leaves} {
		t.Run(name, func(t *testing.T) {
			store := &late{TokenStore: fileStore(t), asked: make(chan string, 9)}
			store.client = (&scripted{}).client(t, func(c *Config) { c.TokenStore = store })
			if err := report(t.Context(), store.client); err != nil {
				t.Fatal(err)
			}
			if len(store.asked) != 3 {
				t.Fatal("the store is still at it")
			}
		})
	}
}

func TestWhoCancelsDoesNotWaitForTheStore(t *testing.T) {
	held := make(chan struct{})
	store := &late{TokenStore: fileStore(t), asked: make(chan string, 9), held: held}
	store.client = (&scripted{}).client(t, func(c *Config) { c.TokenStore = store })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- me(ctx, store.client) }()
	<-store.asked
	cancel()
	// It may have had its last word before.
	if err := <-ended; err != nil && !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	if len(store.asked) != 0 {
		t.Fatal("it waited")
	}
	close(held)
	store.client.Close()
	if len(store.asked) != 2 {
		t.Fatal("the lock is left behind")
	}
}

func TestAFileThatIsOpenToOthersIsNotUsed(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // Modes say nothing there.
	}
	box, path := sandbox(t), filepath.Join(t.TempDir(), "token.json")
	ask := func() string {
		t.Helper()
		var log bytes.Buffer
		client := box.client(t, "reporting", func(c *Config) {
			c.TokenStore, c.Logger = NewFileStore(path), slog.New(slog.NewTextHandler(&log, nil))
		})
		if _, err := Collect(client.Directory(t.Context(), "queues")); err != nil {
			t.Fatal(err)
		}
		client.Close() // By then, what was noticed is told.
		return log.String()
	}
	ask()
	spoilt := map[string]func() error{
		path + " has mode 0644, which lets others at the token: chmod 600 " + path: func() error { return os.Chmod(path, 0o644) },
	}
	if os.Geteuid() == 0 { // A file can be given away by root alone.
		spoilt[path+" (mode 0600) belongs to another user: make it yours, then chmod 600 "+path] = func() error { return os.Chown(path, 12345, -1) }
	}
	for want, spoil := range spoilt {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		var record struct {
			Token string `json:"access_token"`
		}
		if err := json.Unmarshal(told[[]byte](t)(os.ReadFile(path)), &record); err != nil || record.Token == "" {
			t.Fatal(err)
		}
		if log := ask(); !strings.Contains(log, want) || strings.Contains(log, record.Token) {
			t.Fatal(log)
		}
		if err := errors.Join(os.Chmod(path, 0o600), os.Chown(path, os.Geteuid(), -1)); err != nil {
			t.Fatal(err)
		}
	}
	ask()
	if logins := box.Logins(); logins != 1+len(spoilt) {
		t.Fatal(logins, "log-ins")
	}
}

func TestTheFileLiesInTheCacheOneForEachHostAndClient(t *testing.T) {
	path := func(region, id string) string {
		t.Helper()
		return made(t, Config{Region: region, ClientID: id, ClientSecret: "s"}).TokenStore().(*FileStore).Path()
	}
	if path("eu-west-1", "a") != path("mypurecloud.ie", "a") || path("eu-west-1", "a") == path("eu-west-1", "b") || path("eu-west-1", "a") == path("eu-central-1", "a") {
		t.Fatal("the file is not that of the host and the client")
	}
	if folder := filepath.Dir(path("eu-west-1", "a")); folder != filepath.Join(os.Getenv("XDG_CACHE_HOME"), "pegcount") {
		t.Fatal(folder)
	}
	if store := made(t, Config{Region: "eu-west-1", Token: "t"}).TokenStore(); store != nil {
		t.Fatal(store)
	}
}

// python runs a program on the wheel, with a client of the sandbox in the environment.
func python(t *testing.T, box *box, program string) string {
	t.Helper()
	interpreter := os.Getenv("PEGCOUNT_TEST_PYTHON")
	if interpreter == "" {
		t.Fatal("PEGCOUNT_TEST_PYTHON does not name a Python with the wheel: tests/checks/go.sh makes one")
	}
	command := exec.Command(interpreter, "-c", program)
	command.Env = append(append(os.Environ(), box.Environ("reporting")...), "INTERVAL="+box.Interval)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestOneLogInForGoAndPython(t *testing.T) {
	for name, first := range map[string]bool{"Go first": true, "Python first": false} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			box := sandbox(t)
			inGo := func() {
				client := box.client(t, "reporting", func(c *Config) { c.TokenStore, c.Clock = nil, nil })
				if _, err := Collect(client.Directory(t.Context(), "queues")); err != nil {
					t.Fatal(err)
				}
			}
			if first {
				inGo()
			}
			python(t, box, `import pegcount; pegcount.Client().directory("queues").read()`)
			if !first {
				inGo()
			}
			if logins := box.Logins(); logins != 1 {
				t.Fatal(logins, "log-ins")
			}
		})
	}
}

func TestTheSameBytesAsPython(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	program := `
import os, pegcount
for page in pegcount.Client(token_store=False).conversations(os.environ["INTERVAL"]):
    for name in page.tables:
        table = page.tables[name]
        print(name, table.native.to_csv(True).hex(), table.native.to_ndjson().hex())`
	theirs := strings.Split(strings.TrimSpace(python(t, box, program)), "\n")
	var ours []string
	for page, err := range client.Conversations(t.Context(), Interval(box.Interval)) {
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range told[[]*Table](t)(page.Tables()) {
			csv, lines := told[[]byte](t)(table.CSV(true)), told[[]byte](t)(table.NDJSON())
			ours = append(ours, table.Name()+" "+hex.EncodeToString(csv)+" "+hex.EncodeToString(lines))
		}
	}
	if len(ours) < 10 || len(ours) != len(theirs) {
		t.Fatal(len(ours), len(theirs))
	}
	for i := range ours {
		if ours[i] != theirs[i] {
			name, _, _ := strings.Cut(ours[i], " ")
			t.Errorf("%s is not the same", name)
		}
	}
}
