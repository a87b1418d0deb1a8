// Package official makes the tables by the official SDK, which nobody else has to link.
package official

import (
	"encoding/json"
	"time"

	"github.com/pegcount/pegcount/tests/peers/bench/go/flatten"

	sdk "github.com/mypurecloud/platform-client-sdk-go/v193/platformclientv2"
)

// Tables reads the answer into the models of the official SDK, then loops. Its times are written as they came.
func Tables(body []byte) (*flatten.Tables, error) {
	var page sdk.Analyticsconversationqueryresponse
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	var conference []*bool
	var value []*float64
	var s [21][]*string
	var m [8][]*string
	for _, c := range list(page.Conversations) {
		for _, p := range list(c.Participants) {
			for _, n := range list(p.Sessions) {
				for _, g := range list(n.Segments) {
					flatten.Add(s[:], c.ConversationId, text(c.ConversationStart), text(c.ConversationEnd), c.OriginatingDirection,
						p.ParticipantId, p.ParticipantName, p.Purpose, p.UserId,
						n.SessionId, n.MediaType, n.Direction, n.Ani, n.Dnis, n.Remote,
						text(g.SegmentStart), text(g.SegmentEnd), g.SegmentType, g.QueueId, g.DisconnectType, g.WrapUpCode, g.WrapUpNote)
					conference = append(conference, g.Conference)
				}
				for _, e := range list(n.Metrics) {
					flatten.Add(m[:], c.ConversationId, p.ParticipantId, p.Purpose, p.UserId, n.SessionId, n.MediaType, text(e.EmitDate), e.Name)
					value = append(value, number(e.Value))
				}
			}
		}
	}
	return &flatten.Tables{
		Segments: flatten.Named(flatten.SegmentTexts, s[:]), Conference: conference,
		Metrics: flatten.Named(flatten.MetricTexts, m[:]), Value: value,
	}, nil
}

// A list of a model, or none.
func list[T any](of *[]T) []T {
	if of == nil {
		return nil
	}
	return *of
}

// The SDK keeps whole numbers alone.
func number(of *int) *float64 {
	if of == nil {
		return nil
	}
	whole := float64(*of)
	return &whole
}

func text(at *time.Time) *string {
	if at == nil {
		return nil
	}
	written := at.Format("2006-01-02T15:04:05.000Z")
	return &written
}
