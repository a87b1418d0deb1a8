package pegcount

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// TokenStore is where a token is kept for others. When to load, lock, take a lock over or save is decided by the core.
// A store that fails means no sharing, and a notice; never a failed report.
type TokenStore interface {
	// Load reads the record; it is empty if there is none. It takes no lock.
	Load(ctx context.Context) (record string, err error)
	// Lock makes the lock if nobody holds it, or, where takeover is not nil, puts owner in its place if that one still
	// holds it. It answers who holds the lock afterwards. A holder may have an empty name: one that died before it
	// wrote it.
	Lock(ctx context.Context, owner string, takeover *string) (holder string, err error)
	// Save replaces the record, all or nothing.
	Save(ctx context.Context, record string) error
	// Unlock removes the lock if owner holds it.
	Unlock(ctx context.Context, owner string) error
}

// NoTokenStore does without: each client logs in for itself.
var NoTokenStore TokenStore = noStore{}

type noStore struct{ TokenStore }

// FileStore keeps a token in a file of mode 0600, with a file ".lock" beside it. Programs in other languages that use
// this library share it.
type FileStore struct{ path string }

// NewFileStore makes a store of a file, which need not exist.
func NewFileStore(path string) *FileStore { return &FileStore{path} }

// Path is where the token lies.
func (s *FileStore) Path() string { return s.path }

// Load reads the record. A file that is open to others, or theirs, is not read.
func (s *FileStore) Load(context.Context) (string, error) {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	found, err := file.Stat()
	if err != nil {
		return "", err
	}
	mode := found.Mode().Perm()
	switch uid, told := owner(found); {
	case told && mode&0o077 != 0:
		return "", exposed(fmt.Sprintf("%s has mode %04o, which lets others at the token: chmod 600 %s", s.path, mode, s.path))
	case told && uid != os.Geteuid() && uid != 0:
		return "", exposed(fmt.Sprintf("%s (mode %04o) belongs to another user: make it yours, then chmod 600 %s", s.path, mode, s.path))
	}
	text, err := io.ReadAll(file)
	return string(text), err
}

// exposed says of a token file that others can read it. It holds a path and a mode, and may be shown.
type exposed string

func (e exposed) Error() string { return string(e) }

// Lock makes the lock, or takes it over.
func (s *FileStore) Lock(_ context.Context, owner string, takeover *string) (string, error) {
	lock := s.path + ".lock"
	stale := false
	if takeover != nil {
		holder, there, err := read(lock)
		if err != nil {
			return "", err
		}
		stale = there && holder == *takeover
	}
	if stale {
		if err := s.replace(lock, owner); err != nil {
			return "", err
		}
	} else if made, err := s.create(lock, owner); made || err != nil {
		return owner, err
	}
	// Between two that take over at once, the last rename wins: so look.
	holder, _, err := read(lock)
	return holder, err
}

// Save replaces the record.
func (s *FileStore) Save(_ context.Context, record string) error {
	err := s.replace(s.path, record)
	if err == nil {
		s.tidy()
	}
	return err
}

// Unlock removes the lock.
func (s *FileStore) Unlock(_ context.Context, owner string) error {
	holder, there, err := read(s.path + ".lock")
	if err == nil && there && holder == owner {
		err = os.Remove(s.path + ".lock")
	}
	return err
}

