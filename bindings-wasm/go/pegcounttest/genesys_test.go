package pegcounttest

import (
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	pegcount "github.com/pegcount/pegcount/bindings-wasm/go"
)

func TestMain(m *testing.M) {
	if cache := os.Getenv("PEGCOUNT_TEST_CACHE"); cache != "" {
		if err := pegcount.UseCompilationCache(cache); err != nil {
			panic(err)
		}
	}
	if how := os.Getenv("PEGCOUNT_TEST_FAILS"); how != "" {
		failing = how
	}
	os.Exit(m.Run())
}

// failing is what TestThatFails does in a process of its own.
var failing string

func queues(t *testing.T, client *pegcount.Client) (int, error) {
	t.Helper()
	rows := 0
	for page, err := range client.Directory(t.Context(), "queues") {
		if err != nil {
			return rows, err
		}
		table, err := page.Table("queues")
		if err != nil {
			t.Fatal(err)
		}
		rows += table.Len()
	}
	return rows, nil
}

func read(t *testing.T, client *pegcount.Client) int {
	t.Helper()
	rows, err := queues(t, client)
	if err != nil || rows == 0 {
		t.Fatal(rows, err)
	}
	return rows
}

func TestWhatItCanBeTold(t *testing.T) {
	genesys := Start(t, "--org", "tiny")
	if asked := genesys.Requests(""); len(asked) != 0 {
		t.Fatal(asked)
	}
	client := genesys.Client("reporting")
	read(t, client)
	genesys.Fault("429:0")
	read(t, client)
	genesys.Fault("500@0", "/api/v2/routing")
	genesys.ClearFaults()
	read(t, client)
	genesys.RevokeTokens()
	read(t, client)
	if logins := genesys.Logins(); logins != 2 {
		t.Fatal(logins)
	}
	if asked := genesys.Requests("/routing/queues"); asked[0].Status != 200 || asked[0].Client != "reporting" || asked[1].Status != 429 {
		t.Fatal(asked)
	}
	old := genesys.Clients["reporting"].Secret
	if rotated := genesys.RotateSecret("reporting"); rotated == old || rotated != genesys.Clients["reporting"].Secret {
		t.Fatal("the secret is not a new one")
	}
	genesys.RevokeTokens()
	if _, err := queues(t, client); !errors.Is(err, pegcount.ErrAuth) {
		t.Fatal(err)
	}
	genesys.RevokeRefresh("code")
	genesys.Limit(0)
	genesys.Reset()
	read(t, client)
	if logins := genesys.Logins(); logins != 1 {
		t.Fatal(logins)
	}
	genesys.ClearRequests()
	genesys.Divisions("reporting", 0, "EMEA")
	few := read(t, client)
	genesys.Divisions("reporting", 0, []string{}...)
	if all := read(t, client); few == 0 || all <= few || genesys.Logins() != 0 {
		t.Fatal(few, all, genesys.Logins())
	}
}

