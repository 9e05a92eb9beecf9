// Package process runs a client of the user's own, as real processes, against an
// endpoint that misbehaves as told, and records what it does. It decides nothing
// for the client: it starts processes, listens, and watches.
//
// Each process has a port of its own, which stands for its address and its token,
// and an environment in which SDKs find nothing but that port. A process either
// makes one call and exits, or stays alive and speaks a protocol of lines
// (protocol.go). None outlives the run.
package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
)

// Config is a client, and what is asked of it.
type Config struct {
	Command []string          // the program and its arguments
	Service service.Service   // that it asks
	Fault   string            // the answers as given, for the timeline
	Answers []throttle.Answer // in turn; the last one stays
	Routes  service.Routes    // the requests that get them; 0 is all that they can change

	Calls       int           // in all; 0 means 1
	Concurrency int           // calls that begin together; 0 means 1
	Every       time.Duration // from the beginning of one round of calls to that of the next; 0 is one after another
	Timeout     time.Duration // of a call; 0 means DefaultTimeout
	// Fresh asks a process that stays alive for a new client at each call.
	Fresh bool
	// Linger is how long after its last call a process that stays alive is watched: a
	// client can refresh in the background.
	Linger time.Duration
}

// DefaultTimeout is how long a call may take.
const DefaultTimeout = time.Minute

// maxCalls bounds the calls of a run, and maxProcesses the calls that begin together.
const (
	maxCalls     = 10_000
	maxProcesses = 200
)

// Check says what is wrong with a Config.
func (c *Config) Check() error {
	switch {
	case len(c.Command) == 0:
		return errors.New("want a command")
	case len(c.Answers) == 0:
		return errors.New("want an answer")
	case c.Calls < 0 || c.Concurrency < 0 || c.Every < 0 || c.Timeout < 0:
		return errors.New("want no number below 0")
	case c.Calls > maxCalls:
		return fmt.Errorf("calls %d: want at most %d", c.Calls, maxCalls)
	case c.Concurrency > max(c.Calls, 1):
		return fmt.Errorf("concurrency %d: want at most %d, the number of calls", c.Concurrency, max(c.Calls, 1))
	case c.Concurrency > maxProcesses:
		return fmt.Errorf("concurrency %d: want at most %d: each may be a process", c.Concurrency, maxProcesses)
	}
	if at := throttle.RefusesAt(c.Answers); at > 0 && at < len(c.Answers) {
		return fmt.Errorf("answer %d: refuse: want it last: nobody can count the connections that are refused, so nothing can follow", at)
	}
	return nil
}

// Run runs a client to its end and returns what it did. Results are "ok", "error"
// and "unfinished", for a call that was not over in time; a process that stays alive
// may also report "empty" and "expired" credentials. The error says that the client
// cannot be started, or that it died or broke the protocol. When ctx ends, so do all
// its processes, and the error is that of ctx.
func Run(ctx context.Context, c Config) (timeline.Timeline, error) {
	if err := c.Check(); err != nil {
		return timeline.Timeline{}, err
	}
	c = c.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	calls, _, err := c.run(ctx)
	return c.timeline(calls), err
}

// run is Run without the figures, and whether the client speaks the protocol.
func (c *Config) run(ctx context.Context) (calls []call, speaks bool, err error) {
	first := c.worker()
	defer first.script.close()
	p, err := first.begin(ctx)
	if err != nil {
		return nil, false, err
	}
	if speaks = p.speaks(ctx); speaks {
		calls, err = c.talk(ctx, p)
	} else {
		calls, err = c.repeat(ctx, first, p)
	}
	if cause := ctx.Err(); cause != nil {
		err = cause
	}
	return calls, speaks, err
}

// withDefaults is the Config with every zero that means something else replaced.
func (c Config) withDefaults() Config {
	c.Calls, c.Concurrency = max(c.Calls, 1), max(c.Concurrency, 1)
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	return c
}

// worker is one of the clients that run side by side: processes, one after another,
// that share an endpoint.
type worker struct {
	config *Config
	script *script
	record *record

	mu      sync.Mutex
	current int // the call that a request belongs to
}

func (c *Config) worker() *worker {
	w := &worker{config: c, script: newScript(c.Service, c.Answers, c.Routes)}
	w.record = newRecord(func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.current
	})
	return w
}

// serve says which call requests belong to from now on.
func (w *worker) serve(call int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current = call
}

// call is a call that a client made.
type call struct {
	begun, ended time.Time
	result, err  string
	seen         []sight
	aligned      bool // it begins when it was asked for, and not with its first request
}

// start is when a call begins: with its first request, if it has one.
func (c *call) start() time.Time {
	if len(c.seen) > 0 && !c.aligned {
		return c.seen[0].at
	}
	return c.begun
}

// timeline is the calls as a timeline.
func (c *Config) timeline(calls []call) timeline.Timeline {
	t := timeline.Timeline{
		Strategy: strings.Join(c.Command, " "), Service: c.Service.String(), Fault: c.Fault,
		Calls: []timeline.Call{}, Gaps: []timeline.Gap{},
	}
	calls = slices.DeleteFunc(calls, func(one call) bool { return one.result == "" }) // never made
	if len(calls) == 0 {
		return t
	}
	zero := calls[0].start()
	if len(calls[0].seen) > 0 {
		zero = calls[0].seen[0].at
	}
	for i := range calls {
		one := &calls[i]
		made := attempts(c.Service, one.seen, zero)
		t.Calls = append(t.Calls, timeline.Call{
			Start: max(timeline.Seconds(one.start().Sub(zero)), 0), End: max(timeline.Seconds(one.ended.Sub(zero)), 0),
			Result: one.result, Error: one.err, Attempts: made,
		})
		for j := 1; j < len(made); j++ {
			gap := made[j].T - made[j-1].T
			t.Gaps = append(t.Gaps, timeline.Gap{Min: gap, Mean: gap, Max: gap})
		}
	}
	return t
}

// grace is how long what should end by itself is waited for.
const grace = 2 * time.Second
