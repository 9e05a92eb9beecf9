package reports

import "strings"

// What a case changes, compared with the first.
const (
	ChangesYou        = "you"        // your own strategy
	ChangesNeighbours = "neighbours" // nothing but groups that are not under test
	ChangesLimit      = "limit"      // nothing but the limits
	ChangesFault      = "fault"      // nothing but the faults
	ChangesRest       = "rest"       // something else, or several of these
)

// Changes is what a case changes.
type Changes struct {
	What string `json:"what"` // ChangesYou, ChangesNeighbours, ChangesLimit, ChangesFault or ChangesRest
	// Retries is set if only the neighbours' retries are changed.
	Retries bool `json:"retries,omitempty"`
	// Endpoint is set if something about the endpoint is changed, whatever else.
	Endpoint bool `json:"endpoint,omitempty"`
}

// ChangesOf is what a case of this kind changes by setting these paths, in a fleet
// of these groups. Outside package profiles nothing else reads paths.
func ChangesOf(kind string, set map[string]string, groups []GroupInfo) Changes {
	c := Changes{What: ChangesRest}
	neighbours, retries, limit, fault := true, true, true, true
	for path := range set {
		key := neighboursKey(path, groups)
		neighbours = neighbours && key != ""
		retries = retries && within(key, "strategy.retry")
		limit = limit && (within(path, "endpoint.limit") || within(path, "endpoint.limits"))
		fault = fault && within(path, "endpoint.faults")
		c.Endpoint = c.Endpoint || within(path, "endpoint")
	}
	switch {
	case kind != WhatIfCase:
		c.What = ChangesYou
	case len(set) == 0:
	case neighbours:
		c.What, c.Retries = ChangesNeighbours, retries
	case limit:
		c.What = ChangesLimit
	case fault:
		c.What = ChangesFault
	}
	return c
}

// within reports whether a path is another one, or leads into it.
func within(path, other string) bool {
	return path == other || strings.HasPrefix(path, other+".")
}

// neighboursKey is the rest of a path into a group that is not under test, or ""
// for any other path.
func neighboursKey(path string, groups []GroupInfo) string {
	rest, ok := strings.CutPrefix(path, "fleet.")
	if !ok {
		return ""
	}
	name, key, _ := strings.Cut(rest, ".")
	for _, g := range groups {
		if g.Name == name && !g.UnderTest {
			return key
		}
	}
	return ""
}

// deriveChanges fills in what a case changes, for reports without that field.
func (c *Case) deriveChanges() {
	if c.Changes.What != "" {
		return
	}
	groups := make([]GroupInfo, len(c.Groups))
	for i := range c.Groups {
		groups[i] = GroupInfo{Name: c.Groups[i].Name, UnderTest: c.Groups[i].UnderTest}
	}
	c.Changes = ChangesOf(c.Kind, c.Set, groups)
}
