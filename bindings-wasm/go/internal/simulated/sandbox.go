// Package simulated starts a simulated organisation for a test and tells it what to do. It knows nothing of the client,
// whose own tests stand on it; package pegcounttest is what users see of it.
package simulated

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const missing = "pegcount-sandbox was not found: `pip install pegcount-sandbox` puts it on the PATH, or PEGCOUNT_SANDBOX names it"

// Sandbox is a running organisation. What it says of itself is what it said when it was ready.
type Sandbox struct {
	// API and Login are base URLs.
	API   string `json:"api"`
	Login string `json:"login"`
	// Interval is a full day of finished conversations.
	Interval string `json:"interval"`
	// Org is its short name, User one of its users.
	Org  string `json:"org"`
	User struct {
		ID       string `json:"id"`
		Name     string `json:"username"`
		Password string `json:"password"`
	} `json:"user"`
	// Clients by name: reporting, no-analytics, emea-only, disabled, admin, …
	Clients map[string]Client `json:"clients"`

	// ControlURL is where it is told what to do.
	ControlURL string `json:"control"`

	founded map[string]Client
	t       testing.TB
}

// Client is an OAuth client of the organisation.
type Client struct {
	ID           string   `json:"client_id"`
	Secret       string   `json:"client_secret"`
	RedirectURIs []string `json:"redirect_uris"`
}

// Fault is one that is on.
type Fault struct {
	Name string
	// Arg is its argument, Left how often it will strike yet (nil: for ever), Path what the paths begin with that it
	// strikes, if that was told.
	Arg  *int64
	Left *int64
	Path *string
}

// Asked is a line of the request log.
type Asked struct {
	Method, Path string
	Status       int
	// Client is whose token it was, by name.
	Client string
	// Effect is what became of the answer on its way.
	Effect string
}

// Change is one of a client's role, for all clients with that role.
type Change struct {
	Add, Remove []string
	// After so much time.
	After time.Duration
}

// program is where the sandbox is. SANDBOX_BIN is what the scripts of this repository call the one that they build.
func program() string {
	for _, name := range []string{"PEGCOUNT_SANDBOX", "SANDBOX_BIN"} {
		if path := os.Getenv(name); path != "" {
			return path
		}
	}
	path, _ := exec.LookPath("pegcount-sandbox")
	return path
}

// Start starts one that ends with the test. Options are the program's.
func Start(t testing.TB, options ...string) *Sandbox {
	t.Helper()
	found := program()
	if found == "" {
		t.Fatal(missing)
	}
	command := exec.Command(found, append([]string{"--until-stdin-closes"}, options...)...)
	var complaint bytes.Buffer
	command.Stderr = &complaint
	// Its other end closes with this process, however that ends: a test that takes too long is not cleaned up.
	_, err := command.StdinPipe()
	out, wrong := command.StdoutPipe()
	if err = errors.Join(err, wrong); err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatalf("%v; %s", err, missing)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	s := &Sandbox{t: t}
	if err := json.NewDecoder(out).Decode(s); err != nil {
		// Its words are complete once it has ended.
		command.Process.Kill()
		command.Wait()
		t.Fatalf("the sandbox was not ready: %v: %s", err, complaint.String())
	}
	s.founded = maps.Clone(s.Clients)
	return s
}

// Environ is what a program needs to work here, as environment variables.
func (s *Sandbox) Environ(name string) []string {
	client := s.Named(name)
	return []string{
		"PEGCOUNT_API_URL=" + s.API, "PEGCOUNT_LOGIN_URL=" + s.Login,
		"GENESYSCLOUD_OAUTHCLIENT_ID=" + client.ID, "GENESYSCLOUD_OAUTHCLIENT_SECRET=" + client.Secret,
	}
}

// Named is a client by its name.
func (s *Sandbox) Named(name string) Client {
	s.t.Helper()
	client, there := s.Clients[name]
	if !there {
		known := strings.Join(slices.Sorted(maps.Keys(s.Clients)), ", ")
		s.t.Fatalf("no client is called %s; known are %s", name, known)
	}
	return client
}

// Fault switches one on, written NAME[:ARG][@COUNT] as for the program: for the next COUNT requests (0: for ever), to
// paths that begin with the one given.
func (s *Sandbox) Fault(fault string, path ...string) {
	s.t.Helper()
	body := map[string]any{"path": strings.Join(path, "")}
	if len(path) == 0 {
		delete(body, "path")
	}
	fault, count, there := strings.Cut(fault, "@")
	if there {
		body["count"] = s.number(count)
	}
	if fault, arg, there := strings.Cut(fault, ":"); there {
		body["name"], body["arg"] = fault, s.number(arg)
	} else {
		body["name"] = fault
	}
	s.Control("POST", "/faults", body)
}

func (s *Sandbox) number(text string) int64 {
	s.t.Helper()
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return number
}

// Faults are those that are on, in the order they were.
func (s *Sandbox) Faults() []Fault {
	s.t.Helper()
	var on struct{ Faults []Fault }
	s.read(s.Control("GET", "/faults", nil), &on)
	return on.Faults
}

// ClearFaults switches all off.
func (s *Sandbox) ClearFaults() { s.t.Helper(); s.Control("DELETE", "/faults", nil) }

