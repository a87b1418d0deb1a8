package pegcount

import "time"

// Clock is where a client takes the time from. Tests may pass it in their own way.
type Clock interface {
	// Monotonic never goes back. Limits, retries and deadlines go by it.
	Monotonic() time.Duration
	// Wall is the time of day. Intervals go by it.
	Wall() time.Time
	// AfterFunc calls a function in its own goroutine, unless stopped before.
	AfterFunc(wait time.Duration, call func()) (stop func())
}

type systemClock struct{ began time.Time }

func (c systemClock) Monotonic() time.Duration { return time.Since(c.began) }

func (c systemClock) Wall() time.Time { return time.Now() }

func (c systemClock) AfterFunc(wait time.Duration, call func()) func() {
	timer := time.AfterFunc(wait, call)
	return func() { timer.Stop() }
}
