package reports

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
	infos := make([]GroupInfo, len(groups))
	for i := range groups {
		infos[i] = GroupInfo{Tenant: groups[i].Tenant, UnderTest: groups[i].UnderTest}
	}
	return whoseGroups(infos)
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
