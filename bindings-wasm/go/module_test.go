package pegcount

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sections are those of a WebAssembly binary, by number.
func sections(t *testing.T, wasm []byte) []byte {
	t.Helper()
	var ids []byte
	for rest := wasm[8:]; len(rest) > 0; {
		// Lengths are LEB128, as in encoding/binary.
		length, size := binary.Uvarint(rest[1:])
		if size <= 0 || uint64(len(rest)) < 1+uint64(size)+length {
			t.Fatal("no WebAssembly")
		}
		ids, rest = append(ids, rest[0]), rest[1+uint64(size)+length:]
	}
	return ids
}

func TestTheModuleImportsNothing(t *testing.T) {
	const imports, code = 2, 10
	found := sections(t, wasm)
	if slices.Contains(found, imports) || !slices.Contains(found, code) {
		t.Fatal(found)
	}
	module, err := core()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range module.compiled.ExportedFunctions() {
		names = append(names, name)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"alloc", "ask", "close", "decode", "free", "inspect", "open", "step"}) {
		t.Fatal(names)
	}
}

func TestAClosedHandleIsAnErrorAndNoCrash(t *testing.T) {
	session, err := open(opening{Arguments: Config{Region: "eu-west-1", Token: "t"}.arguments(), Environment: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	defer session.close()
	for _, handle := range []uint32{session.handle + 1, 0, 1 << 31} {
		result, err := session.instance.run("step", handle, []byte(`{"do":"poll","mono":0,"wall":0}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := answered[any](result); err == nil || err.(*Error).Code != CodeCancelled {
			t.Fatal(err)
		}
	}
	if _, err := session.instance.call("close", uint64(session.handle)); err != nil {
		t.Fatal(err)
	}
	if _, err := session.instance.call("close", uint64(session.handle)); err != nil {
		t.Fatal(err)
	}
	result, err := session.step(input{Do: "poll"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := answered[any](result); err == nil || err.(*Error).Code != CodeCancelled {
		t.Fatal(err)
	}
}

func TestTheCompiledCoreIsKept(t *testing.T) {
	if _, err := core(); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(os.Getenv("PEGCOUNT_TEST_CACHE") + "/wazero-*/*")
	if err != nil || len(kept) == 0 {
		t.Fatal(kept, err)
	}
	if err := UseCompilationCache(t.TempDir()); err == nil {
		t.Fatal("the core is compiled already")
	}
}
