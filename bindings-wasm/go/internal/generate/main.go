// Command generate writes the Go types of all that crosses the border, from the schema that the core emits.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"log"
	"os"
)

// The types of answers and events that users see. Those of questions are made from Report.
var structs = []string{"Error", "Explanation", "Retry", "Summary", "Notice"}
var enums = []string{"Certainty", "NoticeKind", "Paging", "Via"}

type schema struct {
	Types  ordered[shape] `json:"types"`
	Tables []table        `json:"tables"`
	Errors []kind         `json:"errors"`
}

type table struct {
	Name    string `json:"name"`
	Columns []struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	} `json:"columns"`
}

type kind struct {
	Code  string `json:"code"`
	Class string `json:"class"`
}

func main() {
	log.SetFlags(0)
	from := flag.String("schema", "../../core/schema.json", "the core's schema")
	to := flag.String("out", "generated.go", "what to write")
	flag.Parse()
	text, err := os.ReadFile(*from)
	if err != nil {
		log.Fatal(err)
	}
	var whole schema
	if err := json.Unmarshal(text, &whole); err != nil {
		log.Fatalf("%s: %v", *from, err)
	}
	out := &writer{}
	out.line("// Code generated from core/schema.json by internal/generate. DO NOT EDIT.\n\npackage pegcount\n")
	out.line("import (\n\"encoding/json\"\n\"errors\"\n\"time\"\n)\n")
	writeErrors(out, whole.Errors)
	for _, name := range enums {
		writeEnum(out, name, whole.Types.at(name))
	}
	for _, name := range structs {
		writeStruct(out, name, whole.Types.at(name))
	}
	writeArguments(out, whole.Types.at("Arguments"))
	writeReports(out, whole.Types)
	writeTables(out, whole.Tables)
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		log.Fatalf("%v\n%s", err, out.Bytes())
	}
	if err := os.WriteFile(*to, formatted, 0o644); err != nil {
		log.Fatal(err)
	}
}

func writeErrors(out *writer, kinds []kind) {
	out.line("// Code says what went wrong. Codes are stable; the first word is the class.\ntype Code string\n")
	out.line("// The codes of all errors.\nconst (")
	for _, kind := range kinds {
		out.line("Code%s Code = %q", camel(kind.Code), kind.Code)
	}
	out.line(")\n\n// One error for each class, for errors.Is.\nvar (")
	classes := map[string]bool{}
	var order []string
	for _, kind := range kinds {
		if !classes[kind.Class] {
			classes[kind.Class] = true
			order = append(order, kind.Class)
			out.line("Err%s = errors.New(%q)", kind.Class, "pegcount: "+lower(kind.Class))
		}
	}
	out.line(")\n\nvar classes = map[string]error{")
	for _, class := range order {
		out.line("%q: Err%s,", class, class)
	}
	out.line("}\n")
}

func writeEnum(out *writer, name string, shape shape) {
	out.comment(name+": ", shape.Description)
	out.line("type %s string\n\n// The values of %s.\nconst (", name, name)
	for _, value := range shape.OneOf {
		out.comment("", value.Description)
		out.line("%s%s %s = %q", name, camel(value.Const), name, value.Const)
	}
	out.line(")\n")
}

func writeStruct(out *writer, name string, shape shape) {
	out.comment(name+": ", shape.Description)
	out.line("type %s struct {", name)
	written := map[string]bool{}
	parts := append(shape.OneOf, shape)
	for _, part := range parts {
		for _, key := range part.Properties.names {
			if !written[key] {
				written[key] = true
				field := part.Properties.at(key)
				out.comment("", field.about())
				out.line("%s %s `json:\"%s,omitzero\"`", camel(key), field.answer(key), key)
			}
		}
	}
	out.line("}\n")
}

// writeArguments makes what Config is turned into.
func writeArguments(out *writer, shape shape) {
	out.line("// arguments is what the core reads a configuration from.\ntype arguments struct {")
	for _, key := range shape.Properties.names {
		out.line("%s %s `json:\"%s,omitzero\"`", camel(key), shape.Properties.at(key).argument(), key)
	}
	out.line("}\n")
}

func writeTables(out *writer, tables []table) {
	out.line("// The tables of all reports.\nconst (")
	columns := map[string]*column{}
	var order []string
	for _, table := range tables {
		out.line("Table%s = %q", camel(table.Name), table.Name)
		for _, each := range table.Columns {
			if columns[each.Name] == nil {
				columns[each.Name] = &column{kind: each.Kind}
				order = append(order, each.Name)
			}
			columns[each.Name].tables = append(columns[each.Name].tables, table.Name)
		}
	}
	out.line(")\n\n// The columns of all tables, each with its kind and the tables that have it.\nconst (")
	for _, name := range order {
		out.line("// %s", columns[name].about())
		out.line("Column%s = %q", camel(name), name)
	}
	out.line(")")
}

type column struct {
	kind   string
	tables []string
}

func (c column) about() string {
	if len(c.tables) > 6 {
		return fmt.Sprintf("%s, in %d tables", c.kind, len(c.tables))
	}
	return fmt.Sprintf("%s, in %s", c.kind, join(c.tables))
}
