// Package arrow proves that arrow-go reads what the client writes.
package arrow

import (
	"bytes"
	"os"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	pegcount "github.com/pegcount/pegcount/bindings-wasm/go"
)

// Genuine answers, every table, every column: the same values by the client's own columns and by Arrow.
func TestArrowGoReadsEveryTable(t *testing.T) {
	for name, report := range map[string]any{
		"conversations-details-query-partial": pegcount.ConversationsReport{},
		"conversation-aggregates-query":       pegcount.AggregatesReport{},
		"queue-observations-query":            pegcount.ObservationsReport{},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile("../../../../tests/vectors/samples/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			page, err := pegcount.Decode(report, body)
			if err != nil {
				t.Fatal(err)
			}
			tables, err := page.Tables()
			if err != nil || len(tables) == 0 {
				t.Fatal(len(tables), err)
			}
			readTables(t, tables)
		})
	}
}

func readTables(t *testing.T, tables []*pegcount.Table) {
	t.Helper()
	filled := 0
	for _, table := range tables {
		stream, err := table.ArrowIPC()
		if err != nil {
			t.Fatal(err)
		}
		reader, err := ipc.NewReader(bytes.NewReader(stream))
		if err != nil {
			t.Fatal(table.Name(), err)
		}
		for reader.Next() {
			record := reader.RecordBatch()
			if int(record.NumRows()) != table.Len() || int(record.NumCols()) != len(table.Columns()) {
				t.Fatal(table.Name(), record.NumRows(), record.NumCols())
			}
			for i, name := range table.Columns() {
				if record.ColumnName(i) != name {
					t.Fatal(record.ColumnName(i), name)
				}
				filled += compare(t, table, name, record.Column(i))
			}
		}
		if reader.Err() != nil {
			t.Fatal(table.Name(), reader.Err())
		}
		reader.Release()
		file, err := table.ArrowFile()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ipc.NewFileReader(bytes.NewReader(file)); err != nil {
			t.Fatal(table.Name(), err)
		}
	}
	if filled < 20 {
		t.Fatal("only", filled, "values")
	}
}

// compare counts the values that a column holds, and complains of those that differ.
func compare(t *testing.T, table *pegcount.Table, name string, column arrow.Array) int {
	t.Helper()
	switch table.Kind(name) {
	case pegcount.KindText:
		values, err := table.Strings(name)
		return each(t, values, err, column.(*array.String).Value, column)
	case pegcount.KindInt:
		values, err := table.Int64s(name)
		return each(t, values, err, column.(*array.Int64).Value, column)
	case pegcount.KindFloat:
		values, err := table.Float64s(name)
		return each(t, values, err, column.(*array.Float64).Value, column)
	case pegcount.KindBool:
		values, err := table.Bools(name)
		return each(t, values, err, column.(*array.Boolean).Value, column)
	case pegcount.KindTime:
		values, err := table.Times(name)
		milliseconds := pegcount.Column[int64]{}
		for _, value := range values.Values {
			milliseconds.Values = append(milliseconds.Values, value.UnixMilli())
		}
		for row := range values.Values {
			if values.IsNull(row) != column.IsNull(row) {
				t.Fatal(name, row)
			}
		}
		at := column.(*array.Timestamp)
		return each(t, milliseconds, err, func(row int) int64 {
			if at.IsNull(row) {
				return milliseconds.Values[row]
			}
			return int64(at.Value(row))
		}, nil)
	case pegcount.KindList:
		lists, err := table.Lists(name)
		if err != nil {
			t.Fatal(err)
		}
		of := column.(*array.List)
		texts := of.ListValues().(*array.String)
		count := 0
		for row, list := range lists.Values {
			if lists.IsNull(row) != of.IsNull(row) {
				t.Fatal(name, row)
			}
			from, to := of.ValueOffsets(row)
			if len(list) != int(to-from) {
				t.Fatal(name, row, list)
			}
			for i, text := range list {
				if text != texts.Value(int(from)+i) {
					t.Fatal(name, row, text)
				}
				count++
			}
		}
		return count
	}
	t.Fatalf("%s: no kind %q", name, table.Kind(name))
	return 0
}

func each[T comparable](t *testing.T, values pegcount.Column[T], err error, at func(int) T, column arrow.Array) int {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for row := range values.Values {
		value, there := values.At(row)
		if column != nil && there == column.IsNull(row) {
			t.Fatal(row, "is null, or not")
		}
		if there && value != at(row) {
			t.Fatal(row, value, at(row))
		}
		if there {
			count++
		}
	}
	return count
}
