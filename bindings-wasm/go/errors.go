package pegcount

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time that crosses the border in milliseconds.
type Duration struct{ time.Duration }

// MarshalJSON writes milliseconds.
func (d Duration) MarshalJSON() ([]byte, error) { return milliseconds(d.Duration) }

// milliseconds are rounded away from zero: what is set is not unset by rounding.
func milliseconds(d time.Duration) ([]byte, error) {
	whole := d.Milliseconds()
	if rest := d % time.Millisecond; rest > 0 {
		whole++
	} else if rest < 0 {
		whole--
	}
	return strconv.AppendInt(nil, whole, 10), nil
}

// UnmarshalJSON reads milliseconds.
func (d *Duration) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	whole, err := strconv.ParseInt(string(text), 10, 64)
	if whole > math.MaxInt64/int64(time.Millisecond) {
		// Three hundred years and more.
		d.Duration = math.MaxInt64
		return nil
	}
	d.Duration = time.Duration(whole) * time.Millisecond
	return err
}

// Error describes the failure for whoever is on call: what was said, what it means, the first step that mends it.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Message + " [" + string(e.Code) + "]")
	if e.Explanation.Cause != e.Message {
		text.WriteString("\n" + e.Explanation.Cause)
	}
	if len(e.Explanation.Remedy) > 0 {
		text.WriteString("\n-> " + e.Explanation.Remedy[0])
	}
	if e.Operation != "" {
		text.WriteString("\noperation: " + e.Operation)
	}
	if e.RequestID != "" {
		text.WriteString("\nrequest: " + e.RequestID)
	}
	return text.String()
}

// Is matches the class of the error: errors.Is(err, ErrForbidden).
func (e *Error) Is(target error) bool { return target == classes[e.Class] }

// String is the whole explanation as a short text.
func (e Explanation) String() string { return e.Text }

// String is a sentence.
func (n Notice) String() string { return n.Text }

// interrupted is the last word of a call that the context ended: the core's error and the context's at once.
type interrupted struct {
	error
	all []error
}

func (i *interrupted) Unwrap() []error { return i.all }

const closedText = "the client is closed"

// errClosed is what a closed client answers.
var errClosed = &Error{
	Code: CodeCancelled, Class: "Cancelled", Message: closedText, Retry: Retry{Advice: "never"},
	Explanation: Explanation{Code: CodeCancelled, Cause: closedText, Certainty: CertaintyCertain, Text: closedText},
}
