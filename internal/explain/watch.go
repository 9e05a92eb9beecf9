package explain

import (
	"cmp"
	"slices"
	"time"

	"tenement/internal/hosting"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/internal/timeline"
)

// watcher is the strategy.Observer of a client. It keeps what the client does, by
// the number of the call.
type watcher struct {
	plan     *plan.Plan
	question *Question
	client   *Client
	legs     []string // by resource: what it is called
	urls     []string // and where the client finds it

	seen  []seen
	last  attempt       // of all calls
	open  int           // calls that have not ended
	ended time.Duration // the last call that has
	made  int           // attempts; beyond most they are dropped, and the run stops
	most  int
	stop  func()
}

// seen is what is known of a call.
type seen struct {
	call     strategy.Call
	attempts []attempt
	last     attempt // the call's own last one; without any, the last of all when it ended
	holds    []held
}

// held is what a policy did.
type held struct {
	at time.Duration
	strategy.Hold
}

type attempt struct {
	sent      time.Duration
	resource  uint32
	resent    bool
	cancelled bool // another copy of the request has won
	outcome   strategy.Outcome
}

func newWatcher(p *plan.Plan, c *Client, q *Question) *watcher {
	w := &watcher{plan: p, question: q, client: c}
	task := hosting.Tasks(p, 0, false)[0]
	for _, r := range p.Resources {
		w.urls = append(w.urls, "http://"+p.Service.Row().IPv4+task.Path(r.Path))
		w.legs = append(w.legs, timeline.Leg(p.Service, r.Path))
	}
	return w
}

// reset begins again, with another seed.
func (w *watcher) reset() {
	w.seen, w.last, w.made, w.open = make([]seen, w.question.Calls), attempt{}, 0, w.question.Calls
}

// Attempted implements strategy.Observer. A background refresh is not a call: its
// requests count with the last call that had begun when it did. A copy of a request
// (strategy.Hedge) is the call's whose request it is; only a copy ends without an outcome
// before the run does. What a sidecar does after the last call has ended is not shown.
func (w *watcher) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	if !w.sees(k) {
		return
	}
	a := attempt{sent: sent, resource: k.Wants().Resource, resent: k.Resent(), outcome: *o}
	a.cancelled = *o == strategy.Outcome{} && ended < w.plan.Horizon()
	s := w.of(k)
	s.attempts = append(s.attempts, a)
	if a.cancelled {
		return
	}
	w.last = a
	if !whole(k).Background {
		s.last = a
	}
}

// whole is the call whose request a copy makes, or the call itself.
func whole(k *strategy.Call) *strategy.Call {
	if p := k.Parent(); p != nil {
		return p
	}
	return k
}

// sees counts something that a call does, and reports whether it is shown. If there is
// too much, the run stops.
func (w *watcher) sees(k *strategy.Call) bool {
	if w.open == 0 && k.Begun > w.ended {
		return false
	}
	if w.made++; w.made > w.most {
		w.stop()
		return false
	}
	return true
}

// of is what is seen of a call, or of the call that a background refresh counts with.
func (w *watcher) of(k *strategy.Call) *seen {
	if k = whole(k); k.Background {
		return &w.seen[w.question.begun(k.Begun)-1]
	}
	return &w.seen[k.N]
}

// Held implements strategy.DoorObserver.
func (w *watcher) Held(k *strategy.Call, at time.Duration, h strategy.Hold) {
	if !w.sees(k) {
		return
	}
	s := w.of(k)
	s.holds = append(s.holds, held{at, h})
}

// begun is how many calls have begun at an instant.
func (q *Question) begun(at time.Duration) int {
	if q.Every == 0 {
		return q.Calls
	}
	waves := int(min(at/q.Every, time.Duration(q.Calls))) + 1
	return min(waves*q.together(), q.Calls)
}

// Finished implements strategy.Observer.
func (w *watcher) Finished(k *strategy.Call) {
	s := &w.seen[k.N]
	s.call = *k
	w.open--
	w.ended = k.Ended
	if len(s.attempts) == 0 {
		s.last = w.last // it has joined another's fetch, or failed without one
	}
	if f := k.Failure(); f.Err == strategy.OutOfTime {
		s.last.outcome = f
	}
}

// calls is what was seen, sorted, in seconds since the first request.
func (w *watcher) calls() []timeline.Call {
	began := w.seen[0].call.Begun
	if a := w.seen[0].attempts; len(a) > 0 {
		began = a[0].sent
	}
	since := func(at time.Duration) float64 { return timeline.Seconds(max(at-began, 0)) }
	all := make([]timeline.Call, len(w.seen))
	for i := range w.seen {
		s := &w.seen[i]
		c := timeline.Call{
			Start: since(s.call.Begun), End: since(s.call.Ended), Result: s.call.Result.String(), Attempts: []timeline.Attempt{},
		}
		if s.call.Result.Failed() && s.call.Result != strategy.Unfinished {
			c.Error = w.errorText(s)
		}
		for j := range s.attempts {
			a := &s.attempts[j]
			status, err := answerOf(&a.outcome)
			if a.cancelled {
				err = timeline.Cancelled
			}
			c.Attempts = append(c.Attempts, timeline.Attempt{T: since(a.sent), Leg: w.legs[a.resource], Status: status, Resend: a.resent, Err: err})
		}
		for _, h := range s.holds {
			c.Holds = append(c.Holds, timeline.Hold{T: since(h.at), By: h.By.String(), Wait: timeline.Seconds(h.For), Refused: h.For == 0})
		}
		all[i] = c
	}
	return all
}

// sort puts the attempts of each call in order of time: those of a background
// refresh are among them.
func (w *watcher) sort() {
	for i := range w.seen {
		slices.SortStableFunc(w.seen[i].attempts, func(a, b attempt) int { return cmp.Compare(a.sent, b.sent) })
		slices.SortStableFunc(w.seen[i].holds, func(a, b held) int { return cmp.Compare(a.at, b.at) })
	}
}

// answerOf is an outcome as a timeline has it.
func answerOf(o *strategy.Outcome) (status int, err string) {
	switch o.Err {
	case strategy.ConnectTimeout, strategy.ResponseTimeout:
		return 0, timeline.Timeout
	case strategy.ConnRefused:
		return 0, timeline.Refused
	case strategy.ConnReset:
		return 0, timeline.Reset
	case strategy.CutShort:
		return 200, timeline.Truncated // only a good answer is cut short
	}
	if o.Status == 0 {
		return 0, timeline.Unanswered
	}
	return int(o.Status), ""
}
