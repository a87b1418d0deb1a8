// Package flatten makes the two tables that everybody makes of a page: a row a segment, a row a session metric, with
// what is above them.
package flatten

import "encoding/json"

// Page is what the columns need of an answer.
type Page struct {
	Conversations []struct {
		ConversationID       string  `json:"conversationId"`
		ConversationStart    string  `json:"conversationStart"`
		ConversationEnd      *string `json:"conversationEnd"`
		OriginatingDirection *string `json:"originatingDirection"`
		Participants         []struct {
			ParticipantID   *string `json:"participantId"`
			ParticipantName *string `json:"participantName"`
			Purpose         *string `json:"purpose"`
			UserID          *string `json:"userId"`
			Sessions        []struct {
				SessionID *string `json:"sessionId"`
				MediaType *string `json:"mediaType"`
				Direction *string `json:"direction"`
				ANI       *string `json:"ani"`
				DNIS      *string `json:"dnis"`
				Remote    *string `json:"remote"`
				Segments  []struct {
					SegmentStart   *string `json:"segmentStart"`
					SegmentEnd     *string `json:"segmentEnd"`
					SegmentType    *string `json:"segmentType"`
					QueueID        *string `json:"queueId"`
					DisconnectType *string `json:"disconnectType"`
					WrapUpCode     *string `json:"wrapUpCode"`
					WrapUpNote     *string `json:"wrapUpNote"`
					Conference     *bool   `json:"conference"`
				} `json:"segments"`
				Metrics []struct {
					EmitDate *string  `json:"emitDate"`
					Name     *string  `json:"name"`
					Value    *float64 `json:"value"`
				} `json:"metrics"`
			} `json:"sessions"`
		} `json:"participants"`
	} `json:"conversations"`
}

// Texts are columns of text by the API's names, nil where there is none.
type Texts map[string][]*string

// Tables are the columns.
type Tables struct {
	Segments   Texts
	Conference []*bool
	Metrics    Texts
	Value      []*float64
}

// Typed reads the answer into structs, then loops.
func Typed(body []byte) (*Tables, error) {
	var page Page
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	var conference []*bool
	var value []*float64
	// By position: a look-up in a map for each cell would be the larger part.
	var s [21][]*string
	var m [8][]*string
	for i := range page.Conversations {
		c := &page.Conversations[i]
		for _, p := range c.Participants {
			for _, n := range p.Sessions {
				for _, g := range n.Segments {
					Add(s[:], &c.ConversationID, &c.ConversationStart, c.ConversationEnd, c.OriginatingDirection,
						p.ParticipantID, p.ParticipantName, p.Purpose, p.UserID,
						n.SessionID, n.MediaType, n.Direction, n.ANI, n.DNIS, n.Remote,
						g.SegmentStart, g.SegmentEnd, g.SegmentType, g.QueueID, g.DisconnectType, g.WrapUpCode, g.WrapUpNote)
					conference = append(conference, g.Conference)
				}
				for _, e := range n.Metrics {
					Add(m[:], &c.ConversationID, p.ParticipantID, p.Purpose, p.UserID, n.SessionID, n.MediaType, e.EmitDate, e.Name)
					value = append(value, e.Value)
				}
			}
		}
	}
	return &Tables{Named(SegmentTexts, s[:]), conference, Named(MetricTexts, m[:]), value}, nil
}

// The columns of text in the order of the loops.
var (
	SegmentTexts = []string{"conversationId", "conversationStart", "conversationEnd", "originatingDirection",
		"participantId", "participantName", "purpose", "userId",
		"sessionId", "mediaType", "direction", "ani", "dnis", "remote",
		"segmentStart", "segmentEnd", "segmentType", "queueId", "disconnectType", "wrapUpCode", "wrapUpNote"}
	MetricTexts = []string{"conversationId", "participantId", "purpose", "userId", "sessionId", "mediaType", "emitDate", "name"}
)

// Add puts a row's cells into the columns.
func Add(columns [][]*string, cells ...*string) {
	for i, cell := range cells {
		columns[i] = append(columns[i], cell)
	}
}

// Named gives the columns their names.
func Named(names []string, columns [][]*string) Texts {
	texts := make(Texts, len(names))
	for i, name := range names {
		texts[name] = columns[i]
	}
	return texts
}

// Untyped reads the answer into maps, as one does without structs, then loops.
func Untyped(body []byte) (*Tables, error) {
	var page map[string]any
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	var conference []*bool
	var value []*float64
	var s [21][]*string
	var m [8][]*string
	for _, c := range list(page, "conversations") {
		for _, p := range list(c, "participants") {
			for _, n := range list(p, "sessions") {
				for _, g := range list(n, "segments") {
					for i, from := range [...]map[string]any{
						c, c, c, c, p, p, p, p, n, n, n, n, n, n, g, g, g, g, g, g, g} {
						s[i] = append(s[i], cell[string](from, SegmentTexts[i]))
					}
					conference = append(conference, cell[bool](g, "conference"))
				}
				for _, e := range list(n, "metrics") {
					for i, from := range [...]map[string]any{c, p, p, p, n, n, e, e} {
						m[i] = append(m[i], cell[string](from, MetricTexts[i]))
					}
					value = append(value, cell[float64](e, "value"))
				}
			}
		}
	}
	return &Tables{Named(SegmentTexts, s[:]), conference, Named(MetricTexts, m[:]), value}, nil
}

func list(object map[string]any, name string) []map[string]any {
	items, _ := object[name].([]any)
	objects := make([]map[string]any, len(items))
	for i, item := range items {
		objects[i], _ = item.(map[string]any)
	}
	return objects
}

func cell[T any](object map[string]any, name string) *T {
	if value, there := object[name].(T); there {
		return &value
	}
	return nil
}
