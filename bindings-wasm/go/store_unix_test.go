//go:build unix

package pegcount

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// What a process may do with a file that it cannot write into, said to a process of its own: a limit is for a whole one.
const onAFullDisk = "PEGCOUNT_TEST_FULL"

func TestALockThatCannotBeWrittenIsNotThere(t *testing.T) {
	if path := os.Getenv(onAFullDisk); path != "" {
		// The first byte is one too many.
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}); err != nil {
			t.Fatal(err)
		}
		if _, err := NewFileStore(path).Lock(t.Context(), "a", nil); !errors.Is(err, syscall.EFBIG) {
			t.Fatal(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "token.json")
	command := exec.Command(os.Args[0], "-test.run=^TestALockThatCannotBeWrittenIsNotThere$")
	command.Env = append(os.Environ(), onAFullDisk+"="+path)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if left := told[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(path))); len(left) > 0 {
		t.Fatal(left)
	}
}

func TestWithoutHardLinksALockHasOneOwner(t *testing.T) {
	linked := link
	t.Cleanup(func() { link = linked })
	link = func(string, string) error { return syscall.EPERM }
	TestALockHasOneOwner(t)
	TestManyTakeALockAndOneGetsIt(t)
}
