package pegcount

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"
)

// Config is what a client is made of. What is not given comes from the environment, then from a profile.
type Config struct {
	// Region in any spelling: eu_west_1, mypurecloud.ie, https://api.mypurecloud.ie.
	Region string
	// ClientID and ClientSecret of the OAuth client. Alone they mean the grant "client credentials".
	ClientID     string
	ClientSecret string `json:"-"`
	// Credentials gives id and secret, of a vault say, instead: it is asked before the first log-in, and again when they
	// are refused. Its context ends when the client is closed.
	Credentials func(context.Context) (Credentials, error) `json:"-"`
	// Grant is told by what else is given. "authorization_code" alone is the log-in that lies in the token store.
	Grant string
	// Code and CodeVerifier are what [Login.Finish] fills in. RedirectURI is where the log-in page sends the user.
	Code         string `json:"-"`
	CodeVerifier string `json:"-"`
	RedirectURI  string
	// RefreshToken of an earlier log-in of a user.
	RefreshToken string `json:"-"`
	// SAMLAssertion, base64url, and Org, the short name of the organisation that it is for.
	SAMLAssertion string `json:"-"`
	Org           string
	// Account names whose log-in it is, where one client logs several users in: their tokens are kept apart by it.
	Account string
	// Token that somebody else obtained, instead of all that.
	Token string `json:"-"`
	// Profile of pegcount.toml, or of the official command line's configuration.
	Profile string
	// APIURL and LoginURL of a gateway or a sandbox.
	APIURL   string
	LoginURL string
	// ClientAuth is "basic" (the default) or "form": how id and secret are sent.
	ClientAuth string
	// Timeout of one exchange; a minute unless told.
	Timeout time.Duration
	// Deadline of one report, waits included; none unless told.
	Deadline time.Duration
	// MaxBody is the largest answer to accept, in decompressed bytes; 128 MiB unless told.
	MaxBody int64
	// MaxInFlight exchanges are under way at once; 4 unless told.
	MaxInFlight int
	// Pace is requests a minute until the server says otherwise; 300 unless told.
	Pace int
	// MaxCalls is how many requests the client may send, log-ins not counted; no limit unless told.
	MaxCalls int
	// UserAgent is how the client names itself.
	UserAgent string

	// HTTPClient sends the requests: its transport, proxy and certificates are used, its redirects and cookies are not.
	HTTPClient *http.Client `json:"-"`
	// TokenStore shares the log-in with other processes: a file in the user's cache folder unless told, NoTokenStore
	// for none.
	TokenStore TokenStore `json:"-"`
	// Logger is told of limits, retries, waits and log-ins at level Info, of progress at level Debug.
	Logger *slog.Logger `json:"-"`
	// Clock is the system's unless told.
	Clock Clock `json:"-"`
	// Seed of all chance; of the system's randomness unless told.
	Seed uint64
}

// Format prints the region and the client id; never a secret.
func (c Config) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, c.LogValue().String())
}

// LogValue is what a log may hold.
func (c Config) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("pegcount.Config{Region: %q, ClientID: %q}", c.Region, c.ClientID))
}

// Client asks one organisation for reports. Goroutines may share it.
type Client struct {
	pump  *pump
	api   string
	store TokenStore
}

// New makes a client. Nothing is sent before the first page is asked for.
//
// The error is an [*Error] of the class [ErrConfig] where the configuration cannot be used.
func New(config Config) (*Client, error) {
	from, err := config.opening()
	if err != nil {
		return nil, err
	}
	session, err := open(from)
	if err != nil {
		return nil, err
	}
	store := config.TokenStore
	if store == nil && session.tokenKey != "" {
		store = NewFileStore(filepath.Join(userFolder("cache"), session.tokenKey+".json"))
	}
	clock := config.Clock
	if clock == nil {
		clock = systemClock{time.Now()}
	}
	log := config.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	pump := newPump(session, newTransport(config.HTTPClient), store, clock, log)
	pump.provider = config.Credentials
	return &Client{pump: pump, api: session.api, store: store}, nil
}

// opening is the configuration with all that it may come from.
func (c Config) opening() (opening, error) {
	variables, err := environment()
	home, _ := os.UserHomeDir()
	return opening{
		Arguments:    c.arguments(),
		Environment:  variables,
		PegcountTOML: text(filepath.Join(userFolder("config"), "pegcount.toml")),
		GCTOML:       text(filepath.Join(home, ".gc", "config.toml")),
	}, err
}

func (c Config) arguments() arguments {
	seed := c.Seed
	if seed == 0 {
		random := make([]byte, 8)
		rand.Read(random)
		seed = binary.LittleEndian.Uint64(random)
	}
	return arguments{
		Region: c.Region, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Token: c.Token, Profile: c.Profile,
		Grant: c.Grant, Code: c.Code, CodeVerifier: c.CodeVerifier, RedirectURI: c.RedirectURI,
		RefreshToken: c.RefreshToken, SAMLAssertion: c.SAMLAssertion, Org: c.Org, Account: c.Account,
		Provider: c.Credentials != nil, APIURL: c.APIURL, LoginURL: c.LoginURL, ClientAuth: c.ClientAuth,
		Timeout: Duration{c.Timeout}, Deadline: Duration{c.Deadline},
		MaxBody: c.MaxBody, MaxInFlight: c.MaxInFlight, Pace: c.Pace, MaxCalls: c.MaxCalls, UserAgent: c.UserAgent,
		Share: c.TokenStore != NoTokenStore, Seed: seed,
	}
}

