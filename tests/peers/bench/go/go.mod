module github.com/pegcount/pegcount/tests/peers/bench/go

go 1.25.0

require github.com/pegcount/pegcount/bindings-wasm/go v0.0.0

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)

replace github.com/pegcount/pegcount/bindings-wasm/go => ../../../../bindings-wasm/go
