package reports

import (
	"math"
	"strconv"
	"time"

	"tenement/internal/stat"
)

// Recorded is a recording beside its replay by a group: what became of the requests
// when they were recorded, and what becomes of them here.
type Recorded struct {
	Limit     string         `json:"limit,omitempty"`    // that it was under, as RATE,BURST,SCOPE; absent if not known
	StepS     float64        `json:"step_s,omitempty"`   // in which times were recorded, if requests are spread over it
	Altered   []string       `json:"altered,omitempty"`  // what the replay changes on purpose
	Misfits   uint64         `json:"misfits,omitempty"`  // recorded answers that do not fit that limit whatever their times
	Inferred  uint64         `json:"inferred,omitempty"` // recorded requests that are in no line, but follow from refusals
	All       RecordedPart   `json:"all"`                // all requests
	Tasks     []RecordedPart `json:"tasks"`              // the largest ones apart
	MoreTasks int            `json:"more_tasks"`         // further ones
	Routes    []RecordedPart `json:"routes"`             // each route apart
}

// RecordedPart is all requests, those of one task, or those for one route.
type RecordedPart struct {
	Name     string  `json:"name,omitempty"` // of the task or the route
	Recorded Answers `json:"recorded"`       // what the recording has
	Replayed Answers `json:"replayed"`       // attempts: what the strategy sends again included
	// OverSeeds is the replay over many seeds, of a simulated report; absent where one
	// was played.
	OverSeeds *OverSeeds `json:"over_seeds,omitempty"`
	// Differs is whether the refused shares differ by more than chance; null where one
	// is not known. Over seeds, chance is three times the standard deviation from seed
	// to seed; in a single run it is three standard deviations of two shares, as if
	// requests were independent. They are not, for refusals come in bursts. A difference below
	// 0.1 percentage points, or of no more recorded requests than one and the misfits,
	// never counts.
	Differs *bool `json:"differs"`
}

// Answers is how requests were answered.
type Answers struct {
	Requests     uint64            `json:"requests"`           // in all
	Answered     uint64            `json:"answered"`           // with a status that is known
	Refused      uint64            `json:"refused"`            // of those, by a limit
	RefusedShare *float64          `json:"refused_share"`      // refused of answered
	Statuses     map[string]uint64 `json:"statuses,omitempty"` // requests, by status; 0 is not recorded
	LatencyMS    *Quantiles        `json:"latency_ms"`         // recorded at the server, replayed at the client
}

// OverSeeds is refusals over many seeds.
type OverSeeds struct {
	Seeds        uint64   `json:"seeds"`         // how many
	Attempts     uint64   `json:"attempts"`      // of all of them
	Refused      uint64   `json:"refused"`       // attempts that a limit refused
	RefusedShare *float64 `json:"refused_share"` // refused of attempts
	SD           float64  `json:"sd"`            // of the share, from seed to seed
}

// RecordedInfo is what NewCase is told of a recording.
type RecordedInfo struct {
	Limit         string
	Step          time.Duration
	Altered       []string
	Misfits       uint64
	Inferred      uint64
	All           RecordedCounts
	Tasks, Routes []RecordedCounts // numbered as in Apart: tasks, then routes
	MoreTasks     int
}

// RecordedCounts are the recorded answers of a part. Refused statuses are those of
// the service's limit, and 429.
type RecordedCounts struct {
	Name     string
	Statuses map[int]uint64 // 0 is not recorded
	Refused  uint64
	P50, P99 time.Duration // 0 if no latency was recorded
}

// newRecorded sets a recording beside what was counted.
func newRecorded(in *RecordedInfo, t *tally, e *Estimate, group int) *Recorded {
	r := &Recorded{
		Limit: in.Limit, StepS: tidy(in.Step.Seconds()), Altered: in.Altered, Misfits: in.Misfits, Inferred: in.Inferred, MoreTasks: in.MoreTasks,
		Tasks: []RecordedPart{}, Routes: []RecordedPart{},
	}
	r.All = newRecordedPart(&in.All)
	r.All.Replayed = Answers{Requests: t.attempts(), Refused: t.outcomes[Throttled], Statuses: texts(t.statuses), LatencyMS: quantiles(encode(t.attemptLatency.histogram()))}
	r.All.OverSeeds = e.refusals(group, 0)
	for i := range in.Tasks {
		r.Tasks = append(r.Tasks, newApart(&in.Tasks[i], t, e, group, i))
	}
	for i := range in.Routes {
		r.Routes = append(r.Routes, newApart(&in.Routes[i], t, e, group, len(in.Tasks)+i))
	}
	r.derive()
	return r
}

// newApart is a part beside what was counted of the part of that number.
func newApart(in *RecordedCounts, t *tally, e *Estimate, group, number int) RecordedPart {
	p := newRecordedPart(in)
	if number < len(t.parts) {
		c := &t.parts[number]
		p.Replayed = Answers{Requests: c.attempts, Refused: c.refused, LatencyMS: quantiles(encode(c.latency.histogram()))}
	}
	p.OverSeeds = e.refusals(group, 1+number)
	return p
}

