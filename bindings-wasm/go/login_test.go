package pegcount

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const redirect = "http://127.0.0.1:8085/callback"

// logIn logs the user in on the log-in page, as a browser would, and tells where the page sends the user.
func (b *box) logIn(t *testing.T, page string) string {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	shown, err := browser.Get(page)
	if err != nil || shown.StatusCode != http.StatusOK {
		t.Fatal(shown, err)
	}
	shown.Body.Close()
	answer, err := browser.PostForm(page, url.Values{"username": {b.User.Name}, "password": {b.User.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.Header.Get("Location")
}

// place is where the user of a client logs in.
func (b *box) place(client string) Config {
	return Config{APIURL: b.API, LoginURL: b.Login, ClientID: b.Clients[client].ID, ClientSecret: b.Clients[client].Secret,
		RedirectURI: redirect, TokenStore: NoTokenStore}
}

// loggedIn is the configuration of a user who has just come back.
func (b *box) loggedIn(t *testing.T, config Config) Config {
	t.Helper()
	login, err := BeginLogin(config, LoginWish{})
	if err != nil {
		t.Fatal(err)
	}
	if told := fmt.Sprintf("%v %+v %s", login, *login, login); strings.Contains(told, login.Verifier) || strings.Contains(told, login.State) {
		t.Fatal(told)
	}
	config, err = login.Finish(config, b.logIn(t, login.URL))
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func who(t *testing.T, config Config) (string, error) {
	t.Helper()
	client := made(t, config)
	defer client.Close()
	pages, err := Collect(client.Call(t.Context(), "GET", "/api/v2/users/me"))
	if err != nil {
		return "", err
	}
	var user struct{ ID string }
	return user.ID, pages[0].JSON(&user)
}

func TestAUserLogsInByCodeWithPKCE(t *testing.T) {
	box := sandbox(t)
	config := box.loggedIn(t, box.place("pkce"))
	if id, err := who(t, config); err != nil || id != box.User.ID {
		t.Fatal(id, err)
	}
	if _, err := who(t, config); !errors.Is(err, ErrAuth) {
		t.Fatal("a code is good once:", err)
	}
}

func TestAnAddressThatIsNotThatOfTheLogIn(t *testing.T) {
	box := sandbox(t)
	config := box.place("pkce")
	login, err := BeginLogin(config, LoginWish{Prompt: true})
	other, failed := BeginLogin(config, LoginWish{})
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	for _, wrong := range []string{box.logIn(t, other.URL), redirect + "?code=abc", redirect + "?error=access_denied&state=" + login.State} {
		var told *Error
		if _, err := login.Finish(config, wrong); !errors.As(err, &told) {
			t.Fatal(err)
		}
	}
	if _, err := BeginLogin(Config{APIURL: box.API, LoginURL: box.Login, RedirectURI: redirect}, LoginWish{}); !errors.Is(err, ErrConfig) {
		t.Fatal(err)
	}
}

func TestARefreshTokenIsUsedAndReplaced(t *testing.T) {
	box := sandbox(t)
	config := box.place("code")
	store := NewFileStore(filepath.Join(t.TempDir(), "token.json"))
	config.TokenStore = store
	if id, err := who(t, box.loggedIn(t, config)); err != nil || id != box.User.ID {
		t.Fatal(id, err)
	}
	first, err := os.ReadFile(store.Path())
	if info, failed := os.Stat(store.Path()); err != nil || failed != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err, failed)
	}
	// Another process later, when the token has come to its end.
	config.Grant = "authorization_code"
	for range 2 {
		box.RevokeTokens()
		if id, err := who(t, config); err != nil || id != box.User.ID {
			t.Fatal(id, err)
		}
	}
	if last, err := os.ReadFile(store.Path()); err != nil || string(last) == string(first) {
		t.Fatal("the refresh token was not replaced", err)
	}
	box.RevokeTokens()
	box.RevokeRefresh("code")
	if _, err := who(t, config); !errors.Is(err, ErrAuth) {
		t.Fatal(err)
	}
}

func TestAUserWhomTheIdentityProviderVouchesFor(t *testing.T) {
	box := sandbox(t)
	config := box.place("saml")
	config.RedirectURI, config.Org = "", box.Org
	config.SAMLAssertion = base64.RawURLEncoding.EncodeToString([]byte("<Assertion>" + box.User.Name + "</Assertion>"))
	if id, err := who(t, config); err != nil || id != box.User.ID {
		t.Fatal(id, err)
	}
}

func TestAProviderIsAskedAgainWhenTheSecretWasReplaced(t *testing.T) {
	box := sandbox(t)
	asked, given := 0, Credentials{box.Clients["reporting"].ID, box.Clients["reporting"].Secret}
	client := box.client(t, "", func(c *Config) {
		c.Credentials = func(context.Context) (Credentials, error) {
			asked++
			return given, nil
		}
	})
	organisation := func() {
		t.Helper()
		if _, err := Collect(client.Call(t.Context(), "GET", "/api/v2/organizations/me")); err != nil {
			t.Fatal(err)
		}
	}
	organisation()
	given.ClientSecret = box.RotateSecret("reporting")
	box.RevokeTokens()
	organisation()
	if asked < 2 {
		t.Fatal(asked)
	}
	if told := fmt.Sprintf("%v %+v", given, &given); strings.Contains(told, given.ClientSecret) {
		t.Fatal(told)
	}
}

type leaky struct{}

func (leaky) Error() string { return "it is SECRET" }

func TestAProviderThatFailsGivesNothingOrNeverAnswers(t *testing.T) {
	for said, provider := range map[string]func(context.Context) (Credentials, error){
		"leaky":         func(context.Context) (Credentials, error) { return Credentials{}, leaky{} },
		"client_secret": func(context.Context) (Credentials, error) { return Credentials{}, nil },
	} {
		client := (&scripted{}).client(t, func(c *Config) { c.ClientSecret, c.Credentials = "", provider })
		err := refused(t, client.Call(t.Context(), "GET", "/api/v2/users/me"))
		whole, _ := json.Marshal(err)
		if !strings.Contains(string(whole), said) || strings.Contains(string(whole), "SECRET") {
			t.Fatal(string(whole))
		}
	}
	asked, never := make(chan context.Context), make(chan struct{})
	client := (&scripted{}).client(t, func(c *Config) {
		c.ClientSecret, c.Credentials = "", func(ctx context.Context) (Credentials, error) {
			asked <- ctx
			<-never
			return Credentials{}, nil
		}
	})
	open := make(chan error)
	go func() { open <- me(t.Context(), client) }()
	ctx := <-asked
	client.Close()
	if err := <-open; !errors.Is(err, ErrCancelled) || ctx.Err() == nil {
		t.Fatal(err, ctx.Err())
	}
	close(never)
}
