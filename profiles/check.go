package profiles

import (
	"fmt"
	"time"

	"tenement/internal/form"
)

// checkDocument reports what does not fit together in a document. It runs even
// if parts of it are wrong, so that a user hears of everything at once; any
// part may therefore be missing or zero.
func checkDocument(r *form.Reader, n *form.Node, v *document) {
	if v.ControlPlane != nil {
		v.checkControlPlane(r, n)
		return
	}
	if n.Get(controlKey) != nil {
		return // it has no value
	}
	length, traced := v.checkFleet(r, n)
	if v.Duration == 0 && n.Get("duration") == nil {
		if v.Duration = length; !traced {
			r.Fail(n, "", "duration is missing%s", v.endless())
		}
	}
	for i, g := range v.Fleet {
		if v.Duration > 0 && g.Start.At >= v.Duration {
			r.Fail(n.Item("fleet", i).At("start"), "fleet."+g.Name+".start", "%s is not before the end of the run, %s",
				form.FormatDuration(g.Start.At), form.FormatDuration(v.Duration))
		}
	}
	v.place(r, n)
	for i := range v.Fleet {
		g := &v.Fleet[i]
		for j, a := range g.does() {
			if calls := a.Arrivals.atMost(v.Duration) + float64(a.Arrivals.atOnce()*g.Lives.relaunches(v.Duration)); calls > maxCalls {
				at, path := g.at(n.Item("fleet", i), j)
				r.Fail(at.At("arrivals"), form.Join(path, "arrivals"),
					"up to %.0f calls of each process: want at most %.0f", calls, float64(maxCalls))
			}
			g.checkBurst(r, n.Item("fleet", i), j, &a)
		}
		g.checkLives(r, n.Item("fleet", i), v.Duration)
	}
	for i := range v.Fleet {
		v.Fleet[i].checkReplay(r, n, n.Item("fleet", i), v.Duration)
	}
	v.checkEndpoints(r, n)
	v.checkStartup(r, n)
	v.checkService(r, n)
	v.checkCases(r, n)
	v.checkGates(r, n)
}

// checkFleet checks the groups against each other, and returns the length of
// the traces among them.
func (v *document) checkFleet(r *form.Reader, n *form.Node) (length time.Duration, traced bool) {
	seen := make(map[string]bool)
	streams, tested := 0, false
	for i, g := range v.Fleet {
		if seen[g.Name] && g.Name != "" {
			r.Fail(n.Item("fleet", i).At("group"), "fleet."+g.Name+".group", "there is a group %q already", g.Name)
		}
		seen[g.Name] = true
		tested = tested || g.UnderTest
		if g.Arrivals.Trace != nil {
			traced = traced || !g.Arrivals.Trace.Loop
			if g.replayed != nil && !g.Arrivals.Trace.Loop {
				length = max(length, g.Start.At+g.replayed.replay.Length())
			}
			continue
		}
		if g.Tasks == nil {
			continue
		}
		if streams += *g.Tasks * g.Processes * len(g.does()); streams > maxTasks {
			r.Fail(n.Item("fleet", i), "fleet."+g.Name, "more than %d processes on a host, or activities of processes", maxTasks)
			streams = 0
		}
	}
	if n.Get("strategies") != nil && n.Get("fleet") != nil && !tested {
		r.Fail(n.At("strategies"), "strategies", "there is no group with under_test: true to try them on")
	}
	return length, traced
}

// checkCases checks that every case has a name of its own.
func (v *document) checkCases(r *form.Reader, n *form.Node) {
	if len(v.Strategies)+len(v.WhatIf) > maxCases {
		r.Fail(n.At("what_if"), "", "more than %d cases", maxCases)
	}
	settings := 0
	for i := range v.WhatIf {
		settings += len(v.WhatIf[i].Set)
	}
	if size := n.Size(); settings > 0 && settings > maxReads/size {
		r.Fail(n.At("what_if"), "what_if", "%d settings in a profile of %d values: want at most %d settings in one of that size", settings, size, maxReads/size)
	}
	seen := make(map[string]bool)
	for _, name := range v.strategyNames() {
		seen[name] = true
	}
	for i, w := range v.WhatIf {
		if seen[w.Name] && w.Name != "" {
			r.Fail(n.Item("what_if", i).At("name"), fmt.Sprintf("what_if[%d].name", i), "there is a case %q already", w.Name)
		}
		seen[w.Name] = true
	}
}
