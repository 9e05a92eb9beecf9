package sdk_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
	"tenement/internal/throttle"
)

// legNames are the legs of a fetch; a recording has their first letters.
var legNames = []string{"token", "role", "credentials"}

// player carries out the calls of a recording with a preset, in virtual time.
type player struct {
	recording *recording
	client    *strategy.Client
	now       time.Duration
	asked     map[string]int // requests so far, by leg
	tokens    int
	queue     []due
	order     int // of the last entry of the queue
	open      int // calls, and refreshes in the background
	sent      []request
	last      sdk.Last                     // of all calls
	lasts     map[*strategy.Call]*sdk.Last // of each call that has asked
	ended     map[*strategy.Call]ending
}

// request is one on the wire.
type request struct {
	at  time.Duration
	leg byte
}

// due is what happens to a call at an instant.
type due struct {
	at    time.Duration
	order int
	call  *strategy.Call
	sends bool          // its request leaves
	limit time.Duration // for the answer to it; 0 is none
	event strategy.Event
}

// played is what a batch did.
type played struct {
	requests []request
	results  []string
	took     time.Duration
	text     string // of the first error
}

// forEver is longer than any client waits.
const forEver = 10 * time.Minute

// play is what the client of the preset does, with that seed. There are fewer batches
// than in the recording if a call hangs that the next ones would have to wait for.
func (r *recording) play(seed uint64) []played {
	p := player{
		recording: r, asked: map[string]int{}, lasts: map[*strategy.Call]*sdk.Last{}, ended: map[*strategy.Call]ending{},
	}
	group := strategy.Clients{Strategy: &r.preset.Strategy, Tasks: 1, Processes: 1, PerCall: r.perCall, Key: strategytest.TaskKey("g")}
	if p.instance() {
		group.Legs = strategytest.InstanceLegs
	}
	if r.kept {
		group.KeepAlive = time.Hour
	}
	p.client = strategy.NewHost(seed, 0, []strategy.Clients{group}).Client(0, 0, 0)
	var begun []begin
	for i := range r.batches {
		b := &r.batches[i]
		if b.timed {
			p.run(b.at)
			p.now = b.at
		} else {
			p.run(p.now + forEver)
			if p.open > 0 {
				return p.played(begun)
			}
			p.now += b.after
		}
		begun = append(begun, p.begin(b.calls))
	}
	p.run(p.now + forEver)
	return p.played(begun)
}

// begin is the beginning of a batch.
type begin struct {
	at    time.Duration
	first int // its first request
	calls []*strategy.Call
}

func (p *player) begin(calls int) begin {
	b := begin{at: p.now, first: len(p.sent)}
	for range calls {
		k := &strategy.Call{Scheduled: p.now}
		if p.instance() {
			k.Resource = 2
		}
		b.calls = append(b.calls, k)
		p.open++
	}
	for _, k := range b.calls {
		p.do(k, p.client.Begin(p.now, k))
	}
	return b
}

// played sums up what each batch did, once all have ended.
func (p *player) played(all []begin) []played {
	var sums []played
	for i, b := range all {
		last := len(p.sent)
		if i+1 < len(all) {
			last = all[i+1].first
		}
		sum := played{requests: p.sent[b.first:last]}
		for _, k := range b.calls {
			e, ok := p.ended[k]
			if !ok {
				e.result = "hang"
			}
			sum.results = append(sum.results, e.result)
			sum.took = max(sum.took, e.at-b.at)
			if sum.text == "" {
				sum.text = e.text
			}
		}
		sums = append(sums, sum)
	}
	return sums
}

func (p *player) instance() bool { return p.recording.preset.Service == service.IMDS }

// run lets time pass until nothing is open, or to that instant.
func (p *player) run(end time.Duration) {
	for p.open > 0 && len(p.queue) > 0 && p.queue[0].at <= end {
		d := p.queue[0]
		p.queue = p.queue[1:]
		p.now = d.at
		if d.sends {
			p.send(d.call, d.limit)
			continue
		}
		p.do(d.call, p.client.Resume(p.now, d.call, d.event))
	}
}

func (p *player) push(d due) {
	p.order++
	d.order = p.order
	p.queue = append(p.queue, d)
	slices.SortFunc(p.queue, func(a, b due) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order)) })
}

// do carries out a step, and those of the calls that it wakes.
func (p *player) do(k *strategy.Call, step strategy.Step) {
	switch at := p.now + step.For; step.Do {
	case strategy.Send:
		p.push(due{at: at, call: k, sends: true, limit: k.Request().Timeout})
	case strategy.Sleep:
		p.push(due{at: at, call: k, event: strategy.Event{Kind: strategy.Due}})
	case strategy.Finish:
		p.open--
		p.ended[k] = p.ending(k)
	case strategy.Await:
	}
	for next := step.Wake; next != nil; {
		woken := next
		next = woken.Unlink()
		if woken.Background {
			p.open++
		}
		p.do(woken, p.client.Resume(p.now, woken, strategy.Event{Kind: strategy.Woken}))
	}
}

// send lets a request arrive, and its answer come a millisecond later if it is not
// said to take longer.
func (p *player) send(k *strategy.Call, limit time.Duration) {
	wants := k.Wants()
	leg := "credentials"
	switch {
	case wants.TTL > 0:
		leg = "token"
	case p.instance() && wants.Resource == 1:
		leg = "role"
	}
	a := newAnswer(throttle.Answer{}, leg)
	if list := p.recording.answers[leg]; len(list) > 0 {
		a = list[min(p.asked[leg], len(list)-1)]
	}
	p.asked[leg]++
	o := a.outcome
	if o.Err != strategy.ConnRefused { // else nobody was there to see it
		p.sent = append(p.sent, request{p.now, leg[0]})
	}
	took := max(a.slow, time.Millisecond)
	switch {
	case a.hangs && limit == 0:
		return
	case a.hangs || limit > 0 && took > limit:
		took, o = limit, strategytest.ReadTimeout
	}
	if o.Expires != 0 {
		o.Expires = strategy.ExpiresAt(p.now + o.Expires)
	}
	if wants.TTL > 0 && (o.Good() || o.Err == strategy.CutShort) {
		p.tokens++
		o.Token = &strategy.SessionToken{Expires: p.now + wants.TTL, Value: fmt.Sprint("t", p.tokens)}
	}
	p.last = sdk.Last{Outcome: o, Leg: leg, Method: http.MethodGet, URL: p.url(leg), Body: a.body}
	if leg == "token" {
		p.last.Method = http.MethodPut
	}
	last := p.last
	p.lasts[k] = &last
	p.push(due{at: p.now + took, call: k, event: strategy.Event{Kind: strategy.Replied, Outcome: &o}})
}