// Advance moves the clock of the organisation.
func (s *Sandbox) Advance(by time.Duration) {
	s.t.Helper()
	s.Control("POST", "/clock", map[string]any{"advance_ms": by.Milliseconds()})
}

// SetClock sets the clock of the organisation, from where it runs on.
func (s *Sandbox) SetClock(now time.Time) {
	s.t.Helper()
	s.Control("POST", "/clock", map[string]any{"now": now})
}

// RotateSecret replaces the secret of a client, and tells the new one.
func (s *Sandbox) RotateSecret(name string) string {
	s.t.Helper()
	client := s.Named(name)
	s.read(s.Control("POST", "/clients/"+name+"/rotate-secret", nil), &client)
	s.Clients[name] = client
	return client.Secret
}

// Permissions changes the role of a client.
func (s *Sandbox) Permissions(name string, change Change) {
	s.t.Helper()
	body := map[string]any{"add": append([]string{}, change.Add...), "remove": append([]string{}, change.Remove...)}
	body["after_ms"] = change.After.Milliseconds()
	s.Control("POST", "/clients/"+name+"/permissions", body)
}

// Divisions says where a client has its role, after so much time: by names or ids, or everywhere if there is none.
func (s *Sandbox) Divisions(name string, after time.Duration, divisions ...string) {
	s.t.Helper()
	var where any
	if len(divisions) > 0 {
		where = divisions
	}
	s.Control("POST", "/clients/"+name+"/divisions", map[string]any{"divisions": where, "after_ms": after.Milliseconds()})
}

// EnforceScopes says whether the organisation enforces the scopes of users' tokens; at the start it does not.
func (s *Sandbox) EnforceScopes(enforce bool) {
	s.t.Helper()
	s.Control("POST", "/scopes", map[string]any{"enforce": enforce})
}

// Scopes says what a client may do for users who log in to it from here on: "code", "pkce", "saml".
func (s *Sandbox) Scopes(name string, scopes ...string) {
	s.t.Helper()
	s.Control("POST", "/clients/"+name+"/scopes", map[string]any{"scopes": append([]string{}, scopes...)})
}

// RevokeTokens voids every access token.
func (s *Sandbox) RevokeTokens() { s.t.Helper(); s.Control("POST", "/tokens/revoke", nil) }

// RevokeRefresh voids the refresh tokens of a client.
func (s *Sandbox) RevokeRefresh(name string) {
	s.t.Helper()
	s.Control("POST", "/clients/"+name+"/revoke-refresh", nil)
}

// TokenLife is how long tokens live that are minted from here on, and how long any token does without use (0: for ever).
func (s *Sandbox) TokenLife(life, idle time.Duration) {
	s.t.Helper()
	body := map[string]any{"seconds": int64(life.Seconds()), "idle_seconds": int64(idle.Seconds())}
	s.Control("POST", "/token-life", body)
}

// Limit is how many requests a minute each token has; 0 for any number.
func (s *Sandbox) Limit(aMinute int) {
	s.t.Helper()
	s.Control("POST", "/rate", map[string]any{"allowed": aMinute})
}

// LimitLogins is how many tokens a minute all clients together are given; 0 for any number.
func (s *Sandbox) LimitLogins(aMinute int) {
	s.t.Helper()
	s.Control("POST", "/mint", map[string]any{"per_minute": aMinute})
}

// Requests is what was asked, in order, of paths that end so.
func (s *Sandbox) Requests(end string) []Asked {
	s.t.Helper()
	var log struct{ Requests []Asked }
	s.read(s.Control("GET", "/requests", nil), &log)
	kept := log.Requests[:0]
	for _, line := range log.Requests {
		if strings.HasSuffix(line.Path, end) {
			kept = append(kept, line)
		}
	}
	return kept
}

// ClearRequests forgets what was asked, for whoever counts from here on.
func (s *Sandbox) ClearRequests() { s.t.Helper(); s.Control("DELETE", "/requests", nil) }

// Logins is how many tokens were asked for.
func (s *Sandbox) Logins() int { s.t.Helper(); return len(s.Requests("/oauth/token")) }

// Reset makes everything as it was at the start: secrets, tokens, faults, clock, limits, log.
func (s *Sandbox) Reset() {
	s.t.Helper()
	s.Control("POST", "/reset", nil)
	s.Clients = maps.Clone(s.founded)
}

// Control is a call of the sandbox's control, for what has no method here.
func (s *Sandbox) Control(method, path string, body any) json.RawMessage {
	s.t.Helper()
	var text []byte
	var err error
	if body != nil {
		text, err = json.Marshal(body)
	}
	var request *http.Request
	if err == nil {
		request, err = http.NewRequest(method, s.ControlURL+path, bytes.NewReader(text))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	var refused struct{ Error string }
	if err != nil || json.Unmarshal(answer, &refused) != nil || refused.Error != "" {
		s.t.Fatalf("%s %s: %s%v", method, path, answer, err)
	}
	return answer
}

func (s *Sandbox) read(answer json.RawMessage, into any) {
	s.t.Helper()
	if err := json.Unmarshal(answer, into); err != nil {
		s.t.Fatal(err)
	}
}