func TestTheClockTheFaultsAndTheLog(t *testing.T) {
	genesys := Start(t, "--org", "tiny")
	genesys.SetClock(time.Date(2030, 1, 1, 2, 0, 0, 0, time.FixedZone("", 7200)))
	if state := string(genesys.Control("GET", "/state", nil)); !strings.Contains(state, `"now":"2030-01-01T00:00:0`) {
		t.Fatal(state)
	}
	genesys.Fault("429:3@0", "/api/v2/routing")
	on := genesys.Faults()
	if len(on) != 1 || on[0].Name != "429" || *on[0].Arg != 3 || on[0].Left != nil || *on[0].Path != "/api/v2/routing" {
		t.Fatal(on)
	}
	genesys.ClearFaults()
	if on := genesys.Faults(); len(on) != 0 {
		t.Fatal(on)
	}
	genesys.LimitLogins(1)
	read(t, genesys.Client("reporting"))
	late := genesys.Client("admin", func(c *pegcount.Config) { c.Deadline = time.Second })
	if _, err := queues(t, late); err == nil || !strings.Contains(err.Error(), "rate limit exceeded") {
		t.Fatal(err)
	}
	genesys.LimitLogins(0)
	for range 1_100 {
		answer, err := http.Get(genesys.API + "/nowhere")
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	if asked := genesys.Requests("/nowhere"); len(asked) != 1_100 {
		t.Fatal(len(asked))
	}
}

func TestATokenDiesWithTime(t *testing.T) {
	genesys := Start(t, "--org", "tiny")
	genesys.TokenLife(time.Hour, time.Minute)
	client := genesys.Client("reporting", func(c *pegcount.Config) { c.UserAgent = "of a test" })
	read(t, client)
	genesys.Advance(2 * time.Minute)
	read(t, client)
	if logins := genesys.Logins(); logins != 2 {
		t.Fatal(logins)
	}
}

func TestWhatAClientMayForAUser(t *testing.T) {
	genesys := Start(t, "--org", "tiny")
	asked := func() (int, error) {
		client := genesys.Client("saml", func(c *pegcount.Config) {
			c.Org = genesys.Org
			c.SAMLAssertion = base64.RawURLEncoding.EncodeToString([]byte("<Assertion>" + genesys.User.Name + "</Assertion>"))
		})
		return queues(t, client)
	}
	genesys.Scopes("saml", "analytics", "user-basic-info")
	if _, err := asked(); err != nil {
		t.Fatal(err)
	}
	genesys.EnforceScopes(true)
	_, err := asked()
	var refused *pegcount.Error
	if !errors.As(err, &refused) || refused.Code != "forbidden.scope" {
		t.Fatal(err)
	}
	genesys.Scopes("saml", "routing:readonly")
	if _, err := asked(); err != nil {
		t.Fatal(err)
	}
	genesys.Scopes("saml")
	genesys.EnforceScopes(false)
	if _, err := asked(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAClientMay(t *testing.T) {
	genesys := Start(t)
	client := genesys.Client("reporting")
	everywhere := read(t, client)
	genesys.Divisions("reporting", 0, "EMEA")
	if some := read(t, client); some >= everywhere {
		t.Fatal(some)
	}
	genesys.Divisions("reporting", 0)
	role := []string{"routing:queue:view", "routing:queue:search"}
	genesys.Permissions("reporting", Change{Remove: role, After: 5 * time.Minute})
	read(t, client)
	genesys.Advance(5 * time.Minute)
	_, err := queues(t, client)
	var refused *pegcount.Error
	if !errors.As(err, &refused) || !slices.Contains(refused.Explanation.Missing, "routing:queue:view") {
		t.Fatal(err)
	}
	genesys.Permissions("reporting", Change{Add: role})
	if again := read(t, client); again != everywhere {
		t.Fatal(again)
	}
}

func TestItEndsWithWhoStartedIt(t *testing.T) {
	command := exec.Command(os.Args[0], "-test.run", "^TestThatFails$")
	command.Env = append(os.Environ(), "PEGCOUNT_TEST_FAILS=exit")
	out, _ := command.Output()
	at, err := url.Parse(string(out))
	if err != nil || at.Host == "" {
		t.Fatal(string(out), err)
	}
	for range 200 {
		connection, err := net.Dial("tcp", at.Host)
		if err != nil {
			return
		}
		connection.Close()
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it is still there")
}

func TestAProgramFindsItByItsEnvironment(t *testing.T) {
	genesys := Start(t, "--org", "tiny")
	for _, pair := range genesys.Environ("reporting") {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	client, err := pegcount.New(pegcount.Config{TokenStore: pegcount.NoTokenStore})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	read(t, client)
}

// TestThatFails is run by the next one: what goes wrong in a sandbox fails the test that has it.
func TestThatFails(t *testing.T) {
	switch failing {
	case "missing":
		for _, name := range []string{"PEGCOUNT_SANDBOX", "SANDBOX_BIN", "PATH"} {
			t.Setenv(name, "")
		}
		Start(t)
	case "options":
		Start(t, "--org", "gigantic")
	case "fault":
		Start(t).Fault("teapot")
	case "client":
		Start(t).Client("nobody")
	case "exit":
		os.Stdout.WriteString(Start(t, "--org", "tiny").API)
		os.Exit(9)
	}
}

func TestWhatGoesWrongFailsTheTest(t *testing.T) {
	for how, said := range map[string]string{
		"missing": "pegcount-sandbox was not found: `pip install pegcount-sandbox` puts it on the PATH, or PEGCOUNT_SANDBOX names it",
		"options": "no size is called `gigantic`",
		"fault":   "unknown fault `teapot`; known are ",
		"client":  "no client is called nobody; known are admin, ",
	} {
		command := exec.Command(os.Args[0], "-test.run", "^TestThatFails$")
		command.Env = append(os.Environ(), "PEGCOUNT_TEST_FAILS="+how)
		if out, err := command.CombinedOutput(); err == nil || !strings.Contains(string(out), said) {
			t.Errorf("%s: %v: %s", how, err, out)
		}
	}
}
