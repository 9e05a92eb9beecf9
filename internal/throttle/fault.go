package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// Fault is something that goes wrong at an endpoint for a while. Several may be
// on at once: slow ones add up, and among the others the first that applies to
// a request decides.
//
// A fault applies to requests that arrive while it is on and that no limit has
// turned away. A RestartFault is different: while it restarts, nothing listens.
type Fault struct {
	Name string // in logs and the admin API
	Kind FaultKind
	From time.Duration // since the run began
	For  time.Duration // how long it is on; 0 is to the end
	// Share is the fraction of requests that it applies to, by a keyed draw; 0
	// means all.
	Share float64
	// Routes are the routes that it applies to. 0 means all that its kind can
	// change: for a MalformedFault all but tokens and the name of the role,
	// which are no JSON anyway; for an EmptyFault credentials; for a
	// StatusFault and the like all.
	Routes service.Routes

	Latency *draw.Table // SlowFault, TagsFault: added to the service time
	// After is, for a CutFault, how long after its arrival a request is cut
	// off, and for a RestartFault how long after the restart credentials are
	// still pending.
	After  time.Duration
	Status int           // StatusFault: what is answered
	Body   string        // StatusFault: "" is the server's own for that status
	Shift  time.Duration // ExpiryFault: how far the expiration is moved; negative is earlier
	Field  string        // MissingFieldFault: the name, "" means DefaultMissingField

	// Answers are, for an AnswersFault, what the next requests get, one after
	// another. A request that a limit refuses, that Share leaves out, or that the
	// next answer cannot change, uses none of them.
	Answers []Answer
	// Stay says that the last of the Answers stays. Otherwise the fault is over
	// once all are used.
	Stay bool
	// RetryAfter is what a StatusFault says in the header of that name, in whole
	// seconds; 0 is no header. Only answers have one.
	RetryAfter time.Duration

	// Count is how many requests it strikes: the next that no limit refuses, that
	// its Routes and Share include, and that no fault before it strikes. Then it is
	// over. 0 is any number. An AnswersFault has its Answers instead.
	Count int
	// Skip is how many such requests it leaves alone first.
	Skip int
	// Scope says what Count, Skip and Answers count: with HostScope all requests
	// together, with TaskScope those of each task by itself. The latter is never
	// over, because another task may still come.
	Scope Scope
}

// DefaultMissingField is the field of credentials that a MissingFieldFault
// removes unless it names another.
const DefaultMissingField = service.SecretAccessKey

// Missing is the field that a MissingFieldFault removes.
func (f *Fault) Missing() string {
	if f.Field == "" {
		return DefaultMissingField
	}
	return f.Field
}

// FaultKind is what goes wrong.
type FaultKind uint8

// The kinds of fault.
const (
	NoFault     FaultKind = iota
	SlowFault             // answered Latency later
	StatusFault           // answered with Status
	// HangFault accepts the request and does not answer it: the verdict's After
	// is 0, and the request holds no place of a Concurrency limit.
	HangFault
	ResetFault // resets the connection at once
	// CutFault closes the connection without an answer, After later, as the
	// end of a server's write timeout does.
	CutFault
	TruncateFault     // closes the connection in the middle of the body
	MalformedFault    // 200 with a body that is no JSON
	EmptyFault        // 200 with an empty object
	MissingFieldFault // 200 with credentials that lack a field
	ExpiryFault       // credentials whose expiration is moved: expired, or of a skewed clock
	TagsFault         // documents with tags come Latency later and without them
	// RestartFault resets open connections and refuses new ones during For;
	// then credentials are pending during After. Every limit begins unused.
	RestartFault
	AnswersFault // answered with Answers, one after another
	// PendingFault follows a RestartFault: there are no credentials yet.
	PendingFault
	LifeFault   // an Answer: credentials that live for a given time
	RefuseFault // an Answer: the connection is refused, which a simulation alone can do to one request
	numFaultKinds
)

var faultKindNames = [numFaultKinds]string{
	"none", "slow", "status", "hang", "reset", "cut", "truncate", "malformed",
	"empty", "missing-field", "expiry", "tags", "restart", "answers", "pending", "life", "refuse",
}

// Silent reports whether a request that a fault of the kind fails gets no answer.
func (k FaultKind) Silent() bool {
	return k == HangFault || k == ResetFault || k == CutFault || k == RefuseFault
}

// Spoils reports whether a fault of the kind spoils an answer that is good, and
// leaves any other as it is.
func (k FaultKind) Spoils() bool {
	return k == TruncateFault || k == MalformedFault || k == EmptyFault || k == MissingFieldFault
}

// FaultKinds are all kinds of fault that can be asked for: not NoFault, not
// PendingFault, which a RestartFault leaves behind, and not what only an Answer
// does.
func FaultKinds() []FaultKind {
	var all []FaultKind
	for k := NoFault + 1; k < PendingFault; k++ {
		all = append(all, k)
	}
	return all
}

