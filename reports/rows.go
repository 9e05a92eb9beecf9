package reports

import (
	"maps"
	"slices"
	"strings"
)

// section is the rows that change the same thing.
type section struct {
	title string
	rows  []row
}

// row is a case as the table shows it.
type row struct {
	c         *Case
	label     string
	you, them side
}

// The sections, in the order in which a reader can act on them.
const (
	changeYou = iota
	changeNeighbours
	changeLimit
	changeFault
	changeRest
	numSections
)

var sectionTitles = [numSections]string{
	"if you change", "if the neighbours change", "if the limit is another", "if the fault is another", "if the rest changes",
}

// sections are the cases by what they change.
func (r *Report) sections() []section {
	all := make([]section, numSections)
	for i := range r.Cases {
		c := &r.Cases[i]
		you, them := r.sides(c)
		at := c.changes()
		all[at].title = sectionTitles[at]
		all[at].rows = append(all[at].rows, row{c, label(c, at, them.names()), you, them})
	}
	return slices.DeleteFunc(all, func(s section) bool { return len(s.rows) == 0 })
}

// changes says which section a case belongs in: what its paths touch.
func (c *Case) changes() int {
	if c.Kind != WhatIfCase || len(c.Set) == 0 {
		if c.Kind == WhatIfCase {
			return changeRest
		}
		return changeYou
	}
	neighbours, limit, fault := true, true, true
	for path := range c.Set {
		neighbours = neighbours && c.ofNeighbour(path) != ""
		limit = limit && (within(path, "endpoint.limit") || within(path, "endpoint.limits"))
		fault = fault && within(path, "endpoint.faults")
	}
	switch {
	case neighbours:
		return changeNeighbours
	case limit:
		return changeLimit
	case fault:
		return changeFault
	}
	return changeRest
}

// within reports whether a path is another one, or leads into it.
func within(path, other string) bool {
	return path == other || strings.HasPrefix(path, other+".")
}

// ofNeighbour is the part of a path within a group that is not under test, or
// nothing.
func (c *Case) ofNeighbour(path string) string {
	rest, ok := strings.CutPrefix(path, "fleet.")
	if !ok {
		return ""
	}
	name, key, _ := strings.Cut(rest, ".")
	if g := c.group(name); g == nil || g.UnderTest {
		return ""
	}
	return key
}

// paths are the paths that a case sets, sorted.
func (c *Case) paths() []string { return slices.Sorted(maps.Keys(c.Set)) }

// label is a case's title, less what its section's title says already:
// "neighbours do not retry" under "if the neighbours change" is "they do not
// retry", and "limit 80,120" under "if the limit is another" is "80,120".
func label(c *Case, at int, neighbours []string) string {
	switch at {
	case changeLimit:
		if rest, ok := strings.CutPrefix(c.Title, "limit "); ok && rest != "" {
			return rest
		}
	case changeNeighbours:
		if len(neighbours) == 1 && strings.HasSuffix(neighbours[0], "s") {
			if rest, ok := strings.CutPrefix(c.Title, neighbours[0]+" "); ok && rest != "" {
				return "they " + rest
			}
		}
	}
	return c.Title
}
