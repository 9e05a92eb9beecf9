package strategy

import (
	"time"

	"tenement/internal/draw"
)

// Call is one wish of application code ("I need credentials"). It costs zero,
// one or many attempts. Engines allocate it, fill the first block and keep it
// until it has finished; the rest is written by the machine.
type Call struct {
	Host, Group, Task, Process uint32 // Task counts within the group: it is the task's place
	N                          uint32 // the call's number among the host's calls
	Resource                   uint32 // what it asks for: an index into the plan's resources
	Tag                        uint32 // for the engine's use
	Life                       uint32 // which of the tasks that live in the place one after another
	Scheduled                  time.Duration

	Begun    time.Duration // lateness is Begun − Scheduled
	Ended    time.Duration
	Attempts uint32 // that have ended
	Result   Result
	Served   Served
	// Background marks what a client does by itself, a refresh that no call waits for
	// or a copy of a request: its attempts count, the call does not.
	Background bool
	Activity   uint8 // of its group; the engine fills it in too

	state
}

// state is what the machine remembers of a call between two steps.
type state struct {
	next     *Call         // in a list of waiters, of calls to wake, or of attempts to be sent
	deadline time.Duration // when Timeouts.Call ends, or noDeadline
	ends     time.Duration // when the time for its fetch ends, or noDeadline
	patience time.Duration // when Flight.MaxWait ends
	prev     time.Duration // the wait before the last attempt
	request  Request       // of the attempt under way
	last     Outcome       // why the last fetch failed, or is going to at the end of a final wait
	walk     *walk         // through the legs of the fetch; nil if it has none
	held     Entry         // what the call's client has loaded, used in place of a slot's if that was built for this call alone
	quota    int32         // retry tokens left, used in place of the client's if that was built for this call alone
	cost     int32         // retry tokens that the last retry took, given back if it succeeds
	connAt   time.Duration // when its idle connection was last used or, if calls share connections, when the attempt under way takes one
	hidden   uint32        // attempts that no policy counts: of earlier fetches of the call, and those that were resent
	fetch    uint32        // number of the fetch among the client's, for draws
	tries    uint16        // failed attempts on this link and leg, or failed fetches if a retry begins at the first leg
	slot     int32         // index of the document's state in the client
	link     uint8         // provider of the SDK's chain, 0 is the first
	uses     uint8         // fetches that have ended
	phase    phase
	holder   Policy        // what delayed or refused the send of the last step
	asked    uint8         // how many policies have let the next attempt pass
	passed   uint16        // a bit for each policy that would miss it if that attempt were not made
	again    bool          // that attempt, or the one under way, is a retry that all have let pass
	holding  time.Duration // how long the send of the last step is delayed
	entered  time.Duration // when the attempt under way was let pass, or the held one will be
	door     *door         // the policies, used in place of the client's if that was built for this call alone
	parent   *Call         // of a copy: whose request it makes; see Hedge
	race     *race         // the copies that the call waits for, or nil
	sidecar  bool          // it is the client's sidecar, which never finishes
	advisory bool          // the fetch is a refresh that is not mandatory yet: if it fails, what is held still serves
	first    bool          // the fetch is the client's first use
	leads    bool          // others wait for its fetch
	loaded   bool          // one of the call's fetches has brought a document
	waited   bool          // the call has waited for another call's fetch
	looked   bool          // it has looked at the cache again after that (Flight.LookAgain): it takes the result of the fetch that it waits for next
	resent   uint8         // how often the HTTP library has sent the attempt under way again
	hasConn  bool          // the client was built for the call alone, and has an idle connection
	kept     bool          // the attempt under way was sent on a connection kept from an earlier request
}

// Unbegun is the call as the engine filled it in, before it began.
func (k *Call) Unbegun() Call {
	return Call{
		Host: k.Host, Group: k.Group, Task: k.Task, Process: k.Process, N: k.N, Resource: k.Resource,
		Tag: k.Tag, Life: k.Life, Scheduled: k.Scheduled, Activity: k.Activity,
	}
}

// Failure is why the call's fetch failed, if its Result has failed because of
// that: the outcome of the last attempt, or OutOfTime. If the call has joined
// another's fetch, it is that fetch's.
func (k *Call) Failure() Outcome { return k.last }

// phase is what a call is waiting for.
type phase uint8

