package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// What the times of the SDK's models are written as: moments, times without a zone, days.
var times = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly}

// Complaints where a model does not hold what it was read from: the SDK leaves out without a word what it does not know.
func compare(raw any, value reflect.Value, where string) []string {
	if raw == nil {
		return []string{where + ": null, where genuine answers leave the key out"}
	}
	// What is declared to be anything says nothing.
	if value.Type() == reflect.TypeFor[*any]() {
		return nil
	}
	untaken := []string{fmt.Sprintf("%s: %T was not taken for %s", where, raw, value.Type())}
	for value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface {
		if value.IsNil() {
			return untaken
		}
		if value = value.Elem(); value.Kind() == reflect.Interface {
			return nil
		}
	}
	if at, is := value.Interface().(time.Time); is {
		text, _ := raw.(string)
		for _, layout := range times {
			if moment, err := time.Parse(layout, text); err == nil && moment.Equal(at) {
				return nil
			}
		}
		return []string{fmt.Sprintf("%s: %v was taken for %v", where, raw, at)}
	}
	switch raw := raw.(type) {
	case map[string]any:
		return members(raw, value, where, untaken)
	case []any:
		if value.Kind() != reflect.Slice || value.Len() != len(raw) {
			return untaken
		}
		var found []string
		for at, one := range raw {
			found = append(found, compare(one, value.Index(at), fmt.Sprintf("%s[%d]", where, at))...)
		}
		return found
	case json.Number:
		if !holds(raw, value) {
			return untaken
		}
	case string:
		if value.Kind() != reflect.String || value.String() != raw {
			return untaken
		}
	case bool:
		if value.Kind() != reflect.Bool || value.Bool() != raw {
			return untaken
		}
	}
	return nil
}

func members(raw map[string]any, value reflect.Value, where string, untaken []string) []string {
	var found []string
	switch value.Kind() {
	case reflect.Map:
		for key, one := range raw {
			held := value.MapIndex(reflect.ValueOf(key))
			if !held.IsValid() {
				return untaken
			}
			if held.Kind() != reflect.Interface {
				found = append(found, compare(one, held, where+"."+key)...)
			}
		}
	case reflect.Struct:
		known := map[string]int{}
		for at := range value.NumField() {
			key, _, _ := strings.Cut(value.Type().Field(at).Tag.Get("json"), ",")
			known[key] = at
		}
		for key, one := range raw {
			if at, is := known[key]; is && key != "-" {
				found = append(found, compare(one, value.Field(at), where+"."+key)...)
			} else {
				found = append(found, fmt.Sprintf("%s.%s: %s has no key %s", where, key, value.Type().Name(), key))
			}
		}
	default:
		return untaken
	}
	return found
}

// Some models keep a number of many digits in a float of fewer.
func holds(raw json.Number, value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		number, err := raw.Int64()
		return err == nil && number == value.Int()
	case reflect.Float32:
		number, err := raw.Float64()
		return err == nil && float64(float32(number)) == value.Float()
	case reflect.Float64:
		number, err := raw.Float64()
		return err == nil && number == value.Float()
	default:
		return false
	}
}
