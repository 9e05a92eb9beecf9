package diagnosis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
)

// Replayed is a group of the base that replays a recording, beside which it is set.
type Replayed struct {
	Group *reports.Group
	*reports.Recorded
	// Reasons are why the two may differ, as far as the report shows it, each a
	// sentence without its capital and full stop.
	Reasons []string
}

// findReplayed fills in the groups of the base that replay a recording.
func (d *Diagnosis) findReplayed() {
	for i := range d.Base.Groups {
		if g := &d.Base.Groups[i]; g.Recorded != nil {
			d.Replayed = append(d.Replayed, Replayed{g, g.Recorded, d.reasons(g)})
		}
	}
}

// replaysYou reports whether all of yours is a recording, whose tasks are taken for one
// process each: a cache in it answers for all processes that a task had.
func (d *Diagnosis) replaysYou() bool {
	return len(d.You.Groups) > 0 && !slices.ContainsFunc(d.You.Groups, func(g *reports.Group) bool { return g.Recorded == nil })
}

// reasons are why a replay may differ from its recording.
func (d *Diagnosis) reasons(g *reports.Group) []string {
	var out []string
	r := g.Recorded
	if r.StepS > 0 {
		out = append(out, fmt.Sprintf("times were recorded in steps of %s and are spread evenly over them, which loses bursts: `loadgen trace import` places them so that they fit the answers", words.Span(r.StepS)))
	}
	switch now := limitLine(d.Base); {
	case len(d.Base.Endpoint.Limits) == 0:
		out = append(out, "the profile has no limit")
	case r.Limit != "" && now != "" && now != r.Limit:
		out = append(out, fmt.Sprintf("the recording was under the limit %s, the replay is under %s", r.Limit, now))
	}
	if r.Misfits > 0 {
		out = append(out, fmt.Sprintf("%s of the recording %s not fit the limit %s, whatever their times", words.Plural(r.Misfits, "answer", "answers"), map[bool]string{true: "does", false: "do"}[r.Misfits == 1], r.Limit))
	}
	if was, is := r.All.Recorded.RefusedShare, r.All.Share(); r.Inferred > 0 && was != nil && is != nil && *is < *was {
		out = append(out, "the recording has only those admitted requests for metadata and stats that its refusals prove, and without the others the replay's buckets are fuller")
	}
	if g.Attempts > g.FirstTries && g.FirstTries > 0 {
		out = append(out, fmt.Sprintf("the strategy retries (%s tries per call), and the recording holds its own clients' retries already", words.Significant(float64(g.Attempts)/float64(g.FirstTries), 3)))
	}
	if len(r.Altered) > 0 {
		out = append(out, "the replay is not as recorded: "+words.List(r.Altered, "and"))
	}
	if len(d.Base.Endpoint.Faults) > 0 {
		out = append(out, "the profile has faults")
	}
	if d.Sample.Late != nil {
		out = append(out, "calls were sent late")
	}
	if len(d.Base.Groups) > 1 {
		out = append(out, "other groups use the endpoint too")
	}
	return out
}

// limitLine is the only limit of a case on one line; "" if there are several, or it is
// no plain token bucket.
func limitLine(c *reports.Case) string {
	e := &c.Endpoint
	if len(e.Limits) != 1 || len(e.Changes) > 0 || !e.Limits[0].Is(throttle.TokenBucket) || e.Limits[0].RequestCost() > 1 {
		return ""
	}
	l := &e.Limits[0]
	return fmt.Sprintf("%s,%d,%s", strings.TrimSuffix(words.Rate(l.RatePerS), "/s"), l.Burst, l.Scope)
}

// Line says how the refused shares of all requests compare; "" where one is not known.
func (r *Replayed) Line() string {
	was, is := r.All.Recorded.RefusedShare, r.All.Share()
	if was == nil || is == nil || r.All.Differs == nil {
		return ""
	}
	text := fmt.Sprintf("recorded %s refused, replayed %s", words.Percent(*was), words.Percent(*is))
	if !*r.All.Differs {
		return text + ": no more apart than by chance"
	}
	return text + ", " + r.beyond()
}

// beyond says by what measure the difference is more than chance.
func (r *Replayed) beyond() string {
	off := math.Abs(*r.All.Recorded.RefusedShare-*r.All.Share()) * 100
	points := words.Significant(off, 2) + " points apart"
	if o := r.All.OverSeeds; o != nil {
		return fmt.Sprintf("%s: more than chance, because from seed to seed it varies by %s points only", points, words.Significant(o.SD*100, 2))
	}
	return points + ": more than chance, if requests were independent (they are not: refusals come in bursts)"
}

// warnReplayed are the warnings about replays that differ from their recordings.
func (d *Diagnosis) warnReplayed() []string {
	var out []string
	for i := range d.Replayed {
		r := &d.Replayed[i]
		if r.All.Differs == nil || !*r.All.Differs {
			continue
		}
		text := r.Line()
		if len(d.Replayed) > 1 {
			text = r.Group.Name + ": " + text
		}
		if len(r.Reasons) > 0 {
			text += "; " + strings.Join(r.Reasons, "; ")
		} else {
			text += "; no reason is known: another limit may have been in force, and `loadgen trace fit-limit` says which limits explain a recording"
		}
		out = append(out, text)
	}
	return out
}
