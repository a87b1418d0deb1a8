package pegcount

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestPagesAndTables(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	var summary Summary
	rows := 0
	for page, err := range client.Conversations(t.Context(), Interval(box.Interval), SummaryTo(&summary)) {
		if err != nil {
			t.Fatal(err)
		}
		segments, err := page.Table(TableSegments)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := segments.Strings(ColumnConversationID)
		if err != nil {
			t.Fatal(err)
		}
		starts, err := segments.Times(ColumnSegmentStart)
		if err != nil {
			t.Fatal(err)
		}
		for row := range segments.Len() {
			if id, there := ids.At(row); !there || len(id) != 36 {
				t.Fatalf("row %d: no conversation id: %q", row, id)
			}
			if start, there := starts.At(row); there && start.Year() != 2026 {
				t.Fatalf("row %d: %v", row, start)
			}
		}
		rows += segments.Len()
	}
	if rows == 0 || summary.Pages != 2 || summary.Items < 150 {
		t.Fatalf("%d rows, %+v", rows, summary)
	}
}

func TestEveryReport(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	ctx := t.Context()
	for name, pages := range map[string]func(func(*Page, error) bool){
		"aggregates":   client.Aggregates(ctx, "conversations", Interval("last-24h"), GroupBy{"mediaType"}, Metrics{"nOffered", "tHandle"}, Granularity("PT1H")),
		"observations": client.Observations(ctx, "queues"),
		"queues":       client.Directory(ctx, "queues", PageSize(2)),
		"by where":     client.Conversations(ctx, Interval("yesterday"), Where{"mediaType": []string{"voice"}}, TimeZone("Europe/Paris")),
		"as data":      client.Report(ctx, map[string]any{"report": "directory", "of": "users"}, Timeout(time.Minute), Deadline(time.Hour)),
		"typed":        client.Report(ctx, ConversationsReport{Interval: "last-24h"}),
	} {
		t.Run(name, func(t *testing.T) {
			pages, err := Collect(pages)
			if err != nil || len(pages) == 0 {
				t.Fatal(len(pages), err)
			}
			tables, err := pages[0].Tables()
			if err != nil || tables[0].Len() == 0 {
				t.Fatal(tables, err)
			}
		})
	}
	pages, err := Collect(client.Call(ctx, "GET", "/api/v2/organizations/me"))
	if err != nil {
		t.Fatal(err)
	}
	var organisation struct{ ID, Name string }
	if err := pages[0].JSON(&organisation); err != nil || organisation.Name == "" {
		t.Fatal(organisation, err)
	}
}

func TestATokenThatIsRevokedInTheMiddle(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	pages := 0
	for _, err := range client.Directory(t.Context(), "users", PageSize(5)) {
		if err != nil {
			t.Fatal(err)
		}
		if pages++; pages == 1 {
			box.RevokeTokens()
		}
	}
	if logins := box.Logins(); pages < 2 || logins != 2 {
		t.Fatalf("%d pages, %d log-ins", pages, logins)
	}
}

func TestALimitIsSatOut(t *testing.T) {
	box := sandbox(t)
	clock := newClock()
	var log bytes.Buffer
	client := box.client(t, "reporting", func(c *Config) {
		c.Clock, c.Logger = clock, slog.New(slog.NewTextHandler(&log, nil))
	})
	box.Fault("429:7")
	if _, err := Collect(client.Directory(t.Context(), "queues")); err != nil {
		t.Fatal(err)
	}
	client.Close() // By then, what was noticed is told.
	if !strings.Contains(log.String(), "kind=limit") {
		t.Fatal(log.String())
	}
	var waited time.Duration
	for _, wait := range clock.waits {
		waited += wait
	}
	if waited < 7*time.Second {
		t.Fatal(clock.waits)
	}
	for _, secret := range []string{box.Clients["reporting"].Secret, "Bearer"} {
		if strings.Contains(log.String()+fmt.Sprintf("%v %+v", client, client), secret) {
			t.Fatal("a secret is told")
		}
	}
}

func TestACallThatIsCancelled(t *testing.T) {
	box := sandbox(t)
	client := box.client(t, "reporting")
	for name, login := range map[string]bool{"while it is asked": false, "before it logs in": true} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if login {
				cancel()
			} else {
				box.Fault("hang")
				go func() {
					for len(box.Requests("/queues")) == 0 {
					}
					cancel()
				}()
			}
			_, err := Collect(client.Directory(ctx, "queues"))
			if !errors.Is(err, ErrCancelled) || !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		})
	}
	box.ClearFaults()
	if _, err := Collect(client.Directory(t.Context(), "queues")); err != nil {
		t.Fatal("the client does not go on:", err)
	}
}

func TestTheSixClients(t *testing.T) {
	box := sandbox(t)
	day := Interval(box.Interval)
	for _, name := range []string{"reporting", "admin", "emea-only"} {
		if _, err := Collect(box.client(t, name).Directory(t.Context(), "queues")); err != nil {
			t.Fatal(name, err)
		}
	}
	for name, want := range map[string]struct {
		class error
		code  Code
	}{
		"no-analytics": {ErrForbidden, CodeForbiddenPermission},
		"disabled":     {ErrAuth, CodeAuthDisabledClient},
		"wrong-grant":  {ErrAuth, CodeAuthWrongGrant},
	} {
		err := refused(t, box.client(t, name).Conversations(t.Context(), day))
		if !errors.Is(err, want.class) || err.Code != want.code || len(err.Explanation.Remedy) == 0 {
			t.Errorf("%s: %+v", name, err)
		}
		if want.code == CodeForbiddenPermission &&
			(err.Status != 403 || err.RequestID == "" || err.Attempts != 1 || len(err.Explanation.Missing) == 0 || err.Operation == "") {
			t.Errorf("%s: %+v", name, err)
		}
	}
}
