package plan

import "time"

// Expected is the number of calls to expect, on all hosts together: exact where the
// number is fixed, else about the mean. Tasks are taken to start without fail, and
// activities not to wait for each other.
func (p *Plan) Expected() float64 { return p.ExpectedOn(0, p.Hosts) }

// ExpectedOn is Expected of n hosts alone, of which first is the number of the first one.
func (p *Plan) ExpectedOn(first, n int) float64 {
	sum := 0.0
	for i := range p.Groups {
		g := &p.Groups[i]
		start := max(g.Start, meanStart(g.Start, p.StartWithin)) + g.StartWithin/2
		_, all := p.Present(p.Hosts, i)
		_, before := p.Present(first, i)
		_, until := p.Present(first+n, i)
		places := float64(until - before)
		switch {
		case g.Stop <= start:
		case g.Dynamic():
			sum += float64(places * float64(g.Processes) * g.expectedOfPlace(g.Stop-start, start, all))
		case g.Tasks > 0:
			sum += float64(places / float64(g.Tasks) * float64(g.streams(g.Tasks)) * g.Pattern.expected(g.Stop-start))
		}
	}
	return sum
}

// meanStart is the mean start of tasks on hosts that start within a time, none before
// their group's.
func meanStart(start, within time.Duration) time.Duration {
	if within <= start {
		return start
	}
	earlier := float64(start) / float64(within) // the share of the hosts that start before
	return time.Duration(float64(earlier*float64(start)) + float64((1-earlier)*float64(start+within)/2))
}

// expectedOfPlace is the number of calls of one process of a place, one of so many on all
// hosts, over the time span that it is filled, from start on. Deployments come to it in the
// middle of their time.
func (g *Group) expectedOfPlace(span, start time.Duration, places int) float64 {
	sum, from := 0.0, start
	d := &g.Lives.Deploy
	for i, at := range d.At {
		at += (d.Over(i, places) - at) / 2
		if at > from && at < start+span {
			sum += g.expectedBetween(at - from)
			from = at
		}
	}
	return sum + g.expectedBetween(start+span-from)
}

// expectedBetween is the number of calls of one process between two deployments.
func (g *Group) expectedBetween(span time.Duration) float64 {
	lives, life := time.Duration(0), g.Lives.Lifetime
	if life > 0 {
		lives = span / life
	}
	sum := 0.0
	for i := range g.Activities {
		p := g.Activities[i].Pattern
		if lives > 0 {
			sum += float64(float64(lives) * p.expected(life))
		}
		if rest := span - lives*life; rest > 0 {
			sum += p.expected(rest)
		}
	}
	return sum
}
