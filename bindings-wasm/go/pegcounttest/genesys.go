// Package pegcounttest gives a test a simulated contact centre of its own, in some twenty milliseconds.
//
//	func TestMyJob(t *testing.T) {
//		genesys := pegcounttest.Start(t, "--org", "small")
//		genesys.Fault("429:3")            // the next request is refused, with three seconds to wait
//		job.Run(genesys.Client("reporting"))
//		genesys.RevokeTokens()
//		job.Run(genesys.Client("reporting"))
//		if genesys.Logins() != 2 { … }
//	}
//
// It is the program pegcount-sandbox: `pip install pegcount-sandbox` puts it on the PATH, or PEGCOUNT_SANDBOX names it.
// Without it a test fails, and says so. It ends with the test.
//
// Besides, a [Genesys] has: Environ (for a program), Faults, ClearFaults, Advance, SetClock, RotateSecret, Permissions,
// Divisions, Scopes, EnforceScopes, RevokeRefresh, TokenLife, Limit, LimitLogins, Requests, ClearRequests, Reset, and
// Control for the rest; API, Login, Interval (a full day of finished conversations), Org, User and Clients are fields.
// What goes wrong in them fails the test.
package pegcounttest

import (
	"testing"

	pegcount "github.com/pegcount/pegcount/bindings-wasm/go"
	"github.com/pegcount/pegcount/bindings-wasm/go/internal/simulated"
)

// Genesys is a running sandbox. What it simulates: the README of pegcount-sandbox; every fault by name: its --help.
type Genesys struct {
	*simulated.Sandbox
	t testing.TB
}

// Change is one of a client's role, for Genesys.Permissions.
type Change = simulated.Change

// Fault is one that is on, of Genesys.Faults.
type Fault = simulated.Fault

// Asked is a line of the request log, of Genesys.Requests.
type Asked = simulated.Asked

// Start starts one that ends with the test. Options are those of `pegcount-sandbox --help`.
func Start(t testing.TB, options ...string) *Genesys {
	t.Helper()
	return &Genesys{simulated.Start(t, options...), t}
}

// Config is what a client needs to work here; it shares its token with nobody.
func (g *Genesys) Config(name string) pegcount.Config {
	g.t.Helper()
	client := g.Named(name)
	return pegcount.Config{
		APIURL: g.API, LoginURL: g.Login, ClientID: client.ID, ClientSecret: client.Secret,
		TokenStore: pegcount.NoTokenStore,
	}
}

// Client is one of this organisation, changed as you like, which is closed with the test: "reporting", "no-analytics",
// "emea-only", "disabled", "admin", ….
func (g *Genesys) Client(name string, change ...func(*pegcount.Config)) *pegcount.Client {
	g.t.Helper()
	config := g.Config(name)
	for _, change := range change {
		change(&config)
	}
	client, err := pegcount.New(config)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { client.Close() })
	return client
}
