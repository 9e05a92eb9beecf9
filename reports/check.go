package reports

import (
	"fmt"
	"strings"
)

// Bounds of what a report may hold. Within them every figure that is computed of
// others is finite, and what is read can be rendered.
const (
	mostSeconds = 1e10 // the longest time.Duration
	mostRatePS  = 1e24 // calls a second: the most calls, in a nanosecond
	mostMS      = 1e13 // of a latency
	mostHosts   = 1e9
	mostTasks   = 1e9
	mostCases   = 2000
	mostGroups  = 10_000  // of all cases together
	mostGates   = 100_000 // in all cases together
	mostGiven   = 100_000 // sentences
	mostSeeds   = 1_000_000
	mostText    = 10_000 // bytes of a name, a title or a sentence
)

// check refuses a model that renderers and Merge could not work with.
func (r *Report) check() error {
	if r.Engine != Live && r.Engine != Sim {
		return fmt.Errorf("engine: unknown engine %q: want %s or %s", r.Engine, Live, Sim)
	}
	if !plausible(r.DurationS) {
		return fmt.Errorf("duration_s: %g is no duration of a run", r.DurationS)
	}
	if err := first(
		figure("model", float64(r.Model), 0, mostCount),
		figure("generator.cpus", float64(r.Generator.CPUs), 0, mostCount),
		figure("generator.wall_s", r.Generator.WallS, 0, mostSeconds),
	); err != nil {
		return err
	}
	if err := r.checkSizes(); err != nil {
		return err
	}
	for i := range r.Gates {
		if err := r.Gates[i].check(); err != nil {
			return fmt.Errorf("gates[%d].%w", i, err)
		}
	}
	if err := r.checkTexts(); err != nil {
		return err
	}
	if r.Comparison != nil {
		if err := r.Comparison.check(); err != nil {
			return fmt.Errorf("comparison.%w", err)
		}
	}
	if err := r.checkControlPlanes(); err != nil {
		return err
	}
	names := map[string]bool{}
	for i := range r.Cases {
		c := &r.Cases[i]
		if names[c.Name] {
			return fmt.Errorf("cases[%d].name: %q is taken", i, c.Name)
		}
		names[c.Name] = true
		if err := c.check(); err != nil {
			return fmt.Errorf("cases[%d].%w", i, err)
		}
	}
	return nil
}

// checkTexts refuses names, titles and sentences that fill screens.
func (r *Report) checkTexts() error {
	if err := first(text("profile.name", r.Profile.Name), text("profile.digest", r.Profile.Digest), text("profile.identity", r.Profile.Identity)); err != nil {
		return err
	}
	for i, s := range r.Given.Assumptions {
		if err := text("given.assumptions", s); err != nil {
			return fmt.Errorf("%w (number %d)", err, i)
		}
	}
	for i, s := range r.Given.Warnings {
		if err := text("given.warnings", s); err != nil {
			return fmt.Errorf("%w (number %d)", err, i)
		}
	}
	for i := range r.Gates {
		g := &r.Gates[i]
		if err := first(text("expr", g.Expr), text("target", g.Target), text("metric", g.Metric), text("case", g.Case)); err != nil {
			return fmt.Errorf("gates[%d].%w", i, err)
		}
	}
	for i := range r.GatesNotJudged {
		g := &r.GatesNotJudged[i]
		if err := first(text("expr", g.Expr), text("case", g.Case), text("reason", g.Reason)); err != nil {
			return fmt.Errorf("gates_not_judged[%d].%w", i, err)
		}
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		if err := first(text("name", c.Name), text("title", c.Title)); err != nil {
			return fmt.Errorf("cases[%d].%w", i, err)
		}
		for j := range c.Groups {
			g := &c.Groups[j]
			if err := first(text("name", g.Name), text("tenant", g.Tenant), text("flow", g.Flow)); err != nil {
				return fmt.Errorf("cases[%d].groups[%d].%w", i, j, err)
			}
		}
	}
	return nil
}

// text checks the length of a text.
func text(field, s string) error {
	if len(s) <= mostText {
		return nil
	}
	return fmt.Errorf("%s: %d bytes: want at most %d", field, len(s), mostText)
}

