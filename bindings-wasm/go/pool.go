package pegcount

import (
	"runtime"
	"sync"
)

// What an instance may keep: a page of some megabytes fits, ten times.
const grown = 64 << 20

// pool keeps instances for what needs no session.
type pool struct {
	// As many tokens as instances may be in use at once.
	turns chan struct{}
	mutex sync.Mutex
	idle  []*instance
}

var stateless = sync.OnceValue(func() *pool {
	return &pool{turns: make(chan struct{}, runtime.GOMAXPROCS(0))}
})

// run calls an export in whatever instance is free.
func (p *pool) run(name string, parameters ...any) ([]byte, error) {
	p.turns <- struct{}{}
	defer func() { <-p.turns }()
	instance, err := p.take()
	if err != nil {
		return nil, err
	}
	result, err := instance.run(name, parameters...)
	if err != nil || instance.size() > grown {
		// One that stopped is in no known state.
		instance.close()
		return result, err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.idle = append(p.idle, instance)
	return result, nil
}

func (p *pool) take() (*instance, error) {
	p.mutex.Lock()
	if last := len(p.idle) - 1; last >= 0 {
		instance := p.idle[last]
		p.idle = p.idle[:last]
		p.mutex.Unlock()
		return instance, nil
	}
	p.mutex.Unlock()
	return newInstance()
}