func newRecordedPart(in *RecordedCounts) RecordedPart {
	a := Answers{Refused: in.Refused, Statuses: texts(in.Statuses)}
	for status, n := range in.Statuses {
		a.Requests += n
		if status != 0 {
			a.Answered += n
		}
	}
	if in.P50 > 0 {
		a.LatencyMS = &Quantiles{tidy(in.P50.Seconds() * 1000), tidy(in.P99.Seconds() * 1000)}
	}
	return RecordedPart{Name: in.Name, Recorded: a}
}

// texts are counts by known status, as JSON has them.
func texts(all map[int]uint64) map[string]uint64 {
	out := map[string]uint64{}
	for status, n := range all {
		if status != 0 {
			out[strconv.Itoa(status)] = n
		}
	}
	return out
}

// refusals is what the seeds show of a group, or with a number from 1 on of one of
// its parts; nil without at least two.
func (e *Estimate) refusals(group, number int) *OverSeeds {
	if e == nil || len(e.seeds) < 2 {
		return nil
	}
	o := &OverSeeds{}
	var s spread
	for _, counts := range e.seeds {
		if number >= len(counts[group].refusals) {
			return nil
		}
		n := counts[group].refusals[number]
		o.Seeds++
		o.Attempts += n.Attempts
		o.Refused += n.Refused
		s.see(n.Refused, n.Attempts)
	}
	if o.RefusedShare = share(o.Refused, o.Attempts); o.RefusedShare != nil {
		o.SD = tidy(s.ratioSD())
	}
	return o
}

// parts are all parts.
func (r *Recorded) parts() []*RecordedPart {
	all := []*RecordedPart{&r.All}
	for i := range r.Tasks {
		all = append(all, &r.Tasks[i])
	}
	for i := range r.Routes {
		all = append(all, &r.Routes[i])
	}
	return all
}

// derive computes what follows from the counts.
func (r *Recorded) derive() {
	for _, p := range r.parts() {
		p.Replayed.Answered = p.Replayed.Requests // or timed out, and not refused
		for _, a := range []*Answers{&p.Recorded, &p.Replayed} {
			a.RefusedShare = share(a.Refused, a.Answered)
		}
		p.judge(1 + r.Misfits)
	}
}

// ofRun takes the many seeds away, which are simulated beside a live run.
func (r *Recorded) ofRun() {
	for _, p := range r.parts() {
		p.OverSeeds = nil
	}
	r.derive()
}

// leastDifference is the difference of two refused shares that counts at all.
const leastDifference = 0.001

// Share is the refused share of the replay: over its seeds, if there are many.
func (p *RecordedPart) Share() *float64 {
	if p.OverSeeds != nil {
		return p.OverSeeds.RefusedShare
	}
	return p.Replayed.RefusedShare
}

// judge fills in Differs. A difference of so many recorded requests does not count.
func (p *RecordedPart) judge(most uint64) {
	p.Differs = nil
	was, is := p.Recorded.RefusedShare, p.Share()
	if was == nil || is == nil {
		return
	}
	const deviations = 3
	off := math.Abs(*was - *is)
	differs := off >= leastDifference && off*float64(p.Recorded.Answered) > float64(most)+1e-9
	if o := p.OverSeeds; o != nil {
		differs = differs && off > deviations*o.SD*math.Sqrt(1+1/float64(o.Seeds))
	} else {
		z := stat.Difference(p.Recorded.Refused, p.Recorded.Answered, p.Replayed.Refused, p.Replayed.Answered)
		differs = differs && math.Abs(z) > deviations
	}
	p.Differs = &differs
}

// alike reports whether two are of the same recording.
func (r *Recorded) alike(o *Recorded) bool {
	a, b := r.parts(), o.parts()
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Recorded.Requests != b[i].Recorded.Requests || a[i].Recorded.Refused != b[i].Recorded.Refused {
			return false
		}
	}
	return true
}

// clone is a copy; it shares what add does not change.
func (r *Recorded) clone() *Recorded {
	out := *r
	out.Tasks, out.Routes = append([]RecordedPart{}, r.Tasks...), append([]RecordedPart{}, r.Routes...)
	return &out
}

// add adds the replays of another run. Quantiles of several runs are not kept, except
// those of all requests, which are of the group's histogram.
func (r *Recorded) add(o *Recorded, all Histogram) {
	from := o.parts()
	for i, p := range r.parts() {
		mine, theirs := &p.Replayed, &from[i].Replayed
		mine.Requests += theirs.Requests
		mine.Refused += theirs.Refused
		mine.LatencyMS = nil
		if mine.Statuses != nil {
			sum := map[string]uint64{}
			for _, counts := range []map[string]uint64{mine.Statuses, theirs.Statuses} {
				for status, n := range counts {
					sum[status] += n
				}
			}
			mine.Statuses = sum
		}
		if more := from[i].OverSeeds; more != nil && (p.OverSeeds == nil || more.Seeds > p.OverSeeds.Seeds) {
			p.OverSeeds = more
		}
	}
	r.All.Replayed.LatencyMS = quantiles(all)
	r.derive()
}