// checkSizes refuses a report with more parts than it takes a moment to render.
func (r *Report) checkSizes() error {
	groups := 0
	for i := range r.Cases {
		groups += len(r.Cases[i].Groups)
	}
	for _, part := range []atMost{
		{"cases", len(r.Cases), mostCases}, {"groups of all cases", groups, mostGroups}, {"gates", len(r.Gates) + len(r.GatesNotJudged), mostGates},
		{"given.assumptions", len(r.Given.Assumptions), mostGiven}, {"given.warnings", len(r.Given.Warnings), mostGiven},
	} {
		if err := part.check(); err != nil {
			return err
		}
	}
	return nil
}

// atMost is a number of parts, and how many there may be.
type atMost struct {
	name    string
	n, most int
}

func (p atMost) check() error {
	if p.n > p.most {
		return fmt.Errorf("%s: there are %d: want at most %d", p.name, p.n, p.most)
	}
	return nil
}

// plausible reports whether seconds are nothing, or from a nanosecond to the
// longest time.Duration.
func plausible(seconds float64) bool {
	return seconds == 0 || seconds >= 1e-9 && seconds <= mostSeconds
}

func (c *Case) check() error {
	if !plausible(c.RanS) {
		return fmt.Errorf("ran_s: %g is no duration of a run", c.RanS)
	}
	if n := len(c.Seeds); n > mostSeeds {
		return fmt.Errorf("seeds: %d of them: want at most %d", n, mostSeeds)
	}
	if err := c.Endpoint.check(); err != nil {
		return fmt.Errorf("endpoint.%w", err)
	}
	if err := c.checkFurther(); err != nil {
		return err
	}
	names := map[string]bool{}
	for i := range c.Groups {
		g := &c.Groups[i]
		if names[g.Name] {
			return fmt.Errorf("groups[%d].name: %q is taken", i, g.Name)
		}
		names[g.Name] = true
		if err := g.check(); err != nil {
			return fmt.Errorf("groups[%d].%w", i, err)
		}
	}
	if err := c.ControlPlane.check(); err != nil {
		return fmt.Errorf("control_plane.%w", err)
	}
	if c.Series != nil {
		if err := c.Series.check(); err != nil {
			return fmt.Errorf("series.%w", err)
		}
	}
	if c.Blocks != nil {
		if err := c.Blocks.check(c); err != nil {
			return fmt.Errorf("blocks.%w", err)
		}
	}
	return nil
}

func (g *Group) check() error {
	if err := g.checkFigures(); err != nil {
		return err
	}
	named := g.Histograms.named()
	if g.Simulated != nil {
		named = append(named, namedHistogram{"simulated.histogram", g.Simulated.Histogram},
			namedHistogram{"simulated.attempt_histogram", g.Simulated.AttemptHistogram})
		if s := g.Simulated.Starts; s != nil {
			named = append(named, namedHistogram{"simulated.starts.start_histogram", s.Histogram})
		}
	}
	if g.Lives != nil {
		named = append(named, namedHistogram{"lives.start_histogram", g.Lives.StartHistogram})
	}
	for _, n := range named {
		// One at a time, and none is kept: a small file cannot ask for much.
		d, err := n.h.decode()
		if err != nil {
			return fmt.Errorf("%s: %s", n.name, strings.TrimPrefix(err.Error(), "histogram: "))
		}
		if d != nil && (d.TotalCount() < 0 || d.TotalCount() > mostCount) {
			return fmt.Errorf("%s: %d samples: want 0 to %g", n.name, d.TotalCount(), float64(mostCount))
		}
	}
	return nil
}

func (s *Series) check() error {
	if s.BucketS == 0 || !plausible(s.BucketS) {
		return fmt.Errorf("bucket_s: %g is no width", s.BucketS)
	}
	n := len(s.Arrivals)
	if n > maxBuckets {
		return fmt.Errorf("arrivals: %d buckets: want at most %d", n, maxBuckets)
	}
	for _, row := range s.rows() {
		if *row != nil && len(*row) != n {
			return fmt.Errorf("arrivals: %d buckets, but another series has %d", n, len(*row))
		}
	}
	for i, level := range s.Level {
		if err := figure(fmt.Sprintf("level[%d]", i), level, -mostCount, mostCount); err != nil {
			return err
		}
	}
	if err := figure("level_hosts", float64(s.LevelHosts), 0, mostHosts); err != nil {
		return err
	}
	if s.Level != nil && (len(s.Level) != n || s.LevelHosts <= 0) {
		return fmt.Errorf("level: %d buckets of %d hosts, want %d of at least 1", len(s.Level), s.LevelHosts, n)
	}
	return nil
}
