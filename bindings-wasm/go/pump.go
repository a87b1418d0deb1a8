package pegcount

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"
)

// A host that sleeps for days notices at least once a minute what a lost timer would cost.
const longestWait = time.Minute

// pump carries orders of the core out and tells it what happened. It decides nothing.
//
// The lock goes around the session alone. Every exchange and every order to the token store runs in a goroutine of its
// own, so that no call waits for what another one asked for, and a log-in that serves all does not end with the
// context of the call that happened to be there first.
type pump struct {
	http     *transport
	store    TokenStore
	provider func(context.Context) (Credentials, error)
	clock    Clock
	log      *slog.Logger
	// Ends when the client is closed.
	open  context.Context
	leave context.CancelFunc

	mutex   sync.Mutex
	session *session
	calls   map[uint64]*call
	flying  map[uint64]flight
	// Goroutines that carry orders out, and who waits for the last of them.
	working int
	resting *sync.Cond
	// How many of these are at the store.
	keeping int
	closed  bool
	// Readers that wait. While there is none, nothing need happen, and no timer runs.
	waiting int
	// When the core wants to be asked again, and how that is called off.
	until *uint64
	stop  func()
	// Told, and not yet logged: a handler may do what it likes, but not under the lock.
	notices []Notice
}

// flight is an exchange under way.
type flight struct {
	cancel context.CancelFunc
	// stays: it ends on the server what no call wants any more, and closing waits for it.
	stays bool
}

// call is what is there for the goroutine that reads a report.
type call struct {
	events []order
	// Wakes the reader. It has room for one: a reader looks at everything when it wakes.
	news chan struct{}
	body []byte
}

func newPump(session *session, http *transport, store TokenStore, clock Clock, log *slog.Logger) *pump {
	p := &pump{http: http, store: store, clock: clock, log: log, session: session}
	p.open, p.leave = context.WithCancel(context.Background())
	p.calls = map[uint64]*call{}
	p.flying = map[uint64]flight{}
	p.resting = sync.NewCond(&p.mutex)
	p.stop = func() {}
	return p
}

// start checks and plans a report. Nothing is sent.
func (p *pump) start(report any, options wishes) (uint64, error) {
	defer p.tell()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed {
		return 0, errClosed
	}
	id, err := step[uint64](p, input{Do: "start", Report: report, Options: options})
	if err != nil {
		return 0, err
	}
	p.calls[id] = &call{news: make(chan struct{}, 1)}
	return id, p.poll()
}

// next asks for the next page and waits until it, or the call's last word, is there.
func (p *pump) next(ctx context.Context, id uint64) (order, []byte, error) {
	call, err := p.pull(id)
	if err != nil {
		return order{}, nil, err
	}
	done := ctx.Done()
	for {
		event, body, there, err := p.take(call)
		if there || err != nil {
			return event, body, err
		}
		select {
		case <-call.news:
		case <-done:
			// The core has the last word.
			done = nil
			_ = p.do(input{Do: "cancel", Call: id})
		}
	}
}

func (p *pump) pull(id uint64) (*call, error) {
	p.mutex.Lock()
	call := p.calls[id]
	if call == nil {
		p.mutex.Unlock()
		return nil, errClosed
	}
	p.waiting++
	p.mutex.Unlock()
	// If the session does not work, take says so.
	_ = p.do(input{Do: "pull", Call: id})
	return call, nil
}

func (p *pump) take(call *call) (event order, body []byte, there bool, err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(call.events) == 0 && p.session.broken == nil {
		return order{}, nil, false, nil
	}
	if p.waiting--; p.waiting == 0 {
		p.sleep(nil)
	}
	if len(call.events) == 0 {
		return order{}, nil, false, p.session.broken
	}
	event, call.events = call.events[0], call.events[1:]
	if event.Event == "page" {
		body, call.body = call.body, nil
	}
	return event, body, true, nil
}

// end forgets a call, and cancels it if its last word was not heard. It waits until the store has what it was given: a
// program may end with its report, and would leave the lock behind.
func (p *pump) end(ctx context.Context, id uint64) {
	// A session that does not work has nothing left to cancel.
	_ = p.do(input{Do: "cancel", Call: id})
	stop := context.AfterFunc(ctx, func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.resting.Broadcast()
	})
	defer stop()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.calls, id)
	for p.keeping > 0 && ctx.Err() == nil {
		p.resting.Wait()
	}
}

// close cancels what is open, and waits for what is being carried out: a lock that is held is released first, a job
// that nobody wants is ended on the server.
func (p *pump) close() {
	defer p.tell()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.closed = true
	for id := range p.calls {
		_, _ = step[any](p, input{Do: "cancel", Call: id})
	}
	p.leave()
	for _, flight := range p.flying {
		if !flight.stays {
			flight.cancel()
		}
	}
	_ = p.poll()
	for p.working > 0 {
		p.resting.Wait()
	}
	p.stop()
	p.session.close()
	p.wake()
}