// Clear forgets the token. It answers whether there was one.
func (s *FileStore) Clear() (bool, error) {
	err := os.Remove(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// link is missing where the file system has no hard links.
var link = os.Link

// create makes a file that is not there: at once with its text, so that whoever dies meanwhile leaves no part of it.
func (s *FileStore) create(path, text string) (bool, error) {
	if err := s.folder(); err != nil {
		return false, err
	}
	temporary, err := temporary(path, text)
	if err != nil {
		return false, err
	}
	err = link(temporary, path)
	// If it cannot be removed, the next that saves will do it.
	_ = os.Remove(temporary)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// Without hard links, it is there before its text is.
		err = write(path, text)
	}
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

// replace puts a text in the place of a file.
func (s *FileStore) replace(path, text string) error {
	if err := s.folder(); err != nil {
		return err
	}
	temporary, err := temporary(path, text)
	if err != nil {
		return err
	}
	if err = os.Rename(temporary, path); err != nil {
		err = errors.Join(err, os.Remove(temporary))
	}
	return err
}

// temporary writes a text to a file with a name of its own beside another.
func temporary(path, text string) (string, error) {
	own := make([]byte, 4)
	rand.Read(own)
	name := fmt.Sprintf("%s.%d.%s", path, os.Getpid(), hex.EncodeToString(own))
	return name, write(name, text)
}

// leftover is what follows the name of the file, or of its lock, in the name of a temporary one.
var leftover = regexp.MustCompile(`^(\.lock)?\.[0-9]+\.[0-9a-f]{8}$`)

// tidy removes what processes left behind that died while they wrote. It may hold a token. What is young may be in use.
func (s *FileStore) tidy() {
	saved, err := os.Stat(s.path)
	if err != nil {
		return
	}
	folder, name := filepath.Split(s.path)
	// What cannot be seen or removed stays: the token is saved.
	around, _ := os.ReadDir(filepath.Clean(folder))
	for _, file := range around {
		if rest, ours := strings.CutPrefix(file.Name(), name); ours && leftover.MatchString(rest) {
			if found, err := file.Info(); err == nil && saved.ModTime().Sub(found.ModTime()) > time.Minute {
				_ = os.Remove(filepath.Join(folder, file.Name()))
			}
		}
	}
}

func (s *FileStore) folder() error { return os.MkdirAll(filepath.Dir(s.path), 0o700) }

// write makes a file of mode 0600 that must not be there, with its whole text or not at all.
func write(path, text string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// read tells what a lock says, and whether it is there.
func read(path string) (text string, there bool, err error) {
	bytes, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	// As the core will hear it, and name it when it is taken over.
	return strings.ToValidUTF8(string(bytes), "\uFFFD"), err == nil, err
}

// perform carries out one order of the core and answers in its shape.
func perform(store TokenStore, order order) any {
	if store == nil {
		return map[string]any{"failed": "there is none"}
	}
	ctx := context.Background()
	var err error
	switch order.Op {
	case "load":
		var record string
		if record, err = store.Load(ctx); err == nil {
			if record == "" {
				return map[string]any{"loaded": nil}
			}
			return map[string]any{"loaded": record}
		}
	case "lock":
		var holder string
		if holder, err = store.Lock(ctx, order.Owner, order.Takeover); err == nil {
			if holder == order.Owner {
				return "locked"
			}
			return map[string]any{"busy": holder}
		}
	case "save":
		err = store.Save(ctx, order.Record)
	case "unlock":
		err = store.Unlock(ctx, order.Owner)
	}
	if err != nil {
		return map[string]any{"failed": kindOf(err)}
	}
	return "done"
}

// kindOf says what failed, without an unknown error's text: that could hold a token.
func kindOf(err error) string {
	var open exposed
	if errors.As(err, &open) {
		return open.Error()
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return fmt.Sprintf("%T", err)
}

// userFolder is the user's "cache" or "config" folder of this library, the same in every language.
func userFolder(kind string) string {
	home, _ := os.UserHomeDir()
	base := ""
	switch {
	case runtime.GOOS == "windows" && kind == "cache":
		base = os.Getenv("LOCALAPPDATA")
	case runtime.GOOS == "windows":
		base = os.Getenv("APPDATA")
	case kind == "cache":
		base = os.Getenv("XDG_CACHE_HOME")
	default:
		base = os.Getenv("XDG_CONFIG_HOME")
	}
	if base == "" {
		switch {
		case runtime.GOOS == "windows":
			base = home
		case kind == "cache" && runtime.GOOS == "darwin":
			base = filepath.Join(home, "Library", "Caches")
		default:
			base = filepath.Join(home, "."+kind)
		}
	}
	return filepath.Join(base, "pegcount")
}