// String is the kind's name in profiles and logs.
func (k FaultKind) String() string {
	if k < numFaultKinds {
		return faultKindNames[k]
	}
	return fmt.Sprintf("FaultKind(%d)", uint8(k))
}

// Effect is what a fault does to one request. A request that is served has the
// kind ExpiryFault, LifeFault, TagsFault, SlowFault or NoFault; one that Failed
// has any other.
type Effect struct {
	Kind   FaultKind
	Answer uint16 // the place, from 1, of the fault's Answer that does it; 0 if it is none
	Index  int    // of the fault among the endpoint's, for its Body, Field and Name; −1 if no fault did it
	// Shift is how far the expiration is moved: of an ExpiryFault from what it
	// would be, of a LifeFault from the instant of the decision.
	Shift time.Duration
}

// Check says what is wrong with a fault: a value that its kind needs and does
// not have, or one that is out of bounds.
func (f *Fault) Check() error {
	switch only := f.Kind.only(); {
	case f.Kind == NoFault || f.Kind >= PendingFault:
		return fmt.Errorf("%v: not a kind of fault", f.Kind)
	case f.From < 0 || f.For < 0 || f.After < 0:
		return fmt.Errorf("%v: a time below 0", f.Kind)
	case !(f.Share >= 0 && f.Share <= 1): // not a number is neither
		return fmt.Errorf("share %v: want 0 to 1", f.Share)
	case f.Routes > service.AllRoutes:
		return fmt.Errorf("routes %d: unknown", f.Routes)
	case f.Routes != 0 && f.Routes&only == 0:
		return fmt.Errorf("%v: changes none of those routes", f.Kind)
	case f.Kind == SlowFault && f.Latency == nil:
		return fmt.Errorf("slow: want by how much")
	case f.Kind == StatusFault && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status %d: want 400 to 599", f.Status)
	case f.Kind == ExpiryFault && f.Shift == 0:
		return fmt.Errorf("expiry: want by how much it is moved")
	case f.Kind == RestartFault && f.For == 0:
		return fmt.Errorf("restart: want how long it takes")
	case f.Kind == RestartFault && (f.Routes != 0 || f.Share > 0 && f.Share < 1):
		return fmt.Errorf("restart: applies to everything: want no routes and no share")
	case f.Kind == CutFault && f.After == 0:
		return fmt.Errorf("cut: want after how long")
	}
	if err := f.checkCount(); err != nil || f.Kind != AnswersFault {
		return err
	}
	return f.checkAnswers()
}

// only is the routes that a kind of fault can change, whatever the fault's
// Routes say: those whose documents contain what it removes.
func (k FaultKind) only() service.Routes {
	switch k {
	case MissingFieldFault, ExpiryFault, LifeFault:
		return service.CredentialsRoute
	case PendingFault:
		return service.CredentialsRoute | service.ProtectionRoute // which needs a task's credentials
	case TagsFault:
		return service.TagsRoute
	default:
		return service.AllRoutes
	}
}

// routes is what a fault applies to while it acts as kind, or does nothing as the
// answer ok, which is a document of credentials as ok:LIFETIME is, or whatever is asked
// of an AWS API.
func (f *Fault) routes(kind FaultKind) service.Routes {
	switch {
	case f.Routes != 0:
		return f.Routes & kind.only()
	case kind == MalformedFault:
		return service.AllRoutes &^ (service.TokenRoute | service.RoleRoute)
	case kind == EmptyFault, kind == NoFault:
		return service.CredentialsRoute | service.APIRoutes
	default:
		return kind.only()
	}
}

// doing is what a fault does to a request that arrives at now; NoFault if it
// is not on. During a restart no request arrives, so it is NoFault too: see
// refuses.
func (f *Fault) doing(now time.Duration) FaultKind {
	switch {
	case now < f.From || now >= f.over():
		return NoFault
	case f.Kind != RestartFault:
		return f.Kind
	case now >= later(f.From, f.For):
		return PendingFault
	default:
		return NoFault
	}
}

// refuses reports whether nothing listens at now.
func (f *Fault) refuses(now time.Duration) bool {
	return f.Kind == RestartFault && f.From <= now && now < later(f.From, f.For)
}

// over is the instant at which a fault ends.
func (f *Fault) over() time.Duration {
	switch {
	case f.Kind == RestartFault:
		return later(later(f.From, f.For), f.After)
	case f.For == 0:
		return never
	default:
		return later(f.From, f.For)
	}
}

// later is at + after, or never if that overflows.
func later(at, after time.Duration) time.Duration {
	if after > never-at {
		return never
	}
	return at + after
}