// The phases: a call is idle before it begins and after it has ended, else it
// waits for one of these.
const (
	idle      phase = iota
	sent            // an answer
	finalWait       // the end of a wait after which the leg has failed
	waiting         // another call's fetch
	hanging         // nothing that ever comes (Strategy.HangOn)
	pausing         // the next time that a sidecar looks
	spawning        // the engine, to start a background refresh
	held            // the instant at which it may ask to send
	racing          // its copies, or the time for another one (Strategy.Hedge)
	lost            // nothing: it is a copy, and another has won
)

// noDeadline is a deadline that does not come.
const noDeadline = time.Duration(1<<63 - 1)

// Step is what an engine must do next for a call. It is small enough, at most four
// words, to be handed on in registers: a larger one would be copied through memory by
// every function of the machine that returns it.
type Step struct {
	Do  Do
	For time.Duration // see Do
	// Wake heads a list of calls that may go on. For each, in order and under
	// the same lock, the engine takes its successor with Unlink, then resumes
	// it with Woken and carries out the step that this returns (whose own Wake
	// list, if any, comes before the successor: see Before). A call marked
	// Background is new to the engine, if that does not know it. One that the engine
	// knows, and that does not wait in an Await, is a copy that has lost
	// (Strategy.Hedge): the engine cancels what is under way of it, and reports a
	// request that was sent as one without an outcome.
	Wake *Call
}

// Do is the kind of a Step.
type Do uint8

// The kinds of step.
const (
	// Finish: the call has ended; Ended, Result and Served are filled in.
	Finish Do = iota
	// Send Call.Request after waiting For, and resume with Replied.
	Send
	// Sleep For, and resume with Due.
	Sleep
	// Await another call's fetch: resume with Woken when it comes up in a
	// Wake list, or with Due after For if For is not 0, whichever is first.
	Await
)

// Request is one attempt to make. Call.Wants says what it asks for; the
// strategy's Timeouts.Connect bounds its connection.
type Request struct {
	Timeout time.Duration // from the send to the whole answer; 0 is none
	Draw    uint64        // the keyed draw for this attempt's Delay and Order
}

// Request is the attempt that the call's last step said to send. It holds until the
// next step.
func (k *Call) Request() Request { return k.request }

// maxDelay bounds the one-way delay from a client to its endpoint.
const maxDelay = 100 * time.Microsecond

// Delay is how long the attempt travels to the endpoint in an engine without a
// network: keyed, 1 ns to 100 µs, so that clients that act at the same instant
// do not arrive at the same instant.
func (r Request) Delay() time.Duration {
	return 1 + time.Duration(draw.Below(r.Draw, uint64(maxDelay)))
}

// Order is a 40-bit keyed hash that orders attempts which reach an endpoint in
// the same nanosecond. Insertion order would favour the same clients in every
// burst.
func (r Request) Order() uint64 { return r.Draw & (1<<40 - 1) }

// Event is what happened to a call since its last step.
type Event struct {
	Kind    EventKind
	Outcome *Outcome // with Replied; the machine may change it, and does not keep it
}

// EventKind is the kind of an Event.
type EventKind uint8

// The kinds of event.
const (
	Replied EventKind = iota // an attempt ended
	Due                      // the wait is over
	Woken                    // the call came up in a Wake list
)

// Unlink takes the call out of its Wake list and returns its successor.
func (k *Call) Unlink() *Call {
	next := k.next
	k.next = nil
	return next
}

// Before puts the calls of a Wake list, of which it is the first, before those of
// another, which may be nil, and returns the first of all.
func (k *Call) Before(rest *Call) *Call {
	last := k
	for last.next != nil {
		last = last.next
	}
	last.next = rest
	return k
}

// Observer is told what happened. Each worker of an engine has its own.
type Observer interface {
	// Attempted reports one request on the wire and how it ended, before the
	// client knows. A request still open when the run or its task ended, or when
	// another copy of it won (Hedge), has the zero Outcome. The observer must not keep
	// the outcome.
	Attempted(k *Call, sent, ended time.Duration, o *Outcome)
	// Finished reports a call that has ended (never one in the background).
	Finished(k *Call)
}

// StraightObserver is an Observer that can be told at once of a call with one attempt,
// which brought a good document.
type StraightObserver interface {
	Observer
	// Straight reports what Attempted and then Finished would, when the call has ended:
	// the attempt was sent when the call was Scheduled and ended with it. The observer
	// must not keep the outcome.
	Straight(k *Call, o *Outcome)
}

// DoorObserver is an Observer that wants to know, too, what policies do to sends.
// Engines in virtual time tell it.
type DoorObserver interface {
	Observer
	// Held reports that a policy delays or refuses, at that instant, a send of the call.
	Held(k *Call, at time.Duration, h Hold)
}
