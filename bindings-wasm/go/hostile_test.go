package pegcount

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const evening = Interval("2026-03-09T20:00Z/2026-03-09T21:00Z")

func TestFaultsThatDoNotEnd(t *testing.T) {
	for fault, code := range map[string]Code{
		"forbidden-policy": CodeForbiddenPolicy,
		"ip":               CodeAuthIPNotAllowed,
		"html":             CodeNetworkProxy,
		"retry-after":      CodeLimitDeferred,
		"huge":             CodeLimitAnswerTooLarge,
		"gzip-bomb":        CodeLimitAnswerTooLarge,
		"503":              CodeServerUnavailable,
		"500":              CodeServerFault,
		"reset-before":     CodeNetworkBroken,
		"hang":             CodeNetworkTimeout,
	} {
		t.Run(fault, func(t *testing.T) {
			box := sandbox(t)
			client := box.client(t, "reporting", func(c *Config) {
				c.MaxBody = 1 << 20
				if fault == "hang" {
					c.Timeout = 300 * time.Millisecond
				}
			})
			box.Fault(fault + "@0")
			err := refused(t, client.Call(t.Context(), "GET", "/api/v2/routing/queues"))
			if err.Code != code || err.Explanation.Code != code || err.Explanation.String() == "" {
				t.Fatalf("%+v", err)
			}
			if fault == "retry-after" && err.Retry.After.Duration < 24*time.Hour {
				t.Fatal(err.Retry)
			}
		})
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	for name, want := range map[string]struct {
		says func(net.Conn)
		code Code
	}{
		"a page of a proxy":   {says("<html><title>Sign in</title></html>", "Content-Type: text/html"), CodeNetworkProxy},
		"half of one":         {says(`{"conversations":[{"conversationId":`), CodeAnswerTruncated},
		"nonsense":            {says("nonsense"), CodeAnswerNotJSON},
		"a text":              {says(`"text"`), CodeAnswerUnexpected},
		"no UTF-8":            {says("\xff\xfe{}"), CodeAnswerNotJSON},
		"deep":                {says(strings.Repeat("[", 1<<20)), CodeAnswerUnexpected},
		"a day of waiting":    {answers("429 Too Many Requests", "{}", "Retry-After: 86400"), CodeLimitDeferred},
		"stops in the middle": {stops("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), CodeNetworkBroken},
	} {
		t.Run(name, func(t *testing.T) {
			server := standin(t)
			for range 12 {
				server.queue = append(server.queue, want.says)
			}
			err := refused(t, server.client(t).Conversations(t.Context(), evening))
			if err.Code != want.code && !(name == "deep" && errors.Is(err, ErrAnswer)) {
				t.Fatalf("%+v", err)
			}
			if strings.Contains(fmt.Sprintf("%+v %#v", err, err), "SECRET") {
				t.Fatal("a secret is told")
			}
		})
	}
}

func TestBytesThatAreNoTable(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 1<<18)
	for name, body := range map[string]string{
		"nothing": "", "null": "null", "deep": deep, "half": `{"conversations":[{"conversationId":"`,
		"deep inside": `{"conversations":[{"conversationId":"x","y":` + deep + `]}`,
		"types":       `{"conversations":[{"conversationId":7,"participants":{"a":1}}]}`,
	} {
		page, err := Decode(ConversationsReport{}, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = page.Tables(); err != nil && !errors.Is(err, ErrAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The instances go on.
	page, _ := Decode(ConversationsReport{}, []byte(`{"conversations":[]}`))
	if table, err := page.Table(TableSegments); err != nil || table.Len() != 0 {
		t.Fatal(table, err)
	}
	if _, err := page.Table("segmets"); !errors.Is(err, ErrQuery) {
		t.Fatal(err)
	}
}

func TestSettingsThatCannotBeMeant(t *testing.T) {
	fine := Config{Region: "eu-west-1", ClientID: "a", ClientSecret: "b"}
	for name, want := range map[string]struct {
		change func(*Config)
		code   Code
	}{
		"region":    {func(c *Config) { c.Region = "eu-wets-1" }, CodeConfigRegion},
		"secret":    {func(c *Config) { c.ClientSecret = "" }, CodeConfigCredentials},
		"two lines": {func(c *Config) { c.ClientSecret = "hunter\nSECRET" }, CodeConfigCredentials},
		"timeout":   {func(c *Config) { c.Timeout = -time.Nanosecond }, CodeConfigValue},
		"pace":      {func(c *Config) { c.Pace = -1 }, CodeConfigValue},
		"profile":   {func(c *Config) { c.Profile = "absent" }, CodeConfigProfile},
		"plain":     {func(c *Config) { c.Region, c.APIURL = "", "http://api.mypurecloud.ie" }, CodeConfigValue},
	} {
		config := fine
		want.change(&config)
		_, err := New(config)
		var told *Error
		if !errors.As(err, &told) || !errors.Is(err, ErrConfig) || told.Code != want.code {
			t.Errorf("%s: %+v", name, err)
		}
		if text := fmt.Sprintf("%v %+v %#v %d %s", err, config, config, config, config.LogValue()); strings.Contains(text, "hunter") {
			t.Errorf("%s: a secret is told: %s", name, text)
		}
	}
}

func TestQuestionsThatCannotBeMeant(t *testing.T) {
	client := made(t, Config{Region: "eu-west-1", ClientID: "a", ClientSecret: "b", Clock: newClock()})
	ctx := t.Context()
	for code, pages := range map[Code]func(func(*Page, error) bool){
		CodeQueryInterval:  client.Conversations(ctx, Interval("2026-03-10/2026-03-09")),
		CodeQueryPaging:    client.Conversations(ctx, Interval("yesterday"), PageSize(1000)),
		CodeQueryDimension: client.Conversations(ctx, Interval("yesterday"), Where{"mediaTyp": "voice"}, Strict(true)),
		CodeQueryBody:      client.Report(ctx, map[string]any{"report": "conversations", "date_from": "yesterday"}),
		CodeQueryMetric:    client.Aggregates(ctx, "", Interval("yesterday"), Metrics{"nOfered"}, Strict(true)),
	} {
		err := refused(t, pages)
		if err.Code != code || !errors.Is(err, ErrQuery) || err.Attempts != 0 {
			t.Errorf("%s: %+v", code, err)
		}
	}
}

// A transport of the user's that fails in its own way, with a token in the text.
type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("Bearer tok-SECRET-1 in the text of a stranger")
}

func TestATransportThatFailsInItsOwnWay(t *testing.T) {
	client := made(t, Config{Region: "eu-west-1", Token: "tok-SECRET-1", HTTPClient: &http.Client{Transport: failing{}}, Clock: newClock()})
	err := refused(t, client.Directory(t.Context(), "queues"))
	if err.Code != CodeNetworkBroken || strings.Contains(fmt.Sprintf("%+v %s", err, err.Explanation), "SECRET") {
		t.Fatalf("%+v", err)
	}
}