// environment is what the core reads of it.
func environment() (map[string]string, error) {
	names, err := ask[[]string](map[string]any{"ask": "variables"})
	values := map[string]string{}
	for _, name := range names {
		if value, there := os.LookupEnv(name); there {
			values[name] = value
		}
	}
	return values, err
}

func text(path string) *string {
	bytes, err := os.ReadFile(path)
	if err != nil || !utf8.Valid(bytes) {
		return nil
	}
	text := string(bytes)
	return &text
}

// String names the API host.
func (c *Client) String() string { return "pegcount.Client{" + c.api + "}" }

// TokenStore is where the log-in is shared; nil for a ready token.
func (c *Client) TokenStore() TokenStore { return c.store }

// Close cancels what is open and gives the memory back. A closed client answers with an error of the class
// [ErrCancelled].
//
// It is due before the program ends. A report that was read to its end has left nothing to do; one that goes on when
// main returns, or os.Exit is called, may leave behind the lock of the token store, for which others then wait forty
// seconds, or a job on the server.
func (c *Client) Close() error {
	c.pump.close()
	c.pump.http.close()
	return nil
}

// Conversations asks for conversation details, by [Interval] or by [IDs]. [ViaJob] asks for them by a job: complete, with
// the attributes of participants, some hours late.
//
// The report begins when the result is ranged over, and once again with each range. Pages are fetched one by one as
// they are asked for. After an error there are no more.
func (c *Client) Conversations(ctx context.Context, options ...ConversationsOption) iter.Seq2[*Page, error] {
	var report ConversationsReport
	var wishes wishes
	for _, option := range options {
		option.toConversations(&report, &wishes)
	}
	return c.run(ctx, report, wishes)
}

// Aggregates asks for aggregated metrics of a family such as "conversations": a row a group, bucket and metric, or
// with [Wide] a column a metric.
func (c *Client) Aggregates(ctx context.Context, of string, options ...AggregatesOption) iter.Seq2[*Page, error] {
	report := AggregatesReport{Of: of}
	var wishes wishes
	for _, option := range options {
		option.toAggregates(&report, &wishes)
	}
	return c.run(ctx, report, wishes)
}

// Availability asks until when jobs of a family such as "conversations" have everything.
func (c *Client) Availability(ctx context.Context, of string, options ...AvailabilityOption) iter.Seq2[*Page, error] {
	report := AvailabilityReport{Of: of}
	var wishes wishes
	for _, option := range options {
		option.toAvailability(&report, &wishes)
	}
	return c.run(ctx, report, wishes)
}

// Observations asks for what is going on at the moment, of a family such as "queues".
func (c *Client) Observations(ctx context.Context, of string, options ...ObservationsOption) iter.Seq2[*Page, error] {
	report := ObservationsReport{Of: of}
	var wishes wishes
	for _, option := range options {
		option.toObservations(&report, &wishes)
	}
	return c.run(ctx, report, wishes)
}

// Directory asks for a listing that turns ids into names: "users", "queues", "wrapup_codes", "divisions", …
func (c *Client) Directory(ctx context.Context, of string, options ...DirectoryOption) iter.Seq2[*Page, error] {
	report := DirectoryReport{Of: of}
	var wishes wishes
	for _, option := range options {
		option.toDirectory(&report, &wishes)
	}
	return c.run(ctx, report, wishes)
}

// Call asks for any operation, with the same log-in, limits, retries, paging and errors.
func (c *Client) Call(ctx context.Context, method, path string, options ...CallOption) iter.Seq2[*Page, error] {
	report := CallReport{Method: method, Path: path}
	var wishes wishes
	for _, option := range options {
		option.toCall(&report, &wishes)
	}
	return c.run(ctx, report, wishes)
}

// Report asks for any report as data: a [ConversationsReport] or another one, or whatever becomes the same JSON.
func (c *Client) Report(ctx context.Context, report any, options ...ReportOption) iter.Seq2[*Page, error] {
	var wishes wishes
	for _, option := range options {
		option.toAny(&wishes)
	}
	return c.run(ctx, report, wishes)
}

func (c *Client) run(ctx context.Context, report any, wishes wishes) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		fail := func(err error) {
			var told *Error
			if ctx.Err() != nil && errors.As(err, &told) && errors.Is(told, ErrCancelled) {
				err = &interrupted{told, []error{told, ctx.Err(), context.Cause(ctx)}}
			}
			yield(nil, err)
		}
		call, err := c.pump.start(report, wishes)
		if err != nil {
			fail(err)
			return
		}
		defer c.pump.end(ctx, call)
		for {
			event, body, err := c.pump.next(ctx, call)
			switch {
			case err != nil:
				fail(err)
				return
			case event.Event == "page":
				page, err := newPage(event.Page, body)
				if !yield(page, err) || err != nil {
					return
				}
			case event.Event == "failed":
				fail(event.Error)
				return
			default:
				if wishes.summary != nil {
					*wishes.summary = event.Summary
				}
				return
			}
		}
	}
}

// SummaryTo is an option of every report: where to put what it did, once its last page was read.
func SummaryTo(summary *Summary) Option { return summaryTo{summary} }

// ask answers what needs no session.
func ask[T any](question any) (T, error) {
	var none T
	text, err := json.Marshal(question)
	if err != nil {
		return none, err
	}
	result, err := stateless().run("ask", text)
	if err != nil {
		return none, err
	}
	return answered[T](result)
}
