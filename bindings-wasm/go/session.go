package pegcount

import (
	"encoding/json"
)

// session is the machine of one client in an instance of its own. The pump's lock guards it.
type session struct {
	instance *instance
	handle   uint32
	// The file name under which the token may be shared; empty for a ready token.
	tokenKey string
	api      string
	// Why the instance cannot be used any more.
	broken error
}

// opening is what a session is made of.
type opening struct {
	Arguments    arguments         `json:"arguments"`
	Environment  map[string]string `json:"environment"`
	PegcountTOML *string           `json:"pegcount_toml"`
	GCTOML       *string           `json:"gc_toml"`
}

func open(from any) (*session, error) {
	text, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	instance, err := newInstance()
	if err != nil {
		return nil, err
	}
	result, err := instance.run("open", text)
	if err != nil {
		instance.close()
		return nil, err
	}
	opened, err := answered[struct {
		Handle   uint32 `json:"handle"`
		TokenKey string `json:"token_key"`
		API      string `json:"api"`
	}](result)
	if err != nil {
		instance.close()
		return nil, err
	}
	return &session{instance: instance, handle: opened.Handle, tokenKey: opened.TokenKey, api: opened.API}, nil
}

// now is the time on two clocks, in milliseconds.
type now struct {
	Mono uint64 `json:"mono"`
	Wall int64  `json:"wall"`
}

// input is one step of a session.
type input struct {
	Do      string          `json:"do"`
	Report  any             `json:"report,omitempty"`
	Options any             `json:"options,omitempty"`
	Call    uint64          `json:"call,omitempty"`
	ID      uint64          `json:"id,omitempty"`
	Seen    json.RawMessage `json:"seen,omitempty"`
	Failure *failure        `json:"failure,omitempty"`
	Answer  any             `json:"answer,omitempty"`
	now
}

// failure says why no answer came.
type failure struct {
	Sent   string `json:"sent"`
	Cause  string `json:"cause"`
	Detail string `json:"detail"`
}

func (s *session) step(input input) ([]byte, error) {
	if s.broken != nil {
		return nil, s.broken
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	result, err := s.instance.run("step", s.handle, text)
	if err != nil {
		s.broken = err
		s.instance.close()
	}
	return result, err
}

func (s *session) close() {
	if s.broken == nil {
		s.instance.close()
		s.broken = errClosed
	}
}

// order is what the core wants done.
type order struct {
	Action string `json:"action"`

	// send, abort, store, credentials
	ID uint64 `json:"id"`
	// send, emit
	Call    uint64   `json:"call"`
	Purpose string   `json:"purpose"`
	Request request  `json:"request"`
	Timeout Duration `json:"timeout"`
	MaxBody int64    `json:"max_body"`
	Look    string   `json:"look"`

	// store
	Op       string  `json:"op"`
	Owner    string  `json:"owner"`
	Takeover *string `json:"takeover"`
	Record   string  `json:"record"`

	// emit
	Event   string          `json:"event"`
	Page    json.RawMessage `json:"page"`
	Summary Summary         `json:"summary"`
	Error   *Error          `json:"error"`

	// wait
	Until *uint64 `json:"until"`
}

// stays tells a send that serves no call and is no log-in: what it ends on the server would go on without it.
func (o order) stays() bool { return o.Purpose == "chore" }

// request is what to send. Never printed: it holds a token or a secret.
type request struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
}
