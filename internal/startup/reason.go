package startup

import (
	"slices"
	"strings"
	"time"
)

// Row is a stopped reason: the text in which a start ends that fails at a leg, for any of
// the causes.
type Row struct {
	Launches []Launch
	Leg      Leg
	Causes   []Cause
	Text     string
	// Retries is how often the call is sent again before the start fails. It is the number
	// in the text where there is one.
	Retries int
	// Assembled texts are not quoted: no public report has one.
	Assembled bool
	Sources   []string // URLs
	Also      []string // other wordings of the same, newer or longer ones
}

// TextAt is the text where the name of the service leads to a private address, or else to a
// public one. Most texts name no address.
func (r *Row) TextAt(private bool) string {
	if private {
		return strings.ReplaceAll(r.Text, publicAddress, privateAddress)
	}
	return r.Text
}

// RowOf is the row of a text, with either address, nil if there is none.
func RowOf(text string) *Row {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Text == text || r.TextAt(true) == text })
	if i < 0 {
		return nil
	}
	return &rows[i]
}

// DefaultDeadline is how long a start waits at a leg that gets no answer at all. It is
// assumed: AWS states none. Reports have starts that end about 3 minutes after their launch
// (aws/amazon-ecs-agent#1680), and the errors say that a context's deadline was
// exceeded, or that calls of 30 s each timed out 3 times over.
const DefaultDeadline = 2 * time.Minute

// Find is the row of a cause at a leg, nil if there is none.
func Find(launch Launch, leg Leg, cause Cause) *Row {
	i := slices.IndexFunc(rows, func(r Row) bool {
		return r.Leg == leg && slices.Contains(r.Launches, launch) && slices.Contains(r.Causes, cause)
	})
	if i < 0 {
		return nil
	}
	return &rows[i]
}

// Rows returns the whole table. The caller changes nothing in it.
func Rows() []Row { return rows }

// Sets of causes that share a text.
var (
	silent  = []Cause{NoRoute, NoPublicAddress, TaskGroupClosed, EndpointGroupClosed, NetworkACL, PrivateDNSOff, ZoneLost, AgentNotRestarted}
	refused = []Cause{RolePolicy, EndpointPolicy}
	byRole  = []Cause{RolePolicy}
	byVPC   = []Cause{EndpointPolicy}
	missing = []Cause{Missing}
	limited = []Cause{Throttled}
)

// Sets of launches that share a text.
var (
	containerd = []Launch{Fargate14}
	dockers    = []Launch{EC2, Fargate13}
	onEC2      = []Launch{EC2}
	before14   = []Launch{Fargate13}
)

var rows = slices.Concat(fargateRows, dockerRows, throttledRows)
