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
	"runtime"
	"syscall"
)

// TokenStore is where a token is kept for others. When to load, lock, take a lock over or save is decided by the core.
// A store that fails means no sharing, and a notice; never a failed report.
type TokenStore interface {
	// Load reads the record; it is empty if there is none. It takes no lock.
	Load(ctx context.Context) (record string, err error)
	// Lock makes the lock if nobody holds it, or puts owner in the place of takeover (if that is not empty) if that
	// one still holds it. It answers who holds the lock afterwards.
	Lock(ctx context.Context, owner, takeover string) (holder string, err error)
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
func (s *FileStore) Lock(_ context.Context, owner, takeover string) (string, error) {
	lock := s.path + ".lock"
	holder := ""
	if takeover != "" {
		var err error
		if holder, err = read(lock); err != nil {
			return "", err
		}
	}
	if takeover != "" && holder == takeover {
		if err := s.replace(lock, owner); err != nil {
			return "", err
		}
	} else {
		made, err := s.create(lock, owner)
		if made || err != nil {
			return owner, err
		}
	}
	// Between two that take over at once, the last rename wins: so look.
	return read(lock)
}

// Save replaces the record.
func (s *FileStore) Save(_ context.Context, record string) error { return s.replace(s.path, record) }

// Unlock removes the lock.
func (s *FileStore) Unlock(_ context.Context, owner string) error {
	holder, err := read(s.path + ".lock")
	if err == nil && holder == owner {
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

func (s *FileStore) create(path, text string) (bool, error) {
	if err := s.folder(); err != nil {
		return false, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = file.WriteString(text)
	return err == nil, errors.Join(err, file.Close())
}

func (s *FileStore) replace(path, text string) error {
	if err := s.folder(); err != nil {
		return err
	}
	// A name of its own for each writer; mode 0600 before the first byte.
	own := make([]byte, 4)
	rand.Read(own)
	temporary := fmt.Sprintf("%s.%d.%s", path, os.Getpid(), hex.EncodeToString(own))
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}

func (s *FileStore) folder() error { return os.MkdirAll(filepath.Dir(s.path), 0o700) }

func read(path string) (string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
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
