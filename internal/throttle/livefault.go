package throttle

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// liveFault is a fault of a running endpoint, and its progress.
type liveFault struct {
	Fault
	draws  draw.Key // the parent of its draws, for this host, by task and ordinal
	lifted bool
	begun  bool // a RestartFault has cleared the limits
	// What a fault that counts has counted: requests of all tasks, or by task.
	used   int
	byTask map[uint64]int
}

// maxFaults bounds the faults that an endpoint has at a time.
const maxFaults = 1000

// newFault is fault number i of the endpoint, on its current host.
func (e *Endpoint) newFault(i int, f Fault) liveFault {
	return liveFault{Fault: f, draws: e.config.Seed.Name("fault").With(uint64(i)).With(uint64(e.host))}
}

// picks reports whether a fault's share includes a task's request number n.
func (f *liveFault) picks(r *Request, n uint64) bool {
	return f.Share == 0 || f.draw(r, n, "share").Float() < f.Share
}

// over is the instant at which the fault ends. That has passed once it has struck
// all that it is to strike.
func (f *liveFault) over() time.Duration {
	if f.counts() && f.Scope == HostScope && f.spent(f.used) {
		return 0
	}
	return f.Fault.over()
}

// next is what a fault that counts does to a request that it fits, if n have counted
// before: nothing while it skips. Of an AnswersFault the place is that of the answer,
// from 1.
func (f *liveFault) next(n int) (kind FaultKind, place int) {
	if f.Kind != AnswersFault {
		return f.Kind, 0
	}
	place = min(max(n-f.Skip, 0)+1, len(f.Answers))
	return f.Answers[place-1].Kind, place
}

func (f *liveFault) draw(r *Request, n uint64, purpose string) draw.Key {
	return f.draws.With(uint64(r.Key)).With(n).Name(purpose)
}

// applyFaults applies the faults to the verdict on a task's request number n,
// which the limits have admitted. It returns the index of a fault that makes
// the answer late, or −1.
func (e *Endpoint) applyFaults(now time.Duration, r *Request, n uint64, v *Verdict) (slow int) {
	slow, first := -1, -1
	var effect Effect // of the first
	route := r.Route
	if route == 0 {
		route = service.MetadataRoute
	}
	for i := range e.faults {
		f := &e.faults[i]
		kind, place, seen := f.doing(now), 0, 0
		if kind == NoFault || f.lifted {
			continue
		}
		counts := f.counts()
		if counts {
			seen = f.seen(r)
			if f.spent(seen) || first >= 0 && !kind.adds() {
				continue
			}
			kind, place = f.next(seen)
		}
		if f.routes(kind)&route == 0 || !f.picks(r, n) {
			continue
		}
		if counts {
			if f.count(r); seen < f.Skip {
				continue
			}
		}
		switch {
		case kind == SlowFault && place > 0:
			v.After += f.Answers[place-1].Span
			if slow = i; v.Effect.Kind == NoFault {
				v.Effect = Effect{Kind: kind, Index: i, Answer: uint16(place)}
			}
		case kind.adds():
			if f.Latency != nil {
				v.After += f.Latency.At(f.draw(r, n, "latency").Bits())
				slow = i
			}
			if v.Effect.Kind == NoFault || kind == TagsFault && v.Effect.Kind == SlowFault {
				v.Effect = Effect{Kind: kind, Index: i}
			}
		case first < 0:
			first, effect = i, Effect{Kind: kind, Index: i, Answer: uint16(place)}
		}
	}
	if effect.Kind != NoFault {
		v.Effect = effect
		e.fail(now, v)
	}
	return slow
}

// adds reports whether a fault makes an answer later, however many others do.
func (k FaultKind) adds() bool { return k == SlowFault || k == TagsFault }

// fail makes the fault of a verdict's Effect decide it. With an ExpiryFault or a
// LifeFault the request is still served.
func (e *Endpoint) fail(now time.Duration, v *Verdict) {
	f := &e.faults[v.Effect.Index]
	switch v.Effect.Kind {
	case ExpiryFault:
		v.Effect.Shift = f.Shift
		return
	case LifeFault:
		v.Effect.Shift = f.Answers[v.Effect.Answer-1].shift(now)
		return
	}
	v.Kind = Failed
	switch v.Effect.Kind {
	case StatusFault:
		if v.Status = f.Status; v.Effect.Answer > 0 {
			v.Status = f.Answers[v.Effect.Answer-1].Status
		}
	case HangFault, ResetFault, RefuseFault:
		v.After = 0
	case CutFault:
		v.After = f.After
	}
}

// cutOff cuts an answer that would come after the write timeout or after the
// next restart. Slow is the fault that makes it late, or −1.
func (e *Endpoint) cutOff(now time.Duration, slow int, v *Verdict) {
	if limit := e.config.WriteTimeout; limit > 0 && v.After > limit {
		if v.Kind == Failed {
			slow = v.Effect.Index
		}
		*v = Verdict{Kind: Failed, After: limit, Limit: v.Limit, Effect: Effect{Kind: CutFault, Index: slow}}
	}
	if e.restart < 0 {
		return
	}
	if left := e.faults[e.restart].From - now; v.hangs() || v.After > left {
		*v = Verdict{Kind: Failed, After: left, Limit: v.Limit, Effect: Effect{Kind: ResetFault, Index: e.restart}}
	}
}

// Refuses reports whether nothing listens at now because the server restarts.
// A server calls it before each request: the connection of one that arrives
// during a restart is refused, and no count includes it.
func (e *Endpoint) Refuses(now time.Duration) bool {
	for i := range e.faults {
		if f := &e.faults[i]; !f.lifted && f.refuses(now) {
			return true
		}
	}
	return false
}

// Blame is the fault that a verdict's Effect names, for its Body, Field and
// Name; false if it names none. The index is valid until the next Inject.
func (e *Endpoint) Blame(v Verdict) (Fault, bool) {
	if v.Effect.Kind == NoFault || v.Effect.Index < 0 || v.Effect.Index >= len(e.faults) {
		return Fault{}, false
	}
	f := &e.faults[v.Effect.Index].Fault
	if v.Effect.Answer > 0 {
		return f.Answers[v.Effect.Answer-1].fault(f), true
	}
	return *f, true
}
