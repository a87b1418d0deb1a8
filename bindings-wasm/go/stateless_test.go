package pegcount

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"
)

// statelessCase is a case of tests/vectors/login.json or plan.json.
type statelessCase struct {
	About      string          `json:"about"`
	Wish       json.RawMessage `json:"wish"`
	Arguments  json.RawMessage `json:"arguments"`
	Randomness string          `json:"randomness"`
	CameBack   string          `json:"came_back"`
	State      string          `json:"state"`
	Situation  json.RawMessage `json:"situation"`
	Report     json.RawMessage `json:"report"`
	Pace       int             `json:"pace"`
	Wall       int64           `json:"wall"`
	Gives      rawAny          `json:"gives"`
}

// question is what the core is asked in a case, and how its answer stands in the file.
func (c *statelessCase) question(t *testing.T, kind string) (asked map[string]any, shape func(any) any) {
	as := func(value any) any { return value }
	switch kind {
	case "begin":
		random, err := hex.DecodeString(c.Randomness)
		if err != nil {
			t.Fatal(err)
		}
		numbers := make([]int, len(random))
		for i, each := range random {
			numbers[i] = int(each)
		}
		return map[string]any{"ask": "begin_login", "wish": c.Wish, "randomness": numbers, "arguments": c.Arguments}, as
	case "finish":
		code := func(value any) any { return map[string]any{"code": value} }
		return map[string]any{"ask": "finish_login", "came_back": c.CameBack, "state": c.State}, code
	case "advise":
		return map[string]any{"ask": kind, "situation": c.Situation}, as
	case "plan":
		return map[string]any{"ask": kind, "report": c.Report, "pace": c.Pace, "wall": c.Wall}, as
	}
	t.Fatal("there is no kind", kind)
	return nil, nil
}

func TestEveryCaseWithoutASession(t *testing.T) {
	for _, file := range []string{"login.json", "plan.json"} {
		text, err := os.ReadFile(vectors + file)
		if err != nil {
			t.Fatal(err)
		}
		for kind, cases := range into[map[string][]statelessCase](t, text) {
			if len(cases) < 5 {
				t.Fatal(kind, len(cases))
			}
			for _, each := range cases {
				question, shape := each.question(t, kind)
				var happened any
				if answer, err := ask[any](question); err != nil {
					happened = failed(t, err)
				} else {
					happened = shape(plain(answer))
				}
				if !same(t, each.Gives.value(t), happened) {
					t.Fatal(kind, each.About)
				}
			}
		}
	}
}

func TestAdviceAndOutlookHaveTheirTypes(t *testing.T) {
	advice, err := Advise(Situation{Interactive: true, Public: true, Wanted: "implicit"})
	if err != nil || advice.Grant != "pkce" || len(advice.Steps) < 3 || len(advice.WillNotWork) < 2 || advice.String() == "" {
		t.Fatal(advice, err)
	}
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	outlook, err := Plan(ConversationsReport{Interval: "2026-01", Via: "query"}, 300, now)
	if err != nil || outlook.Lane != "query" || outlook.Requests != 5 || len(outlook.Windows) != 5 || outlook.First.Method != "POST" {
		t.Fatal(outlook, err)
	}
	if _, err := Plan(ConversationsReport{Interval: "yesterdy"}, 300, now); err == nil {
		t.Fatal("a plan of nothing")
	}
}
