package pegcount

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"
)

// Table is rows of one kind, column by column. Goroutines may share it.
type Table struct {
	name    string
	rows    int
	columns []column
	block   []byte
	page    *Page
}

// Kind says what a column holds, and which method of [Table] reads it.
type Kind string

// The kinds of columns.
const (
	KindBool  Kind = "bool"  // Bools
	KindFloat Kind = "float" // Float64s
	KindInt   Kind = "int"   // Int64s
	KindList  Kind = "list"  // Lists
	KindText  Kind = "text"  // Strings
	KindTime  Kind = "time"  // Times
)

// Column is the values of one column. Where there is none, the zero value stands, and IsNull tells.
type Column[T any] struct {
	// Values has one for each row.
	Values   []T
	validity []byte
	allNull  bool
}

// IsNull tells whether a row holds no value.
func (c Column[T]) IsNull(row int) bool {
	return c.allNull || c.validity != nil && c.validity[row/8]>>(row%8)&1 == 0
}

// At is the value of a row, and whether it holds one.
func (c Column[T]) At(row int) (T, bool) { return c.Values[row], !c.IsNull(row) }

// Name is that of the table, such as "segments".
func (t *Table) Name() string { return t.name }

// Len is how many rows there are.
func (t *Table) Len() int { return t.rows }

// Columns are the names of the columns, in order.
func (t *Table) Columns() []string {
	names := make([]string, len(t.columns))
	for i, column := range t.columns {
		names[i] = column.Name
	}
	return names
}

// Kind is that of a column; empty if there is no such column.
func (t *Table) Kind(name string) Kind {
	for _, column := range t.columns {
		if column.Name == name {
			return column.Kind
		}
	}
	return ""
}

// Strings reads a column of text.
func (t *Table) Strings(name string) (Column[string], error) {
	return values(t, name, KindText, func(column column) []string { return t.texts(column, t.rows) })
}

// Int64s reads a column of whole numbers; of durations they are milliseconds.
func (t *Table) Int64s(name string) (Column[int64], error) {
	return values(t, name, KindInt, func(column column) []int64 {
		return words(t, column, func(word uint64) int64 { return int64(word) })
	})
}

// Float64s reads a column of numbers.
func (t *Table) Float64s(name string) (Column[float64], error) {
	return values(t, name, KindFloat, func(column column) []float64 { return words(t, column, math.Float64frombits) })
}

// Times reads a column of times, in UTC.
func (t *Table) Times(name string) (Column[time.Time], error) {
	return values(t, name, KindTime, func(column column) []time.Time {
		return words(t, column, func(word uint64) time.Time { return time.UnixMilli(int64(word)).UTC() })
	})
}

// Bools reads a column of truths.
func (t *Table) Bools(name string) (Column[bool], error) {
	return values(t, name, KindBool, func(column column) []bool {
		bits := make([]bool, t.rows)
		for row := range bits {
			bits[row] = t.block[*column.Values+row/8]>>(row%8)&1 == 1
		}
		return bits
	})
}

// Lists reads a column of lists of texts.
func (t *Table) Lists(name string) (Column[[]string], error) {
	return values(t, name, KindList, func(column column) [][]string {
		ends := t.offsets(column, t.rows)
		var items []string
		if column.Items.Values != nil {
			items = t.texts(*column.Items, int(ends[t.rows]))
		} else {
			items = make([]string, ends[t.rows])
		}
		lists := make([][]string, t.rows)
		for row := range lists {
			lists[row] = items[ends[row]:ends[row+1]:ends[row+1]]
		}
		return lists
	})
}

// ArrowIPC writes the table in Arrow's streaming format, with the exact types.
func (t *Table) ArrowIPC() ([]byte, error) { return t.as("ipc_stream") }

// ArrowFile writes the table in Arrow's file format, also known as Feather 2.
func (t *Table) ArrowFile() ([]byte, error) { return t.as("ipc_file") }

// CSV writes the rows, with or without a line of column names: the same bytes in every language.
func (t *Table) CSV(header bool) ([]byte, error) {
	return t.as(map[string]any{"csv": map[string]any{"header": header}})
}

// NDJSON writes the rows as JSON, one object a line.
func (t *Table) NDJSON() ([]byte, error) { return t.as("ndjson") }

func (t *Table) as(form any) ([]byte, error) {
	places, block, err := t.page.decode([]string{t.name}, form)
	if err != nil {
		return nil, err
	}
	return block[places[0].At : places[0].At+places[0].Len], nil
}

// column says where a column lies in the block: see the core's tables::write::flat.
type column struct {
	Name     string  `json:"name"`
	Kind     Kind    `json:"kind"`
	Validity *int    `json:"validity"`
	Values   *int    `json:"values"`
	Offsets  *int    `json:"offsets"`
	Items    *column `json:"items"`
}

func values[T any](t *Table, name string, kind Kind, read func(column) []T) (Column[T], error) {
	for _, column := range t.columns {
		switch {
		case column.Name != name:
			continue
		case column.Kind != kind:
			return Column[T]{}, fmt.Errorf("pegcount: column %s of %s is of kind %s, not %s", name, t.name, column.Kind, kind)
		case column.Values == nil && column.Offsets == nil:
			return Column[T]{Values: make([]T, t.rows), allNull: true}, nil
		}
		whole := Column[T]{Values: read(column)}
		if column.Validity != nil {
			whole.validity = t.block[*column.Validity:]
		}
		return whole, nil
	}
	return Column[T]{}, fmt.Errorf("pegcount: %s has no column %s: there are %s", t.name, name, strings.Join(t.Columns(), ", "))
}

func words[T any](t *Table, column column, of func(uint64) T) []T {
	values, block := make([]T, t.rows), t.block[*column.Values:]
	for row := range values {
		values[row] = of(binary.LittleEndian.Uint64(block[8*row:]))
	}
	return values
}

func (t *Table) offsets(column column, rows int) []uint32 {
	ends, block := make([]uint32, rows+1), t.block[*column.Offsets:]
	for i := range ends {
		ends[i] = binary.LittleEndian.Uint32(block[4*i:])
	}
	return ends
}

// texts shares one string among all values.
func (t *Table) texts(column column, rows int) []string {
	ends := t.offsets(column, rows)
	all := string(t.block[*column.Values : *column.Values+int(ends[rows])])
	texts := make([]string, rows)
	for row := range texts {
		texts[row] = all[ends[row]:ends[row+1]]
	}
	return texts
}
