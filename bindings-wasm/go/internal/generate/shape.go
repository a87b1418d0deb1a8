package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"strings"
)

// ordered is a JSON object whose keys keep their order.
type ordered[T any] struct {
	names  []string
	values map[string]T
}

func (o ordered[T]) at(name string) T {
	value, there := o.values[name]
	if !there {
		log.Fatalf("the schema has no %q", name)
	}
	return value
}

func (o *ordered[T]) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &o.values); err != nil {
		return err
	}
	reader := json.NewDecoder(bytes.NewReader(text))
	if _, err := reader.Token(); err != nil {
		return err
	}
	for reader.More() {
		key, err := reader.Token()
		if err != nil {
			return err
		}
		o.names = append(o.names, key.(string))
		var value json.RawMessage
		if err := reader.Decode(&value); err != nil {
			return err
		}
	}
	return nil
}

// shape is the part of JSON Schema that the core uses.
type shape struct {
	Type        any            `json:"type"`
	Format      string         `json:"format"`
	Description string         `json:"description"`
	Const       string         `json:"const"`
	Ref         string         `json:"$ref"`
	Items       *shape         `json:"items"`
	OneOf       []shape        `json:"oneOf"`
	AnyOf       []shape        `json:"anyOf"`
	Properties  ordered[shape] `json:"properties"`
}

// kind is the type, without "or null".
func (s shape) kind() string {
	switch kind := s.Type.(type) {
	case string:
		return kind
	case []any:
		for _, each := range kind {
			if each != "null" {
				return each.(string)
			}
		}
	}
	return ""
}

// ref is the name of the type that is referred to, if one is.
func (s shape) ref() string {
	for _, each := range append([]shape{s}, s.AnyOf...) {
		if name, there := strings.CutPrefix(each.Ref, "#/$defs/"); there {
			return name
		}
	}
	return ""
}

func (s shape) milliseconds() bool {
	return s.kind() == "integer" && strings.Contains(strings.ToLower(s.Description), "milliseconds")
}

// about is the description; a duration needs no unit in Go.
func (s shape) about() string {
	if !s.milliseconds() {
		return s.Description
	}
	return strings.NewReplacer("Milliseconds", "Time", ", in milliseconds,", "").Replace(s.Description)
}

// answer is the Go type of a field that the core fills.
func (s shape) answer(key string) string {
	if key == "code" {
		return "Code"
	}
	switch s.ref() {
	case "":
	case "CallId", "RequestId":
		return "uint64"
	default:
		return s.ref()
	}
	if s.milliseconds() {
		return "Duration"
	}
	return s.plain()
}

// argument is the Go type of a setting.
func (s shape) argument() string {
	switch {
	case s.milliseconds():
		return "Duration"
	case s.Format == "uint64" && strings.Contains(s.Description, "64 bits"):
		return "uint64"
	}
	return s.plain()
}

// plain is the Go type of a value without a meaning of its own. What may be absent is its zero value.
func (s shape) plain() string {
	switch s.kind() {
	case "string":
		return "string"
	case "boolean":
		return "bool"
	case "integer":
		if s.Format == "uint64" {
			return "int64"
		}
		return "int"
	case "array":
		return "[]" + s.Items.plain()
	case "object":
		return "map[string]any"
	case "":
		return "any"
	}
	log.Fatalf("no Go type for %v", s.Type)
	return ""
}

// writer collects Go source.
type writer struct{ bytes.Buffer }

func (w *writer) line(text string, values ...any) {
	fmt.Fprintf(w, text+"\n", values...)
}

func (w *writer) comment(prefix, text string) {
	for line := range strings.SplitSeq(prefix+text, "\n") {
		w.line("%s", strings.TrimSpace("// "+line))
	}
}

var initialisms = map[string]string{
	"api": "API", "id": "ID", "ids": "IDs", "ip": "IP", "json": "JSON", "tls": "TLS", "dns": "DNS", "saml": "SAML", "uri": "URI", "url": "URL",
}

// camel turns client_id and auth.ip_not_allowed into names of Go; milliseconds become durations there.
func camel(name string) string {
	var out strings.Builder
	for word := range strings.FieldsFuncSeq(strings.TrimSuffix(name, "_ms"), func(r rune) bool { return r == '_' || r == '.' }) {
		if special, there := initialisms[word]; there {
			out.WriteString(special)
		} else {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	if out.String() == "Extra" && strings.HasPrefix(name, "_") {
		return "RawExtra"
	}
	return out.String()
}

func lower(name string) string { return strings.ToLower(name[:1]) + name[1:] }

func join(names []string) string { return strings.Join(names, ", ") }
