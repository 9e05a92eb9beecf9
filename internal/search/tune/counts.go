package tune

import (
	"encoding/json"
	"math/bits"
	"slices"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// counts are what a block of seeds counted. They are integers, and add up.
type counts struct {
	Calls    uint64 `json:"calls"` // of the groups under test
	Failures uint64 `json:"failures"`
	Attempts uint64 `json:"attempts"`
	Stale    uint64 `json:"stale"`
	Theirs   uint64 `json:"theirs"` // calls of the neighbours
	Lost     uint64 `json:"lost"`   // those of them that failed
	All      uint64 `json:"all"`    // calls of all groups, for the cost
	Latency  ladder `json:"latency"`
	Invalid  string `json:"invalid,omitempty"` // why the candidate has no plan
}

func (c *counts) add(o *counts) {
	c.Calls += o.Calls
	c.Failures += o.Failures
	c.Attempts += o.Attempts
	c.Stale += o.Stale
	c.Theirs += o.Theirs
	c.Lost += o.Lost
	c.All += o.All
	c.Latency.add(o.Latency)
	if c.Invalid == "" {
		c.Invalid = o.Invalid
	}
}

// ladder counts latencies on rungs, 64 to each factor of two: 1.1 % apart. It is as long as
// its highest rung.
type ladder []uint32

const rungsPerOctave = 6 // as a power of two

// rung is the rung of a latency.
func rung(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	if us < 1<<rungsPerOctave {
		return int(us)
	}
	octave := bits.Len64(us) - 1 - rungsPerOctave
	return (octave+1)<<rungsPerOctave + int(us>>octave)&(1<<rungsPerOctave-1)
}

// middle is the latency in the middle of a rung.
func middle(r int) time.Duration {
	if r < 1<<rungsPerOctave {
		return time.Duration(r) * time.Microsecond
	}
	octave := r>>rungsPerOctave - 1
	low := uint64(1<<rungsPerOctave+r&(1<<rungsPerOctave-1)) << octave
	return time.Duration(low+(1<<octave)/2) * time.Microsecond
}

func (l *ladder) see(d time.Duration) {
	r := rung(d)
	for len(*l) <= r {
		*l = append(*l, 0)
	}
	(*l)[r]++
}

func (l *ladder) add(o ladder) {
	for len(*l) < len(o) {
		*l = append(*l, 0)
	}
	for i, n := range o {
		(*l)[i] += n
	}
}

// total is how many latencies there are.
func (l ladder) total() (n uint64) {
	for _, c := range l {
		n += uint64(c)
	}
	return n
}

// upTo is how many are at most on a rung.
func (l ladder) upTo(r int) (n uint64) {
	for i := range min(r+1, len(l)) {
		n += uint64(l[i])
	}
	return n
}

// quantile is the rung that a share of the latencies is at most on; -1 without any.
func (l ladder) quantile(q float64) int {
	total := l.total()
	if total == 0 {
		return -1
	}
	n := uint64(0)
	for i, c := range l {
		n += uint64(c)
		if float64(n) >= q*float64(total) {
			return i
		}
	}
	return len(l) - 1
}

// MarshalJSON writes the rungs that are not empty, as pairs.
func (l ladder) MarshalJSON() ([]byte, error) {
	pairs := [][2]uint32{}
	for i, n := range l {
		if n > 0 {
			pairs = append(pairs, [2]uint32{uint32(i), n})
		}
	}
	return json.Marshal(pairs)
}

// mostRungs is more than any latency needs.
const mostRungs = 64 << rungsPerOctave

// UnmarshalJSON reads them.
func (l *ladder) UnmarshalJSON(text []byte) error {
	var pairs [][2]uint32
	if err := json.Unmarshal(text, &pairs); err != nil {
		return err
	}
	*l = nil
	for _, p := range pairs {
		if p[0] < mostRungs {
			for len(*l) <= int(p[0]) {
				*l = append(*l, 0)
			}
			(*l)[p[0]] = p[1]
		}
	}
	return nil
}

// counter is the observer of a simulation.
type counter struct {
	counts
	tested []bool // by group
	static []bool // by group: whether its clients have keys that nothing renews
}

// newCounter is the observer of a plan.
func newCounter(p *plan.Plan) *counter {
	c := &counter{}
	none := !slices.ContainsFunc(p.Groups, func(g plan.Group) bool { return g.UnderTest })
	for i := range p.Groups {
		g := &p.Groups[i]
		_, static := g.Strategy.Cache.(strategy.Static)
		c.tested = append(c.tested, g.UnderTest || none)
		c.static = append(c.static, static)
	}
	return c
}

// Attempted implements strategy.Observer.
func (c *counter) Attempted(k *strategy.Call, _, _ time.Duration, _ *strategy.Outcome) {
	if c.tested[k.Group] {
		c.Attempts++
	}
}

// Finished implements strategy.Observer.
func (c *counter) Finished(k *strategy.Call) {
	failed := k.Result.Failed()
	c.All++
	if !c.tested[k.Group] {
		c.Theirs++
		if failed {
			c.Lost++
		}
		return
	}
	c.Calls++
	switch {
	case failed:
		c.Failures++
	case k.Result != strategy.Stopped:
		c.Latency.see(k.Ended - k.Scheduled)
	}
	if k.Result == strategy.Stale || k.Result == strategy.Expired || c.static[k.Group] {
		c.Stale++
	}
}
