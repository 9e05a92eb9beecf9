package diagnosis

import (
	"fmt"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// controlAssumption is something that AWS has not published, and where a profile says it.
type controlAssumption struct {
	text  string
	paths []string
	of    func(*reports.ControlPlane) bool
}

func always(*reports.ControlPlane) bool { return true }

// controlAssumptions are all of them. The architecture itself was told at re:Invent 2019
// (CON423); the quotas and the sizes of tasks are documented.
var controlAssumptions = []controlAssumption{
	{"what each step takes, how many servers it has and how often it fails", []string{"control_plane.steps"}, always},
	{"that the cluster manager asks another zone where one has no capacity", []string{"control_plane.fallback"},
		func(c *reports.ControlPlane) bool { return len(c.Zones) > len(c.Regions) }},
	{"the sizes of instances, how many are warm, how long one boots and how fast they are ordered", []string{"control_plane.instances"},
		func(c *reports.ControlPlane) bool { return c.Plane == reports.InstancePlane }},
	{"how many bare-metal hosts there are, what they hold and how tasks are put on them", []string{"control_plane.microvms"},
		func(c *reports.ControlPlane) bool { return c.Plane == reports.MicroVMPlane }},
	{"which of the two data planes there is", []string{"control_plane.plane"}, always},
	{"how many cells a zone has and how large they are", []string{"control_plane.cells"},
		func(c *reports.ControlPlane) bool { return len(c.Zones) > 0 && len(c.Zones[0].Cells) > 0 }},
	{"how long a loss lasts and when it is noticed", []string{"control_plane.losses"},
		func(c *reports.ControlPlane) bool { return len(c.Losses) > 0 }},
	{"the pace of a rollout, its alarm and how long it takes to go back", []string{"control_plane.rollout"},
		func(c *reports.ControlPlane) bool { return c.Rollout != nil }},
}

// assumptions are what the base takes for granted, and which cases try something else.
func (c *Control) assumptions() []string {
	out := []string{"The architecture is what AWS told at re:Invent 2019 (CON423); the quotas and the sizes of tasks are documented. The rest is assumed, because AWS has not published it:"}
	for i, a := range c.assumed() {
		tried := c.triedIn(a)
		text := a.text
		if len(tried) > 0 {
			text += fmt.Sprintf(" (otherwise in %s)", words.List(words.Some(tried), "and"))
		} else {
			text += " (no case tries another)"
		}
		end := ";"
		if i == len(c.assumed())-1 {
			end = "."
		}
		out = append(out, text+end)
	}
	return out
}

// assumed are the assumptions that the base makes.
func (c *Control) assumed() (all []controlAssumption) {
	for _, a := range controlAssumptions {
		if a.of(c.Base) {
			all = append(all, a)
		}
	}
	return all
}

// triedIn are the titles of the cases that change an assumption.
func (c *Control) triedIn(a controlAssumption) (titles []string) {
	for i := range c.Rows {
		if setsBelow(c.Rows[i].Case.Set, a.paths) {
			titles = append(titles, fmt.Sprintf("%q", c.Rows[i].Case.Title))
		}
	}
	return titles
}

func setsBelow(set map[string]string, paths []string) bool {
	for path := range set {
		for _, p := range paths {
			if path == p || strings.HasPrefix(path, p+".") || path == "control_plane" {
				return true
			}
		}
	}
	return false
}

// Untried are the assumptions of the base that no case of the report changes.
func (c *Control) Untried() (texts []string) {
	for _, a := range c.assumed() {
		if len(c.triedIn(a)) == 0 {
			texts = append(texts, a.text)
		}
	}
	return texts
}