// do gives the core an input and does what it wants.
func (p *pump) do(input input) error {
	defer p.tell()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if _, err := step[any](p, input); err != nil {
		return err
	}
	return p.poll()
}

// step gives the core an input. The lock must be held.
func step[T any](p *pump, input input) (T, error) {
	input.now = now{uint64(max(0, p.clock.Monotonic().Milliseconds())), p.clock.Wall().UnixMilli()}
	result, err := p.session.step(input)
	if err != nil {
		p.wake()
		var none T
		return none, err
	}
	return answered[T](result)
}

// wake lets all readers look for themselves. The lock must be held.
func (p *pump) wake() {
	for _, call := range p.calls {
		call.wake()
	}
}

func (c *call) wake() {
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// poll begins to carry every order out. The lock must be held.
func (p *pump) poll() error {
	orders, err := step[[]order](p, input{Do: "poll"})
	if err != nil {
		return err
	}
	for _, order := range orders {
		switch order.Action {
		case "send":
			ctx, cancel := context.WithCancel(context.Background())
			p.flying[order.ID] = flight{cancel, order.stays()}
			if p.closed && !order.stays() {
				cancel()
			}
			p.work(func() { p.exchange(ctx, order) })
		case "store":
			p.keeping++
			p.work(func() { p.keep(order) })
		case "credentials":
			p.work(func() { p.provide(order) })
		case "abort":
			if flight, there := p.flying[order.ID]; there {
				flight.cancel()
			}
		case "emit":
			if call := p.calls[order.Call]; call != nil {
				call.events = append(call.events, order)
				call.wake()
			}
		case "wait":
			p.sleep(order.Until)
		case "idle":
			p.sleep(nil)
		}
	}
	notices, err := step[[]Notice](p, input{Do: "observe"})
	p.notices = append(p.notices, notices...)
	return err
}

// sleep polls again when the core's time has come. The lock must be held.
func (p *pump) sleep(until *uint64) {
	if p.waiting == 0 {
		until = nil
	}
	if until == p.until || until != nil && p.until != nil && *until == *p.until {
		return
	}
	p.stop()
	p.until, p.stop = until, func() {}
	if until == nil {
		return
	}
	// In whole milliseconds, and never none: a rounded clock would otherwise come back too early, again and again.
	left := max(1, int64(*until)-p.clock.Monotonic().Milliseconds())
	wait := time.Duration(min(left, longestWait.Milliseconds())) * time.Millisecond
	p.stop = p.clock.AfterFunc(wait, func() {
		defer p.tell()
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.until, p.stop = nil, func() {}
		// If the session does not work, its readers know.
		_ = p.poll()
	})
}

// work carries an order out in a goroutine of its own. The lock must be held.
func (p *pump) work(carryOut func()) {
	p.working++
	go func() {
		carryOut()
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.working--
		p.resting.Broadcast()
	}()
}

func (p *pump) exchange(ctx context.Context, order order) {
	answer, failed := p.http.send(ctx, order)
	var seen json.RawMessage
	if failed == nil {
		seen, failed = look(order.Look, answer)
	}
	defer p.tell()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.flying[order.ID].cancel()
	delete(p.flying, order.ID)
	told := input{Do: "response", ID: order.ID, Seen: seen}
	if failed != nil {
		told = input{Do: "failure", ID: order.ID, Failure: failed}
	} else if call := p.calls[order.Call]; call != nil {
		call.body = answer.body
	}
	// If the session does not work, its readers know.
	if _, err := step[any](p, told); err == nil {
		_ = p.poll()
	}
}

// look has the core look at an answer, outside every lock.
func look(what string, answer *answer) (json.RawMessage, *failure) {
	broken := &failure{Sent: "maybe", Cause: "broken", Detail: "the core cannot look at this answer"}
	asked, err := json.Marshal(map[string]any{"look": what, "status": answer.status, "headers": answer.headers})
	if err != nil {
		return nil, broken
	}
	result, err := stateless().run("inspect", asked, answer.body)
	if err != nil {
		return nil, broken
	}
	seen, err := answered[json.RawMessage](result)
	if err != nil {
		return nil, broken
	}
	return seen, nil
}

func (p *pump) keep(order order) {
	answer := perform(p.store, order)
	_ = p.do(input{Do: "store", ID: order.ID, Answer: answer})
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.keeping--
}

func (p *pump) provide(order order) {
	answer := provided(p.open, p.provider)
	_ = p.do(input{Do: "credentials", ID: order.ID, Answer: answer})
}

// tell logs what the core noticed. The lock must not be held.
func (p *pump) tell() {
	p.mutex.Lock()
	notices := p.notices
	p.notices = nil
	p.mutex.Unlock()
	for _, notice := range notices {
		level := slog.LevelInfo
		if notice.Kind == NoticeKindProgress {
			level = slog.LevelDebug
		}
		p.log.LogAttrs(context.Background(), level, notice.Text,
			slog.String("kind", string(notice.Kind)), slog.Uint64("call", notice.Call), slog.Duration("wait", notice.Wait.Duration))
	}
}
