package pegcount

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

const vectors = "../../tests/vectors/"

// script is a file of tests/vectors/session.
type script struct {
	Config struct {
		Arguments   json.RawMessage   `json:"arguments"`
		Environment map[string]string `json:"environment"`
		Gives       any               `json:"gives"`
	} `json:"config"`
	Wall   int64               `json:"wall"`
	Script []map[string]rawAny `json:"script"`
}

// rawAny is JSON to be compared, or read.
type rawAny struct{ json.RawMessage }

func (r rawAny) value(t *testing.T) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(r.RawMessage, &value); err != nil {
		t.Fatal(err)
	}
	return plain(value)
}

// into reads JSON into a Go value.
func into[T any](t *testing.T, text json.RawMessage) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// plain leaves out what is null: it means the same as absent.
func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			if item == nil {
				delete(value, key)
			} else {
				value[key] = plain(item)
			}
		}
	case []any:
		for i, item := range value {
			value[i] = plain(item)
		}
	}
	return value
}

// stage replays one script: a session on the script's clock.
type stage struct {
	*testing.T
	session *session
	now     now
	looks   map[uint64]string
}

func TestEveryScriptRunsAsItSays(t *testing.T) {
	paths, err := filepath.Glob(vectors + "session/*.json")
	if err != nil || len(paths) < 60 {
		t.Fatal(len(paths), "scripts", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			script := into[script](t, text)
			session, err := open(map[string]any{"arguments": script.Config.Arguments, "environment": script.Config.Environment})
			if script.Config.Gives != nil || err != nil {
				same(t, plain(script.Config.Gives), failed(t, err))
				return
			}
			defer session.close()
			stage := &stage{t, session, now{0, script.Wall}, map[uint64]string{}}
			for nth, step := range script.Script {
				gives := step["gives"]
				delete(step, "gives")
				for name, value := range step {
					happened, expected := stage.step(name, value, gives)
					if !same(t, expected, happened) {
						t.Fatalf("step %d, %s", nth, name)
					}
				}
			}
		})
	}
}

// given is what stands in a step, whatever its name.
type given struct {
	ID      uint64          `json:"id"`
	Report  json.RawMessage `json:"report"`
	Options json.RawMessage `json:"options"`
	Failure *failure        `json:"failure"`
	Answer  json.RawMessage `json:"answer"`
	Status  int             `json:"status"`
	Headers [][2]string     `json:"headers"`
	Body    string          `json:"body"`
	Page    json.RawMessage `json:"page"`
	Table   string          `json:"table"`
}

// step does one step, and gives what happened beside what should have.
func (s *stage) step(name string, value, gives rawAny) (happened, expected any) {
	s.Helper()
	var of given
	var number int64
	if value.RawMessage[0] == '{' {
		of = into[given](s.T, value.RawMessage)
	} else if value.RawMessage[0] != '[' {
		number = into[int64](s.T, value.RawMessage)
	}
	switch name {
	case "start":
		call, err := s.tell(input{Do: "start", Report: of.Report, Options: of.Options})
		if err != nil {
			return failed(s.T, err), gives.value(s.T)
		}
		return map[string]any{"call": call}, gives.value(s.T)
	case "pull", "cancel":
		return s.quietly(input{Do: name, Call: uint64(number)})
	case "pass":
		s.now.Mono, s.now.Wall = s.now.Mono+uint64(number), s.now.Wall+number
	case "jump":
		s.now.Wall += number
	case "poll":
		return s.poll(), value.value(s.T)
	case "answer":
		seen, failed := look(s.looks[of.ID], &answer{of.Status, of.Headers, []byte(of.Body)})
		if failed != nil {
			s.Fatal(failed)
		}
		return s.quietly(input{Do: "response", ID: of.ID, Seen: seen})
	case "fail":
		return s.quietly(input{Do: "failure", ID: of.ID, Failure: of.Failure})
	case "store", "credentials":
		return s.quietly(input{Do: name, ID: of.ID, Answer: of.Answer})
	case "notices":
		told, err := s.tell(input{Do: "observe"})
		if err != nil {
			s.Fatal(err)
		}
		return told, value.value(s.T)
	case "decode":
		return s.decode(of.Page, of.Body, of.Table), gives.value(s.T)
	default:
		s.Fatalf("there is no step %s", name)
	}
	return nil, nil
}

func (s *stage) tell(input input) (any, error) {
	input.now = s.now
	result, err := s.session.step(input)
	if err != nil {
		s.Fatal(err)
	}
	value, err := answered[any](result)
	return plain(value), err
}

func (s *stage) quietly(input input) (any, any) {
	s.Helper()
	if _, err := s.tell(input); err != nil {
		s.Fatal(err)
	}
	return nil, nil
}

func (s *stage) poll() any {
	result, err := s.session.step(input{Do: "poll", now: s.now})
	if err != nil {
		s.Fatal(err)
	}
	orders, err := answered[[]rawAny](result)
	if err != nil {
		s.Fatal(err)
	}
	var values []any
	for _, each := range orders {
		order := into[order](s.T, each.RawMessage)
		if order.Action == "send" {
			s.looks[order.ID] = order.Look
		}
		value := each.value(s.T)
		for key, typed := range map[string]any{"error": order.Error, "summary": order.Summary} {
			if raw := value.(map[string]any)[key]; raw != nil {
				s.keeps(raw, typed)
			}
		}
		values = append(values, value)
	}
	return values
}

