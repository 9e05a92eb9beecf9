package live

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// fleet is every client of a run, as the http.RoundTripper inside a vegeta
// Attacker. Vegeta hands it one request per call, whose URL fragment is the
// call's number; the fleet plays the call, with as many attempts on the wire
// as its strategy wants, and answers vegeta once.
type fleet struct {
	ctx   context.Context //nolint:containedctx // of the run: it ends at the horizon
	plan  *plan.Plan
	began time.Time
	calls *schedule
	hosts []*roster
	wire  wire

	background sync.WaitGroup

	mu       sync.Mutex // guards observer
	observer strategy.Observer
}

// wire makes attempts.
type wire interface {
	// attempt makes one attempt and tells how far it got.
	attempt(ctx context.Context, k *strategy.Call, r strategy.Request) (strategy.Outcome, progress)
	// finished says that a call makes no more.
	finished(k *strategy.Call)
	// start makes ready for the attempts of a task that starts while others run, and
	// stop is told when it has stopped. The first tasks of all places are known before.
	start(host uint32, t imds.Task)
	stop(host uint32, t imds.Task)
}

// progress is how far an attempt got.
type progress uint8

const (
	ended  progress = iota // it has an outcome
	cut                    // it was sent, but the run ended before its outcome
	unsent                 // the run ended before it was sent
)

// cutIf is the progress of an attempt that has ended, or that the end of the run
// has cut off, or that of its task.
func cutIf(run context.Context) progress {
	if run.Err() != nil {
		return cut
	}
	return ended
}

// domain is a client with what the engine keeps for it. It has one lock: one call
// of a domain decides at a time.
type domain struct {
	mu      sync.Mutex // guards all of the domain
	client  *strategy.Client
	waiting map[*strategy.Call]*player
	copies  map[*strategy.Call]*player // of requests (strategy.Hedge), under way
}

// player is the goroutine of one call.
type player struct {
	arrived strategy.Call
	call    *strategy.Call // arrived, or a background refresh
	task    *task
	domain  *domain
	watch   plan.Watch
	woken   chan strategy.Step // what to do after a wait for another's fetch
	copy    *copied            // nil unless the call is a copy of a request
}

func newFleet(ctx context.Context, plan *plan.Plan, began time.Time, calls *schedule, w wire, observer strategy.Observer) *fleet {
	f := &fleet{
		ctx: ctx, plan: plan, began: began, calls: calls, wire: w, observer: observer,
		hosts: make([]*roster, plan.Hosts),
	}
	for number := range f.hosts {
		f.hosts[number] = f.newRoster(number)
	}
	f.startSidecars()
	return f
}

// now is the time since the run began.
func (f *fleet) now() time.Duration { return time.Since(f.began) }

// RoundTrip implements http.RoundTripper: it plays the call whose number is
// the fragment of the URL.
func (f *fleet) RoundTrip(req *http.Request) (*http.Response, error) {
	number, err := strconv.ParseUint(req.URL.Fragment, 10, 64)
	a, due := f.calls.begin(number)
	if err != nil || !due {
		return nil, fmt.Errorf("request for call %q, which is not due", req.URL.Fragment)
	}
	t := f.task(&a)
	if t == nil {
		return answer(req, f.stoppedBefore(&a)), nil
	}
	p := &player{arrived: a.call(), task: t, watch: a.Watch, domain: f.domain(t, &a)}
	p.call = &p.arrived
	d := p.domain
	d.mu.Lock()
	now := f.now()
	step := d.client.Begin(now, p.call)
	f.settle(now, p, &step)
	d.mu.Unlock()
	f.play(p, step)
	return answer(req, p.call.Result), nil
}

// play carries out a call's steps until it has finished or the run ends.
func (f *fleet) play(p *player, step strategy.Step) {
	k, d := p.call, p.domain
	for step.Do != strategy.Finish {
		event := strategy.Event{Kind: strategy.Due}
		ok := true
		switch step.Do {
		case strategy.Send:
			event.Kind = strategy.Replied
			var outcome strategy.Outcome
			outcome, ok = f.send(p, &step)
			event.Outcome = &outcome
		case strategy.Sleep:
			ok = f.sleep(p, step.For)
		case strategy.Await:
			var next *strategy.Step
			if next, ok = f.await(p, step.For); next != nil {
				step = *next
				continue
			}
		}
		d.mu.Lock()
		if step.Do == strategy.Await && len(p.woken) > 0 {
			// Woken just as its wait, or the run, ended.
			d.mu.Unlock()
			step = <-p.woken
			continue
		}
		delete(d.waiting, k)
		if p.copy.lost() {
			d.mu.Unlock()
			break
		}
		if !ok {
			at, result := f.ended(), strategy.Unfinished
			if end, stopped := p.task.stopped(); stopped {
				at, result = max(end, k.Begun), strategy.Stopped
			}
			d.client.Abandon(at, k, result)
			delete(d.copies, k)
			d.mu.Unlock()
			break
		}
		now := f.now()
		step = d.client.Resume(now, k, event)
		f.settle(now, p, &step)
		d.mu.Unlock()
	}
	if p.copy != nil {
		p.copy.cancel()
	}
	f.wire.finished(k)
	if !k.Background {
		f.mu.Lock()
		f.observer.Finished(k)
		f.mu.Unlock()
	}
}

