package pegcount

import (
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

//go:embed pegcount.wasm
var wasm []byte

// module is the compiled core, shared by all clients of the process.
type module struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// What an instance may take, in pages of 64 KiB: 2 GiB.
const memoryLimit = 32_768

var cache struct {
	sync.Mutex
	wazero.CompilationCache
	used bool
}

// UseCompilationCache keeps the compiled core in a folder, so that the next process starts sooner. It must be called
// before the first client is made. What lies in the folder is run: nobody else may be able to write there.
func UseCompilationCache(folder string) error {
	cache.Lock()
	defer cache.Unlock()
	if cache.used {
		return errors.New("pegcount: the core is compiled already")
	}
	made, err := wazero.NewCompilationCacheWithDir(folder)
	if err != nil {
		return fmt.Errorf("pegcount: %w", err)
	}
	cache.CompilationCache = made
	return nil
}

var core = sync.OnceValues(func() (*module, error) {
	cache.Lock()
	defer cache.Unlock()
	cache.used = true
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryLimit)
	if cache.CompilationCache != nil {
		config = config.WithCompilationCache(cache.CompilationCache)
	}
	ctx := context.Background()
	made := wazero.NewRuntimeWithConfig(ctx, config)
	compiled, err := made.CompileModule(experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0)), wasm)
	if err != nil {
		return nil, fmt.Errorf("pegcount: the core cannot be compiled: %w", err)
	}
	return &module{made, compiled}, nil
})

// instance is one copy of the core, for one goroutine at a time.
type instance struct {
	module api.Module
	// Looking an export up makes a stack for its calls: once is enough.
	exports map[string]api.Function
}

func newInstance() (*instance, error) {
	core, err := core()
	if err != nil {
		return nil, err
	}
	// Without a name there may be many.
	made, err := core.runtime.InstantiateModule(context.Background(), core.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("pegcount: the core cannot be started: %w", err)
	}
	return &instance{made, map[string]api.Function{}}, nil
}

func (i *instance) close() {
	// Closing an instance without imports cannot fail.
	_ = i.module.Close(context.Background())
}

// size is how much memory the instance has taken.
func (i *instance) size() uint32 { return i.module.Memory().Size() }

// run calls an export that gives a result. Parameters are numbers, and bytes to be handed over.
func (i *instance) run(name string, parameters ...any) ([]byte, error) {
	stack := make([]uint64, 0, 2*len(parameters))
	for _, parameter := range parameters {
		switch parameter := parameter.(type) {
		case uint32:
			stack = append(stack, uint64(parameter))
		case []byte:
			at, err := i.write(parameter)
			if err != nil {
				return nil, err
			}
			stack = append(stack, at, uint64(len(parameter)))
		}
	}
	result, err := i.call(name, stack...)
	if err != nil {
		return nil, err
	}
	at, length := uint32(result>>32), uint32(result)
	view, there := i.module.Memory().Read(at, length)
	if !there {
		return nil, fmt.Errorf("pegcount: the core's %s answers out of bounds", name)
	}
	bytes := append([]byte(nil), view...)
	_, err = i.call("free", uint64(at), uint64(length))
	return bytes, err
}

func (i *instance) write(bytes []byte) (uint64, error) {
	if uint64(len(bytes)) > math.MaxInt32 {
		return 0, errTooLarge
	}
	at, err := i.call("alloc", uint64(len(bytes)))
	if err != nil {
		return 0, err
	}
	if at == 0 {
		return 0, errTooLarge
	}
	i.module.Memory().Write(uint32(at), bytes)
	return at, nil
}

var errTooLarge = errors.New("pegcount: the core has no memory left for this")

func (i *instance) call(name string, parameters ...uint64) (uint64, error) {
	export := i.exports[name]
	if export == nil {
		export = i.module.ExportedFunction(name)
		i.exports[name] = export
	}
	results, err := export.Call(context.Background(), parameters...)
	if err != nil {
		return 0, fmt.Errorf("pegcount: the core stopped: %w", err)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

// answered reads a result: what was asked for, or an error of the core.
func answered[T any](result []byte) (T, error) {
	var shape struct {
		OK    T      `json:"ok"`
		Error *Error `json:"error"`
	}
	if err := json.Unmarshal(result, &shape); err != nil {
		return shape.OK, fmt.Errorf("pegcount: the core answers in another shape: %w", err)
	}
	if shape.Error != nil {
		return shape.OK, shape.Error
	}
	return shape.OK, nil
}

// split takes a result of `decode` apart: JSON, and the bytes behind it.
func split(result []byte) (head, block []byte, err error) {
	if len(result) < 8 {
		return nil, nil, errors.New("pegcount: the core answers in another shape")
	}
	length := binary.LittleEndian.Uint64(result)
	begin := 8 + (length+7)/8*8
	if length > uint64(len(result)) || begin > uint64(len(result)) {
		return nil, nil, errors.New("pegcount: the core answers in another shape")
	}
	return result[8 : 8+length], result[begin:], nil
}
