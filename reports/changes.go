package reports

import "strings"

// What a case changes, compared with the first.
const (
	ChangesYou        = "you"        // your own strategy
	ChangesYours      = "yours"      // nothing but other groups of a tenant under test
	ChangesNeighbours = "neighbours" // nothing but groups of other tenants
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
	neighbours, yours, retries, limit, fault := true, true, true, true, true
	for path := range set {
		key, whose := groupKey(path, groups)
		neighbours = neighbours && key != "" && whose == Neighbours
		yours = yours && key != "" && whose == Yours
		retries = retries && within(key, "strategy.retry")
		limit = limit && (within(path, "endpoint.limit") || within(path, "endpoint.limits"))
		fault = fault && within(path, "endpoint.faults")
		c.Endpoint = c.Endpoint || within(path, "endpoint") || within(path, "endpoints")
	}
	switch {
	case kind != WhatIfCase:
		c.What = ChangesYou
	case len(set) == 0:
	case neighbours:
		c.What, c.Retries = ChangesNeighbours, retries
	case yours:
		c.What = ChangesYours
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

// groupKey is the rest of a path into a group, and whose that is; "" for any other
// path.
func groupKey(path string, groups []GroupInfo) (key string, of Whose) {
	rest, ok := strings.CutPrefix(path, "fleet.")
	if !ok {
		return "", Neighbours
	}
	name, key, _ := strings.Cut(rest, ".")
	for i, whose := range whoseGroups(groups) {
		if groups[i].Name == name {
			return key, whose
		}
	}
	return "", Neighbours
}

// deriveChanges fills in what a case changes, for reports without that field.
func (c *Case) deriveChanges() {
	if c.Changes.What != "" {
		return
	}
	groups := make([]GroupInfo, len(c.Groups))
	for i := range c.Groups {
		groups[i] = GroupInfo{Name: c.Groups[i].Name, Tenant: c.Groups[i].Tenant, UnderTest: c.Groups[i].UnderTest}
	}
	c.Changes = ChangesOf(c.Kind, c.Set, groups)
}
