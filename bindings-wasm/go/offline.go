package pegcount

import (
	"net/http"
	"time"
)

// Case is an answer to explain. Everything may be missing.
type Case struct {
	Status  int
	Headers http.Header
	// Body may be all that was printed.
	Body   string
	Method string
	Path   string
	// Domain of the region that was asked.
	Domain string
	// Login tells whether the token endpoint answered; nil if that is not known.
	Login *bool
}

// Explain explains an answer that was pasted, or caught by another library.
func Explain(answer Case) (*Error, error) {
	var headers [][2]string
	for name, values := range answer.Headers {
		for _, value := range values {
			headers = append(headers, [2]string{name, value})
		}
	}
	told := map[string]any{"headers": headers, "login": answer.Login, "body": answer.Body}
	if answer.Status > 0 {
		told["status"] = answer.Status
	}
	for name, value := range map[string]string{"method": answer.Method, "path": answer.Path, "domain": answer.Domain} {
		if value != "" {
			told[name] = value
		}
	}
	return ask[*Error](map[string]any{"ask": "explain", "case": told})
}

// Finding is something that is wrong with a report.
type Finding struct {
	// Level is "error" for what the server would certainly refuse, "warning" for what only looks wrong.
	Level string `json:"severity"`
	Error *Error `json:"error"`
}

// Lint says what is wrong with a report, without sending anything. `now` is what its interval counts from.
func Lint(report any, now time.Time) ([]Finding, error) {
	return ask[[]Finding](map[string]any{"ask": "lint", "report": report, "wall": now.UnixMilli()})
}

// Outlook is what a report would cost.
type Outlook struct {
	// Operation that is asked first, or that gives the report its name.
	Operation string `json:"operation"`
	// Lane is "query", "job", "listing" or "ids": how it is asked.
	Lane string `json:"lane"`
	// Requests, log-ins not counted: so many at the least, or with Exact just so many, where nothing goes wrong.
	Requests int64 `json:"requests"`
	Exact    bool  `json:"exact"`
	// Seconds that these requests take at the pace, at the least.
	Seconds int64 `json:"seconds"`
	// Windows are the intervals that are sent, where there are several: the server allows no longer ones.
	Windows []string `json:"windows"`
	// First is the first request that serves the report itself.
	First struct {
		Method string         `json:"method"`
		Path   string         `json:"path"`
		Query  [][2]string    `json:"query"`
		Body   map[string]any `json:"body"`
	} `json:"first"`
	// Warnings about what only looks wrong.
	Warnings []*Error `json:"warnings"`
}

// Plan says what a report would cost at a pace of so many requests a minute, without sending anything. `now` is what
// its interval counts from.
func Plan(report any, pace int, now time.Time) (*Outlook, error) {
	return ask[*Outlook](map[string]any{"ask": "plan", "report": report, "pace": pace, "wall": now.UnixMilli()})
}

// Times reads the interval: the first instant, and the one after the last. `now` is what it counts from, and the time
// zone, if not empty, that whose days it means.
func (o Interval) Times(zone TimeZone, now time.Time) (from, to time.Time, err error) {
	asked := map[string]any{"ask": "interval", "text": o, "wall": now.UnixMilli()}
	if zone != "" {
		asked["time_zone"] = zone
	}
	read, err := ask[struct{ From, To int64 }](asked)
	return time.UnixMilli(read.From).UTC(), time.UnixMilli(read.To).UTC(), err
}
