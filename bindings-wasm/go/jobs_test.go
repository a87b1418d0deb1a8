package pegcount

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pegcount/pegcount/bindings-wasm/go/internal/simulated"
)

const jobs = "/api/v2/analytics/conversations/details/jobs"

// takesAlong is a clock that takes the sandbox along.
func (b *box) takesAlong(t *testing.T) func(*Config) {
	clock := newClock()
	clock.passed = func(wait time.Duration) {
		b.Advance(wait)
	}
	return func(c *Config) { c.Clock = clock }
}

// rows are the lines of a table of all pages, in order.
func rows(t *testing.T, report func(func(*Page, error) bool), name string) []string {
	t.Helper()
	pages, err := Collect(report)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, page := range pages {
		table, err := page.Table(name)
		if err != nil {
			t.Fatal(err)
		}
		csv, err := table.CSV(false)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(csv)), "\r\n")...)
	}
	slices.Sort(lines)
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

func TestAJobGivesTheRowsOfTheQueryAndMore(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting", box.takesAlong(t))
	day := Interval(box.Interval)
	for name, more := range map[string]bool{TableConversations: false, TableSegments: false, TableParticipantAttributes: true} {
		query := rows(t, client.Conversations(t.Context(), day), name)
		job := rows(t, client.Conversations(t.Context(), day, ViaJob), name)
		if more && (len(query) > 0 || len(job) == 0) || !more && (len(job) < 100 || !slices.Equal(job, query)) {
			t.Fatalf("%s: %d rows by query, %d by job", name, len(query), len(job))
		}
	}
	of := []AggregatesOption{day, GroupBy{"mediaType"}, Metrics{"nOffered", "tHandle"}}
	query := rows(t, client.Aggregates(t.Context(), "conversations", of...), TableAggregates)
	job := rows(t, client.Aggregates(t.Context(), "conversations", append(of, ViaJob)...), TableAggregates)
	if len(query) == 0 || !slices.Equal(job, query) {
		t.Fatal(query, job)
	}
	if until := rows(t, client.Availability(t.Context(), "conversations"), "availability"); len(until) != 1 {
		t.Fatal(until)
	}
}

func TestAJobThatFails(t *testing.T) {
	box := sandbox(t)
	box.Fault("job-fails")
	client := box.client(t, "reporting", box.takesAlong(t))
	if err := refused(t, client.Conversations(t.Context(), Interval(box.Interval), ViaJob)); !errors.Is(err, ErrJob) {
		t.Fatal(err)
	}
}

// heard calls a function when a notice of this kind is logged.
type heard struct {
	slog.Handler
	kind NoticeKind
	do   func(text string)
}

func (h heard) Enabled(context.Context, slog.Level) bool { return true }

func (h heard) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "kind" && attr.Value.String() == string(h.kind) {
			h.do(record.Message)
		}
		return true
	})
	return nil
}

func TestAJobThatNobodyWantsIsEndedOnTheServer(t *testing.T) {
	for how, end := range map[string]func(*Client, context.CancelFunc){
		"it is cancelled":      func(_ *Client, cancel context.CancelFunc) { cancel() },
		"its client is closed": func(client *Client, _ context.CancelFunc) { client.Close() },
	} {
		t.Run(how, func(t *testing.T) {
			box := sandbox(t)
			box.Fault("job-slow:3600")
			told := make(chan string, 10)
			client := box.client(t, "reporting", func(c *Config) {
				c.Clock, c.Logger = nil, slog.New(heard{slog.DiscardHandler, NoticeKindJob, func(text string) { told <- text }})
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			open := make(chan error)
			go func() {
				_, err := Collect(client.Conversations(ctx, Interval(box.Interval), ViaJob))
				open <- err
			}()
			<-told
			end(client, cancel)
			if err := <-open; !errors.Is(err, ErrCancelled) {
				t.Fatal(err)
			}
			// Closing waits for what is still to be done on the server.
			client.Close()
			ended := slices.DeleteFunc(box.Requests(""), func(line simulated.Asked) bool { return line.Method != "DELETE" })
			if len(ended) != 1 || !strings.HasPrefix(ended[0].Path, jobs) || ended[0].Status != http.StatusNoContent {
				t.Fatal(ended)
			}
			if text := <-told; !strings.Contains(text, "was cancelled on the server") {
				t.Fatal(text)
			}
		})
	}
}

func TestClosingDoesNotWaitForAServerThatSaysNothing(t *testing.T) {
	told := make(chan string, 10)
	server := transportOf(func(request *http.Request) (*http.Response, error) {
		body := `{"state":"QUEUED"}`
		switch {
		case request.Method == http.MethodDelete:
			<-request.Context().Done()
			return nil, request.Context().Err()
		case strings.HasSuffix(request.URL.Path, "/oauth/token"):
			body = `{"access_token":"tok-SECRET-1","expires_in":1000}`
		case strings.HasSuffix(request.URL.Path, "/availability"):
			body = `{"dataAvailabilityDate":"2030-01-01T00:00:00Z"}`
		case request.Method == http.MethodPost:
			body = `{"jobId":"j1"}`
		}
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: request}, nil
	})
	client := made(t, Config{Region: "eu-west-1", ClientID: "id", ClientSecret: "s", TokenStore: NoTokenStore, Timeout: 100 * time.Millisecond,
		HTTPClient: &http.Client{Transport: server}, Logger: slog.New(heard{slog.DiscardHandler, NoticeKindJob, func(text string) { told <- text }})})
	ctx, cancel := context.WithCancel(t.Context())
	open := make(chan error)
	go func() {
		_, err := Collect(client.Conversations(ctx, Interval("2026-03-09"), ViaJob))
		open <- err
	}()
	<-told
	cancel()
	if err := <-open; !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	client.Close()
	if text := <-told; !strings.Contains(text, "could not be cancelled") {
		t.Fatal(text)
	}
}

type transportOf func(*http.Request) (*http.Response, error)

func (f transportOf) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestABudgetOfRequests(t *testing.T) {
	box := sandbox(t)
	err := refused(t, box.client(t, "reporting").Directory(t.Context(), "users", PageSize(1), MaxCalls(2)))
	if err.Code != CodeLimitBudget || len(box.Requests("/users")) != 2 {
		t.Fatal(err, len(box.Requests("/users")))
	}
}