// keeps checks that the generated Go type has room for everything that the core says.
func (s *stage) keeps(said any, typed any) {
	text, err := json.Marshal(typed)
	if err != nil {
		s.Fatal(err)
	}
	// What is zero in Go is absent.
	var zero func(any) any
	zero = func(value any) any {
		object, is := value.(map[string]any)
		if !is {
			return value
		}
		kept := map[string]any{}
		for key, item := range object {
			list, isList := item.([]any)
			if item != "" && item != 0.0 && (!isList || len(list) > 0) {
				kept[key] = zero(item)
			}
		}
		return kept
	}
	if !same(s.T, zero(said), zero(rawAny{text}.value(s.T))) {
		s.Fatalf("%T loses a part", typed)
	}
}

func (s *stage) decode(context json.RawMessage, body, table string) any {
	places, block, err := (&Page{Body: []byte(body), context: context}).decode([]string{table}, map[string]any{"csv": map[string]any{"header": true}})
	if err != nil {
		return failed(s.T, err)
	}
	return map[string]any{"csv": string(block[places[0].At : places[0].At+places[0].Len])}
}

// failed is an error as the core wrote it, less what is zero.
func failed(t *testing.T, err error) any {
	t.Helper()
	var told *Error
	if !errors.As(err, &told) {
		t.Fatalf("no error of this library: %v", err)
	}
	text, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	error := rawAny{text}.value(t).(map[string]any)
	if error["attempts"] == nil {
		error["attempts"] = 0.0
	}
	explanation := error["explanation"].(map[string]any)
	for _, list := range []string{"evidence", "remedy", "missing", "nearest"} {
		if explanation[list] == nil {
			explanation[list] = []any{}
		}
	}
	return map[string]any{"error": error}
}

func same(t *testing.T, expected, happened any) bool {
	t.Helper()
	if reflect.DeepEqual(expected, happened) {
		return true
	}
	want, _ := json.MarshalIndent(expected, "", " ")
	have, _ := json.MarshalIndent(happened, "", " ")
	t.Errorf("expected %s\nhappened %s", want, have)
	return false
}

type kind struct{ Code, Class string }

// The class of each code, and its name in Go, are those of the table that all languages share.
func TestEveryErrorHasItsClass(t *testing.T) {
	text, err := os.ReadFile(vectors + "errors.json")
	if err != nil {
		t.Fatal(err)
	}
	table := into[struct {
		Classes map[string]struct{ Go string } `json:"classes"`
		Codes   []kind                         `json:"errors"`
	}](t, text)
	sentinels := map[string]error{
		"ErrConfig": ErrConfig, "ErrQuery": ErrQuery, "ErrAuth": ErrAuth, "ErrForbidden": ErrForbidden,
		"ErrNotFound": ErrNotFound, "ErrLimit": ErrLimit, "ErrServer": ErrServer, "ErrNetwork": ErrNetwork,
		"ErrAnswer": ErrAnswer, "ErrJob": ErrJob, "ErrCancelled": ErrCancelled,
	}
	if len(table.Classes) != len(sentinels) || len(classes) != len(sentinels) || len(table.Codes) == 0 {
		t.Fatal(len(table.Classes), len(classes), len(table.Codes))
	}
	kinds, err := ask[[]kind](map[string]any{"ask": "kinds"})
	if err != nil || !reflect.DeepEqual(kinds, table.Codes) {
		t.Fatal(kinds, table.Codes, err)
	}
	for _, kind := range kinds {
		err := &Error{Code: Code(kind.Code), Class: kind.Class}
		for name, sentinel := range sentinels {
			if errors.Is(err, sentinel) != (name == table.Classes[kind.Class].Go) {
				t.Errorf("%s is of class %s: %s", kind.Code, kind.Class, name)
			}
		}
	}
}

func TestEveryAnswerIsExplained(t *testing.T) {
	text, err := os.ReadFile(vectors + "explain.json")
	if err != nil {
		t.Fatal(err)
	}
	table := into[struct {
		Cases []struct {
			ID, Body, Method, Path string
			Status                 int
			Login                  *bool
			Expect                 struct {
				Code             Code
				Cause            string
				Certainty        Certainty
				Missing, Nearest []string
				Retry            Retry
			}
		}
	}](t, text)
	if len(table.Cases) < 50 {
		t.Fatal(len(table.Cases))
	}
	for _, each := range table.Cases {
		told, err := Explain(Case{Status: each.Status, Body: each.Body, Method: each.Method, Path: each.Path, Login: each.Login})
		if err != nil {
			t.Fatal(each.ID, err)
		}
		why, want := told.Explanation, each.Expect
		if told.Code != want.Code || why.Cause != want.Cause || why.Certainty != want.Certainty || told.Retry != want.Retry ||
			!reflect.DeepEqual(why.Missing, want.Missing) || !reflect.DeepEqual(why.Nearest, want.Nearest) {
			t.Errorf("%s: %+v, not %+v", each.ID, told, want)
		}
	}
}
