package pegcount

import (
	"encoding/json"
	"fmt"
	"iter"
)

// Page is one answer of the server: its bytes, and the tables in it when they are asked for. Goroutines may share it.
type Page struct {
	// Body is the answer as it came, decompressed.
	Body []byte
	// Number is 1 for the first page.
	Number int
	// RequestID is the id to give to Genesys support.
	RequestID string

	// What the core needs to read the bytes.
	context json.RawMessage
}

func newPage(context json.RawMessage, body []byte) (*Page, error) {
	var shape struct {
		Number    int    `json:"number"`
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal(context, &shape); err != nil {
		return nil, fmt.Errorf("pegcount: the core answers in another shape: %w", err)
	}
	return &Page{body, shape.Number, shape.RequestID, context}, nil
}

// Decode makes a page of bytes that were saved from anywhere: a [ConversationsReport] or another one says what they
// answer. Nothing is read before a table is asked for.
func Decode(report any, body []byte) (*Page, error) {
	context, err := json.Marshal(map[string]any{"report": report})
	if err != nil {
		return nil, err
	}
	return &Page{Body: body, Number: 1, context: context}, nil
}

// JSON stores the answer in the value that is pointed to, as json.Unmarshal does. An empty answer leaves it as it is.
func (p *Page) JSON(value any) error {
	if len(p.Body) == 0 {
		return nil
	}
	return json.Unmarshal(p.Body, value)
}

// Table reads one table, such as [TableSegments]: the others are not built. Each call reads the bytes; keep the table.
func (p *Page) Table(name string) (*Table, error) {
	tables, err := p.tables([]string{name})
	if err != nil {
		return nil, err
	}
	return tables[0], nil
}

// Tables reads all tables, in the order of the documentation. From four on it is faster than one by one.
func (p *Page) Tables() ([]*Table, error) { return p.tables(nil) }

func (p *Page) tables(names []string) ([]*Table, error) {
	places, block, err := p.decode(names, "flat")
	if err != nil {
		return nil, err
	}
	tables := make([]*Table, len(places))
	for i, place := range places {
		tables[i] = &Table{name: place.Name, page: p, rows: place.Layout.Rows, block: block[place.At:]}
		tables[i].columns = place.Layout.Columns
	}
	return tables, nil
}

// place says where a table lies in the bytes.
type place struct {
	Name   string `json:"name"`
	At     int    `json:"at"`
	Len    int    `json:"len"`
	Layout struct {
		Rows    int      `json:"rows"`
		Columns []column `json:"columns"`
	} `json:"layout"`
}

// decode has the core read the bytes, in any instance.
func (p *Page) decode(names []string, form any) ([]place, []byte, error) {
	asked := map[string]any{"page": p.context, "as": form}
	if names != nil {
		asked["tables"] = names
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return nil, nil, err
	}
	result, err := stateless().run("decode", text, p.Body)
	if err != nil {
		return nil, nil, err
	}
	head, block, err := split(result)
	if err != nil {
		return nil, nil, err
	}
	places, err := answered[[]place](head)
	return places, block, err
}

// Collect reads all pages of a report. They are held at once: range over the report where it may be large.
func Collect(report iter.Seq2[*Page, error]) ([]*Page, error) {
	var pages []*Page
	for page, err := range report {
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}
