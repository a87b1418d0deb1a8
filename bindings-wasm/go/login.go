package pegcount

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
)

// Login is the log-in of a user at the log-in page, with PKCE: send the user to URL, keep State and Verifier until the
// user comes back, and make a client of what [Login.Finish] gives. State and Verifier are secrets of this log-in.
type Login struct {
	URL      string `json:"url"`
	State    string `json:"state"`
	Verifier string `json:"verifier"`
}

// Format tells nothing of the log-in.
func (l Login) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "pegcount.Login") }

// LoginWish is what the log-in page is asked for besides.
type LoginWish struct {
	// Org, the short name of the organisation, and Provider, its identity provider, skip the page's own log-in.
	Org      string `json:"org,omitzero"`
	Provider string `json:"provider,omitzero"`
	// Prompt asks for the password even where the browser is logged in.
	Prompt bool `json:"prompt,omitzero"`
	// Target is the organisation to act in, for users of partners.
	Target string `json:"target,omitzero"`
}

// BeginLogin begins a log-in. The configuration names the region, the client and the RedirectURI; nothing is sent.
func BeginLogin(config Config, wish LoginWish) (*Login, error) {
	from, err := config.opening()
	if err != nil {
		return nil, err
	}
	type whole struct {
		RedirectURI string `json:"redirect_uri"`
		LoginWish
	}
	asked := struct {
		Ask  string `json:"ask"`
		Wish whole  `json:"wish"`
		// An array becomes a list of numbers.
		Randomness [48]byte `json:"randomness"`
		opening
	}{Ask: "begin_login", Wish: whole{config.RedirectURI, wish}, opening: from}
	rand.Read(asked.Randomness[:])
	return ask[*Login](asked)
}

// Finish takes the address at which the user came back and gives the configuration with its code: for [New], once.
//
// The error is an [*Error] where the address is not that of this log-in, or tells of a refusal.
func (l *Login) Finish(config Config, cameBack string) (Config, error) {
	code, err := ask[string](map[string]any{"ask": "finish_login", "came_back": cameBack, "state": l.State})
	if err != nil {
		return Config{}, err
	}
	config.Code, config.CodeVerifier = code, l.Verifier
	return config, nil
}

// Situation is who asks, and what he has. Nothing said means a program that runs by itself on a server.
type Situation struct {
	// Interactive: a person sits in front of it and can log in.
	Interactive bool
	// Public: it cannot keep a secret from those who use it, as an app on a phone or in a browser.
	Public bool
	// Browser: it runs in a browser.
	Browser bool
	// SAML: the organisation's identity provider gives it SAML assertions.
	SAML bool
	// Wanted is the grant that was thought of: why it fits, or does not.
	Wanted string
}

// Advice is which grant fits, and how to set it up.
type Advice struct {
	// Grant is "client_credentials", "authorization_code", "pkce" or "saml2_bearer".
	Grant string `json:"grant"`
	Why   string `json:"why"`
	// Steps to set it up, in the words of the administration pages.
	Steps       []string `json:"steps"`
	Caveats     []string `json:"caveats"`
	WillNotWork []string `json:"will_not_work"`
	// Text is the whole for a person to read.
	Text string `json:"text"`
}

// String is the whole advice as a text.
func (a Advice) String() string { return a.Text }

// Advise says which grant fits a situation, and why.
func Advise(situation Situation) (*Advice, error) {
	told := map[string]any{
		"interactive": situation.Interactive, "can_keep_secret": !situation.Public,
		"browser": situation.Browser, "saml": situation.SAML,
	}
	if situation.Wanted != "" {
		told["wanted"] = situation.Wanted
	}
	return ask[*Advice](map[string]any{"ask": "advise", "situation": told})
}

// Credentials are what a provider gives.
type Credentials struct {
	// ClientID, unless the configuration names it.
	ClientID     string
	ClientSecret string
}

// Format tells no secret.
func (c Credentials) Format(state fmt.State, _ rune) {
	_, _ = fmt.Fprintf(state, "pegcount.Credentials{ClientID: %q}", c.ClientID)
}

// provided asks a provider, and answers in the core's shape. One that does not look at its context is left behind.
func provided(ctx context.Context, provider func(context.Context) (Credentials, error)) any {
	answers := make(chan map[string]any, 1)
	go func() {
		given, err := provider(ctx)
		if err != nil {
			answers <- map[string]any{"failed": kindOf(err)}
			return
		}
		answer := map[string]any{}
		for name, value := range map[string]string{"client_id": given.ClientID, "client_secret": given.ClientSecret} {
			if value != "" {
				answer[name] = value
			}
		}
		answers <- answer
	}()
	select {
	case answer := <-answers:
		return answer
	case <-ctx.Done():
		return map[string]any{"failed": kindOf(ctx.Err())}
	}
}
