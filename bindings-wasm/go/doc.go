// Package pegcount is headless reporting from Genesys Cloud: it logs in, asks for analytics, survives limits and
// faults, says exactly why something was refused, and hands back tables.
//
//	client, err := pegcount.New(pegcount.Config{Region: "eu_west_1", ClientID: id, ClientSecret: secret})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	for page, err := range client.Conversations(ctx, pegcount.Interval("last-1h")) {
//		if err != nil {
//			return err
//		}
//		segments, err := page.Table(pegcount.TableSegments)
//		…
//	}
//
// Everything that is decided (log-in, limits, retries, paging, explanations) is decided by the same core as in the
// other languages, a WebAssembly module without imports that runs inside this process. This package brings the HTTP
// client, the clock and the token file. There is no cgo.
//
// # Goroutines and memory
//
// A [Client] may be used by any number of goroutines. Its session lives in one instance of the module behind a mutex
// that is held while the session reckons, some microseconds, and never during an exchange or while an answer is read.
// Exchanges run in goroutines of their own: while a token is renewed, calls go on with the one that still lives.
//
// Answers are read, and tables built, in a pool of further instances that all clients share: as many at once as
// GOMAXPROCS was when the first was needed. Reading a page takes up to ten times its size in the instance's memory, of
// which there are 2 GiB at most. That memory never shrinks, so an instance that has grown beyond 64 MiB is given up
// after use. What a page or table holds is ordinary Go memory. The session's own instance grows with what is open at once and with the
// conversation ids of one day (16 bytes each), not with what was read.
//
// The module is compiled once per process, on first use: about a second of one processor's time, or a twentieth of it
// where [UseCompilationCache] has kept the result.
//
// # Errors
//
// Every failure is an [*Error] with a stable [Code] and an [Explanation]. errors.Is matches its class ([ErrForbidden],
// [ErrLimit], …), and the context's error where the context ended the call.
package pegcount

//go:generate go run ./internal/generate
