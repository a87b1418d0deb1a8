package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
)

// The operations of each API, as the SDK's source and its definition tell them.
type source map[string]map[string]*operation

type operation struct {
	method, path string
	parameters   []string
	// What is documented to hold where nothing is given: Go sends numbers and flags always.
	usual map[string]json.RawMessage
}

var (
	invokes  = regexp.MustCompile(`^// \w+ invokes ([A-Z]+) (\S+)`)
	declared = regexp.MustCompile(`^func \(a (\w+)\) (\w+)\(([^)]*)\)`)
)

func read(folder string) source {
	var definition struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name    string
				Default json.RawMessage
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "swagger.json"))
	if err == nil {
		err = json.Unmarshal(text, &definition)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "platformclientv2", "*api.go"))
	if err != nil || len(files) == 0 {
		panic(fmt.Sprint("no source of the SDK in ", folder, ": ", err))
	}
	found := source{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		var method, path string
		for line := range strings.Lines(string(text)) {
			if told := invokes.FindStringSubmatch(line); told != nil {
				method, path = told[1], told[2]
			}
			told := declared.FindStringSubmatch(line)
			if told == nil {
				continue
			}
			one := &operation{method: method, path: path, usual: map[string]json.RawMessage{}}
			for _, parameter := range strings.Split(told[3], ", ") {
				name, _, _ := strings.Cut(parameter, " ")
				one.parameters = append(one.parameters, name)
			}
			for _, parameter := range definition.Paths[path][strings.ToLower(method)].Parameters {
				one.usual[parameter.Name] = parameter.Default
			}
			if found[told[1]] == nil {
				found[told[1]] = map[string]*operation{}
			}
			found[told[1]][told[2]] = one
		}
	}
	return found
}

// Pages that are asked for where the documentation names none.
var paging = map[string]json.RawMessage{"pageNumber": json.RawMessage("1"), "pageSize": json.RawMessage("100")}

// The name of an operation here; one that ends in a number elsewhere differs from another by a capital letter.
func spelt(name string) string {
	return strings.ToUpper(name[:1]) + strings.TrimSuffix(name[1:], "0")
}

func (j *judge) operation(asked request) (*operation, error) {
	operation := j.source[asked.API][spelt(asked.Operation)]
	if operation != nil && j.apis[asked.API] == nil {
		return nil, errors.New(asked.API + " is missing in the judge's list")
	}
	return operation, nil
}

func (j *judge) call(c *client, asked request) error {
	operation, err := j.operation(asked)
	if err != nil {
		return err
	}
	if operation == nil {
		return lacks("operation " + asked.API + "." + asked.Operation)
	}
	c.config.DefaultHeader = asked.Headers
	api := reflect.New(j.apis[asked.API]).Elem()
	api.FieldByName("Configuration").Set(reflect.ValueOf(c.config))
	method := api.MethodByName(spelt(asked.Operation))
	var given map[string]json.RawMessage
	if err := json.Unmarshal(asked.Arguments, &given); err != nil {
		return err
	}
	var arguments []reflect.Value
	for at := range method.Type().NumIn() {
		argument := reflect.New(method.Type().In(at))
		name := operation.parameters[at]
		// What is a word of Go has another name.
		if rest, is := strings.CutPrefix(name, "var"); is && given[name] == nil {
			name = strings.ToLower(rest[:1]) + rest[1:]
		}
		value := given[name]
		delete(given, name)
		if kind := argument.Elem().Kind(); value == nil && (kind == reflect.Int || kind == reflect.Bool) {
			if value = operation.usual[name]; value == nil {
				value = paging[name]
			}
		}
		if value != nil {
			if complaints := fill(argument, value, name); len(complaints) > 0 {
				return lacks("such question: " + strings.Join(complaints, ", "))
			}
		}
		arguments = append(arguments, argument.Elem())
	}
	for name := range given {
		return lacks("parameter " + name + " of " + asked.Operation)
	}
	results := method.Call(arguments)
	err, _ = results[len(results)-1].Interface().(error)
	if c.seen != nil && c.seen.Status < 400 && err == nil {
		c.seen.Complaints = append(c.seen.Complaints, taken(c.seen.Body, results[:len(results)-2])...)
	}
	return err
}

// Reads an argument; tells what of it is lost.
func fill(argument reflect.Value, value json.RawMessage, name string) []string {
	if err := json.Unmarshal(value, argument.Interface()); err != nil {
		return []string{name + ": " + err.Error()}
	}
	return compare(decoded(value), argument.Elem(), name)
}

// Complaints about an answer, and about what the SDK made of it.
func taken(body string, payload []reflect.Value) []string {
	if len(payload) == 0 {
		if body != "" {
			return []string{"$: a body where none is declared"}
		}
		return nil
	}
	if body == "" {
		return nil
	}
	// What is declared to be a text is handed on as it came.
	if text, is := payload[0].Interface().(*string); is {
		if text == nil || *text != body {
			return []string{"$: the text was not taken"}
		}
		return nil
	}
	return compare(decoded([]byte(body)), payload[0], "$")
}

func decoded(text []byte) any {
	var value any
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.UseNumber()
	if err := reader.Decode(&value); err != nil {
		panic(err)
	}
	return value
}
