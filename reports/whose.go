package reports

import "slices"

// Whose is who the tasks of a group belong to, as every screen has it.
type Whose int

// Who the tasks of a group belong to.
const (
	Neighbours Whose = iota // another tenant
	Yours                   // the tenant of a group under test, but not under test themselves
	Tested                  // they are under test
)

// String is the word beside a group's name, "" for neighbours.
func (w Whose) String() string { return [...]string{"", "yours", "you"}[w] }

// WhoseGroups says of each group of a case whose it is. Of a case without a group
// under test all are neighbours.
func WhoseGroups(groups []Group) []Whose {
	return whoseGroups((&Case{Groups: groups}).infos())
}

// infos are the names of the groups of a case, or of the callers of its control plane, and
// whose they are.
func (c *Case) infos() (all []GroupInfo) {
	for i := range c.Groups {
		g := &c.Groups[i]
		all = append(all, GroupInfo{Name: g.Name, Tenant: g.Tenant, UnderTest: g.UnderTest})
	}
	if p := c.ControlPlane; p != nil {
		for i := range p.Callers {
			o := &p.Callers[i]
			all = append(all, GroupInfo{Name: o.Name, Tenant: o.Account, UnderTest: o.UnderTest})
		}
	}
	return all
}

// GroupNames are the names of the groups of a case, or of the callers of its control plane.
func (c *Case) GroupNames() []string {
	var names []string
	for _, g := range c.infos() {
		names = append(names, g.Name)
	}
	return names
}

// Places are the places of a target's groups in a case, or of its callers: of
// TargetUnderTest, of TargetNeighbours, or of the group of that name; nil if it has none.
// Without a group under test, all are.
func (c *Case) Places(target string) []int {
	if target != TargetUnderTest && target != TargetNeighbours {
		if i := slices.IndexFunc(c.infos(), func(g GroupInfo) bool { return g.Name == target }); i >= 0 {
			return []int{i}
		}
		return nil
	}
	var by [3][]int
	for i, whose := range whoseGroups(c.infos()) {
		by[whose] = append(by[whose], i)
	}
	switch {
	case by[Tested] == nil && target == TargetUnderTest:
		return by[Neighbours]
	case by[Tested] == nil:
		return nil
	case target == TargetUnderTest:
		return by[Tested]
	}
	return by[Neighbours]
}

func whoseGroups(groups []GroupInfo) []Whose {
	mine := make(map[string]bool) // tenants
	for i := range groups {
		if groups[i].UnderTest {
			mine[groups[i].Tenant] = true
		}
	}
	out := make([]Whose, len(groups))
	for i := range groups {
		switch g := &groups[i]; {
		case g.UnderTest:
			out[i] = Tested
		case mine[g.Tenant] && g.Tenant != "":
			out[i] = Yours
		}
	}
	return out
}
