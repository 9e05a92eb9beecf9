package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
)

// Fault is something that goes wrong at an endpoint for a while. Several may be
// on at once: slow ones add up, and of the others the first that befalls a
// request decides.
//
// A fault befalls requests that no limit has turned away, except a
// RestartFault, behind which nothing listens.
type Fault struct {
	Name string // by which logs and an admin know it
	Kind FaultKind
	From time.Duration // since the run began
	For  time.Duration // how long it is on; 0 is to the end
	// Share of the requests that it befalls, by a keyed draw; 0 means all.
	Share float64
	// Routes are what it befalls; 0 means all of them.
	Routes Routes

	Latency *draw.Table // SlowFault, TagsFault: added to the service time
	// After is, for a CutFault, how long after its arrival a request is cut
	// off, and for a RestartFault how long after the restart credentials are
	// still pending.
	After  time.Duration
	Status int           // StatusFault: what is answered
	Body   string        // StatusFault: "" is the server's own for that status
	Shift  time.Duration // ExpiryFault: by how much the expiration is moved; negative is earlier
	Field  string        // MissingFieldFault: the name, "" is SecretAccessKey
}

// FaultKind is what goes wrong.
type FaultKind uint8

// The kinds of fault.
const (
	NoFault           FaultKind = iota
	SlowFault                   // answered Latency later
	StatusFault                 // answered with Status
	HangFault                   // accepted, and never answered
	ResetFault                  // the connection is reset at once
	CutFault                    // the connection is closed without an answer, After later: the end of a server's write timeout
	TruncateFault               // the connection is closed in the middle of the body
	MalformedFault              // 200 with a body that is no JSON
	EmptyFault                  // 200 with an empty object
	MissingFieldFault           // 200 with a document that lacks a field
	ExpiryFault                 // credentials whose expiration is moved: expired, or of a skewed clock
	TagsFault                   // documents with tags come Latency later and without them
	RestartFault                // connections are refused For so long, and those open are reset; then credentials are pending for After. Every limit begins afresh.
	// PendingFault is what a RestartFault leaves behind: there are no
	// credentials yet.
	PendingFault
	numFaultKinds
)

var faultKindNames = [numFaultKinds]string{
	"none", "slow", "status", "hang", "reset", "cut", "truncate", "malformed",
	"empty", "missing-field", "expiry", "tags", "restart", "pending",
}

// String is the kind's name in profiles and logs.
func (k FaultKind) String() string {
	if k < numFaultKinds {
		return faultKindNames[k]
	}
	return fmt.Sprintf("FaultKind(%d)", uint8(k))
}

// Effect is what a fault does to one request. A request that is served has
// ExpiryFault, TagsFault or NoFault; one that Failed any other.
type Effect struct {
	Kind  FaultKind
	Fault int           // its index among the endpoint's, for its Body, Field and Name; −1 if none is to blame
	Shift time.Duration // ExpiryFault
}

// Routes is a set of what an endpoint can be asked for.
type Routes uint16

// What an endpoint can be asked for.
const (
	CredentialsRoute Routes = 1 << iota
	RoleRoute               // EC2: the name of the instance's role
	TokenRoute              // EC2: a session token
	MetadataRoute           // metadata and all that has no name here
	TagsRoute               // ECS: metadata with tags
	StatsRoute              // ECS: statistics
	ProtectionRoute         // ECS: protection from scaling in
	allRoutes               // one more than all together
)

// RouteNames are the names of routes in profiles, each of one bit.
var RouteNames = map[string]Routes{
	"credentials": CredentialsRoute, "role": RoleRoute, "token": TokenRoute,
	"metadata": MetadataRoute, "tags": TagsRoute, "stats": StatsRoute, "protection": ProtectionRoute,
}

// Check says what is wrong with a fault: a value that its kind needs and does
// not have, or one that is out of bounds.
func (f *Fault) Check() error {
	switch {
	case f.Kind == NoFault || f.Kind >= PendingFault:
		return fmt.Errorf("%v: not a kind of fault", f.Kind)
	case f.From < 0 || f.For < 0 || f.After < 0:
		return fmt.Errorf("%v: a time below 0", f.Kind)
	case f.Share < 0 || f.Share > 1:
		return fmt.Errorf("share %v: want 0 to 1", f.Share)
	case f.Routes >= allRoutes:
		return fmt.Errorf("routes %d: unknown", f.Routes)
	case f.Kind == StatusFault && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status %d: want 400 to 599", f.Status)
	case f.Kind == RestartFault && f.For == 0:
		return fmt.Errorf("restart: want how long it takes")
	case f.Kind == CutFault && f.After == 0:
		return fmt.Errorf("cut: want after how long")
	}
	return nil
}