// settle does the parts of a step that need the domain's lock: it records that
// the call waits, and works out, in order, the steps of the calls that the step
// wakes.
func (f *fleet) settle(now time.Duration, p *player, step *strategy.Step) {
	d := p.domain
	d.await(p, step)
	if p.copy != nil && step.Do == strategy.Finish {
		delete(d.copies, p.call)
	}
	var ended []watched
	if p.watch != 0 && step.Do == strategy.Finish {
		ended = append(ended, watched{p.call, p.watch})
	}
	for k := step.Wake; k != nil; {
		next := k.Unlink()
		w := d.waiting[k]
		delete(d.waiting, k)
		woken := d.client.Resume(now, k, strategy.Event{Kind: strategy.Woken})
		if d.lose(now, k, w == nil) {
			k = next
			continue
		}
		if w != nil && w.watch != 0 && woken.Do == strategy.Finish {
			ended = append(ended, watched{k, w.watch})
		}
		if w == nil {
			w = &player{call: k, task: p.task, domain: d}
			if d.client.Hosted() {
				w.task = f.hosts[k.Host].agent
			}
			d.adopt(w)
			d.await(w, &woken)
			f.background.Go(func() { f.play(w, woken) })
		} else {
			// The channel holds one step. If that is still there, it was to await
			// what has just ended.
			select {
			case <-w.woken:
			default:
			}
			d.await(w, &woken)
			w.woken <- woken
		}
		if woken.Wake != nil {
			next = woken.Wake.Before(next)
		}
		k = next
	}
	if ended != nil {
		f.calls.ended(p.call.Host, ended)
	}
}

// await records that a call waits, if that is its step.
func (d *domain) await(p *player, step *strategy.Step) {
	if step.Do != strategy.Await {
		return
	}
	if p.woken == nil {
		p.woken = make(chan strategy.Step, 1)
	}
	if d.waiting == nil {
		d.waiting = make(map[*strategy.Call]*player)
	}
	d.waiting[p.call] = p
}

// await waits for another call's fetch. The step is nil if patience, or the run,
// ended first; ok is false if the run did.
func (f *fleet) await(p *player, patience time.Duration) (step *strategy.Step, ok bool) {
	var due <-chan time.Time
	until := f.now() + patience
	if patience > 0 {
		t := time.NewTimer(patience)
		defer t.Stop()
		due = t.C
	}
	select {
	case s := <-p.woken:
		return &s, true
	case <-due:
		return nil, true
	case <-p.task.ctx.Done():
		if _, stopped := p.task.stopped(); stopped {
			time.Sleep(time.Nanosecond) // what ends at this instant may wake the call
		}
		return nil, patience > 0 && p.task.livesUntil(until)
	}
}

// send waits as long as the step says and makes the attempt.
func (f *fleet) send(p *player, step *strategy.Step) (strategy.Outcome, bool) {
	k := p.call
	if !f.sleep(p, step.For) {
		return strategy.Outcome{}, false
	}
	sent := f.now()
	if p.task.agent {
		k.Task, k.Life = f.hosts[k.Host].first(int(k.Group), sent)
	}
	outcome, progress := f.wire.attempt(p.ctx(), k, k.Request())
	now := f.now()
	at, stopped := p.task.stopped()
	switch {
	case progress == cut && p.copy.lost():
		outcome, now = strategy.Outcome{}, p.copy.end()
	case progress == unsent, progress == cut && stopped && at <= sent:
		return outcome, false
	case progress == cut && stopped:
		outcome, now = strategy.Outcome{}, at
	case progress == cut:
		outcome, now = strategy.Outcome{}, f.ended()
	}
	f.mu.Lock()
	f.observer.Attempted(k, sent, now, &outcome)
	f.mu.Unlock()
	return outcome, progress == ended
}

// finishUnbegun ends the calls that were not begun when the run ended, because
// the generator fell behind: they are unfinished, and late until the end.
func (f *fleet) finishUnbegun() {
	end := f.plan.Horizon()
	for a := range f.calls.rest {
		k := a.call()
		k.Begun, k.Ended, k.Result = end, end, strategy.Unfinished
		f.observer.Finished(&k)
	}
}

// ended is when a call that the run's end cut off counts as ended.
func (f *fleet) ended() time.Duration { return min(f.now(), f.plan.Horizon()) }

// answer is what vegeta gets for a call.
func answer(req *http.Request, r strategy.Result) *http.Response {
	status := http.StatusOK
	if r.Failed() {
		status = http.StatusServiceUnavailable
	}
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: noHeader, Body: http.NoBody, Request: req,
	}
}

// noHeader is the header of every answer. Nothing may write to it.
var noHeader = http.Header{}
