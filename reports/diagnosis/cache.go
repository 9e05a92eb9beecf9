package diagnosis

import (
	"fmt"

	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
)

// CacheUse is whether a cache in your task helps.
type CacheUse int

// Whether a cache in your task helps.
const (
	CacheUnknown  CacheUse = iota // nothing of yours fails, or there is no telling
	CacheAnswers                  // there is one, and it answers
	CacheCanHelp                  // each process asks several times
	SharedCanHelp                 // each process asks once; a cache that a task's processes share can help
	CacheCannot                   // the task asks once
)

// Cache is what a cache does or could do for you.
type Cache struct {
	Use       CacheUse
	Answers   float64 // share of calls
	Asks      float64 // calls per process
	Processes int     // of a task, at most
}

// A cache is said to answer from this share of calls on; and a process to ask
// several times, or once, up to these numbers.
const (
	leastCached = 0.005
	severalAsks = 1.5
	oneAsk      = 1.02
)

func (d *Diagnosis) findCache() {
	c, processes, asked := &d.Cache, uint64(0), uint64(0)
	var failed, kept uint64 // failed calls of activities, and those of them that a cache could have answered
	c.Processes = 1
	for _, g := range d.You.Groups {
		tasks := uint64(g.AllTasks(d.Base.Endpoint.Hosts)) * uint64(d.Base.Runs())
		if g.Lives != nil && g.Lives.Launched > 0 {
			tasks = g.Lives.Launched // each with processes of its own
		}
		processes += tasks * uint64(max(g.Processes, 1))
		c.Processes = max(c.Processes, g.Processes)
		asked += asksOf(g)
		for i := range g.Activities {
			a := &g.Activities[i]
			failed += a.Failures()
			if keeps(a) {
				kept += a.Failures()
			}
		}
	}
	if d.You.Failures == 0 || d.You.Attempts == 0 || processes == 0 || d.You.RunCalls == 0 {
		return
	}
	if 2*d.You.Results[strategy.Expired] > d.You.Results.Failures() {
		return // that keeps what has expired
	}
	if failed > 0 && kept == 0 {
		return // nothing of that is what it keeps
	}
	c.Answers, c.Asks = d.You.Cached(), float64(asked)/float64(processes)
	switch {
	case c.Answers >= leastCached:
		c.Use = CacheAnswers
	case c.Asks > severalAsks:
		c.Use = CacheCanHelp
	case c.Processes > 1:
		c.Use = SharedCanHelp
	case c.Asks <= oneAsk:
		c.Use = CacheCannot
	}
}

// asksOf is how often a group asks for what a cache keeps: of several activities, those
// that ask for credentials.
func asksOf(g *reports.Group) (n uint64) {
	if len(g.Activities) == 0 {
		return g.Calls
	}
	for i := range g.Activities {
		if a := &g.Activities[i]; keeps(a) {
			n += a.Calls
		}
	}
	return n
}

// keeps reports whether a cache keeps what an activity asks for.
func keeps(a *reports.Activity) bool { return a.Flow == "credentials" }

// sayCache says whether a cache in your task helps.
func (d *Diagnosis) sayCache() string {
	switch c := &d.Cache; c.Use {
	case CacheAnswers:
		return fmt.Sprintf("A cache already answers %s of your calls.", words.Roughly(c.Answers))
	case CacheCanHelp:
		if d.replaysYou() {
			return fmt.Sprintf("A cache that all processes of a task share can help: a task asks %s times, and the replay takes it for one process.", words.Times(c.Asks))
		}
		return fmt.Sprintf("A cache in your task can help: each process asks %s times.", words.Times(c.Asks))
	case SharedCanHelp:
		return fmt.Sprintf("A cache in each process cannot help, because a process asks only once. A cache that the %d processes of a task share can.", c.Processes)
	case CacheCannot:
		return "A cache in your task cannot help: the task asks only once."
	}
	return ""
}
