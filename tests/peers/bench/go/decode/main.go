// A page of a hundred conversations into columns: processor time of the process, cases in turn, one JSON line.
//
//	decode PAGE [CASE]   (a case: a hundred pages of it and nothing said)
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	pegcount "github.com/pegcount/pegcount/bindings-wasm/go"
	"github.com/pegcount/pegcount/tests/peers/bench/go/flatten"
	"github.com/pegcount/pegcount/tests/peers/bench/go/flatten/official"
)

const (
	rounds = 21
	each   = 10
)

var capital = regexp.MustCompile("[A-Z]")

func snake(name string) string {
	return capital.ReplaceAllStringFunc(name, func(letter string) string { return "_" + strings.ToLower(letter) })
}

// must ends the program: what cannot be read is not worth measuring.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func opened(body []byte) *pegcount.Page {
	return must(pegcount.Decode(map[string]any{"report": "conversations"}, body))
}

// read makes values of the columns that the peers make, or of all.
func read(table *pegcount.Table, names []string) map[string]any {
	columns := make(map[string]any, len(names))
	for _, name := range names {
		switch table.Kind(name) {
		case pegcount.KindBool:
			columns[name] = must(table.Bools(name))
		case pegcount.KindFloat:
			columns[name] = must(table.Float64s(name))
		case pegcount.KindInt:
			columns[name] = must(table.Int64s(name))
		case pegcount.KindList:
			columns[name] = must(table.Lists(name))
		case pegcount.KindTime:
			columns[name] = must(table.Times(name))
		default:
			columns[name] = must(table.Strings(name))
		}
	}
	return columns
}

func snakes(names []string, more string) []string {
	columns := make([]string, 0, len(names)+1)
	for _, name := range names {
		columns = append(columns, snake(name))
	}
	return append(columns, more)
}

var (
	segmentColumns = snakes(flatten.SegmentTexts, "conference")
	metricColumns  = snakes(flatten.MetricTexts, "value")
)

func ours(body []byte) (segments, metrics map[string]any) {
	page := opened(body)
	return read(must(page.Table("segments")), segmentColumns), read(must(page.Table("session_metrics")), metricColumns)
}

var cases = []struct {
	name string
	run  func([]byte)
}{
	{"ours", func(body []byte) { ours(body) }},
	{"laid", func(body []byte) {
		page := opened(body)
		must(page.Table("segments"))
		must(page.Table("session_metrics"))
	}},
	{"all", func(body []byte) { must(opened(body).Tables()) }},
	{"values", func(body []byte) {
		for _, table := range must(opened(body).Tables()) {
			read(table, table.Columns())
		}
	}},
	{"typed", func(body []byte) { must(flatten.Typed(body)) }},
	{"untyped", func(body []byte) { must(flatten.Untyped(body)) }},
	{"official", func(body []byte) { must(official.Tables(body)) }},
}

// pointers are the cells of a column as the peers have them: times as the API writes them.
func pointers[T, C any](column pegcount.Column[T], as func(T) C) []*C {
	cells := make([]*C, len(column.Values))
	for row := range cells {
		if value, there := column.At(row); there {
			cell := as(value)
			cells[row] = &cell
		}
	}
	return cells
}

// check shows that all make the same rows, or there is nothing to compare.
func check(body []byte) (segments, metrics int) {
	page := opened(body)
	tables := map[string]*pegcount.Table{
		"segments": must(page.Table("segments")), "session_metrics": must(page.Table("session_metrics")),
	}
	same := func(text string) string { return text }
	written := func(at time.Time) string { return at.Format("2006-01-02T15:04:05.000Z") }
	for _, peer := range []*flatten.Tables{must(flatten.Typed(body)), must(flatten.Untyped(body)), must(official.Tables(body))} {
		for name, texts := range map[string]flatten.Texts{"segments": peer.Segments, "session_metrics": peer.Metrics} {
			for column, found := range texts {
				var expected []*string
				if table, name := tables[name], snake(column); table.Kind(name) == pegcount.KindTime {
					expected = pointers(must(table.Times(name)), written)
				} else {
					expected = pointers(must(table.Strings(name)), same)
				}
				equal(column, found, expected)
			}
		}
		equal("conference", peer.Conference, pointers(must(tables["segments"].Bools("conference")), func(b bool) bool { return b }))
		equal("value", peer.Value, pointers(must(tables["session_metrics"].Float64s("value")), func(f float64) float64 { return f }))
	}
	return tables["segments"].Len(), tables["session_metrics"].Len()
}

func equal(column string, found, expected any) {
	if reflect.ValueOf(found).Len() == 0 || !reflect.DeepEqual(found, expected) {
		log.Fatalf("%s differs", column)
	}
}

// spent is milliseconds of processor for one page; collecting garbage takes part.
func spent(run func([]byte), body []byte) float64 {
	runtime.GC()
	var before, after syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	for range each {
		run(body)
	}
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	used := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
	return float64(used) / 1e6 / each
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func main() {
	body := must(os.ReadFile(os.Args[1]))
	if len(os.Args) > 2 {
		for _, one := range cases {
			for range 100 {
				if one.name == os.Args[2] {
					one.run(body)
				}
			}
		}
		return
	}
	segments, metrics := check(body)
	times, ratios := map[string][]float64{}, map[string][]float64{}
	for nth := -3; nth < rounds; nth++ {
		round := map[string]float64{}
		for _, one := range cases {
			round[one.name] = spent(one.run, body)
		}
		for name, took := range round {
			if nth >= 0 {
				times[name], ratios[name] = append(times[name], took), append(ratios[name], took/round["ours"])
			}
		}
	}
	costs := map[string]map[string]float64{}
	for name := range times {
		costs[name] = map[string]float64{"ms": median(times[name]), "ratio": median(ratios[name])}
	}
	answer := map[string]any{"segments": segments, "metrics": metrics, "cases": costs}
	fmt.Println(string(must(json.Marshal(answer))))
}
