package profiles

import (
	"time"

	"tenement/internal/form"
)

// hosts is the `hosts` of an endpoint: a number, or a mapping with it.
type hosts struct {
	Count  int // 0 where the placement of the groups says how many are needed
	Size   int // how much there is room for, 0 is not said
	Within time.Duration
	Differ []differing
}

// differing is an item of `differ`: a share of the hosts, and what is otherwise there.
type differing struct {
	Name    string
	Share   float64
	Limit   *limit // nil is the endpoint's, as below
	Limits  *[]limit
	Latency *latency
	Faults  *[]fault
}

// maxHosts bounds the hosts of a profile.
const maxHosts = 1_000_000

// hostsForm is a number, or a mapping.
func hostsForm() form.Form[hosts] {
	count := form.Convert(form.Integer(1, maxHosts), func(n int) hosts { return hosts{Count: n} }, func(v hosts) int { return v.Count })
	type spread struct{ Within time.Duration }
	within := form.Convert(form.Object(spread{}, []form.Key[spread]{
		form.Required(form.Field("within", "Each host starts at its own random instant of that time. Its tasks start then, or at their group's start if that is later.",
			form.Duration(0, maxDuration), func(v *spread) *duration { return &v.Within })),
	}, nil), func(s spread) time.Duration { return s.Within }, func(d time.Duration) spread { return spread{d} })
	mapping := form.Object(hosts{}, []form.Key[hosts]{
		form.OmitZero(form.Field("count", "How many; may be left out where placements say how many are needed.",
			form.Integer(1, maxHosts), func(v *hosts) *int { return &v.Count })),
		form.OmitZero(form.Field("size", "How much room there is for packed tasks, in the unit of their size: CPU units, MiB.",
			form.Integer(1, maxSize), func(v *hosts) *int { return &v.Size })),
		form.OmitZero(form.Field("start", "When the hosts start; all at once if left out.",
			within, func(v *hosts) *duration { return &v.Within })),
		form.OmitZero(form.Field("differ", "Shares of the hosts, drawn at random, where something is otherwise.",
			form.NamedList(differingForm(), 1, "hosts"), func(v *hosts) *[]differing { return &v.Differ })),
	}, checkHosts)
	return scalarOr(count, mapping, func(v hosts) bool {
		return v.Count > 0 && v.Size == 0 && v.Within == 0 && len(v.Differ) == 0
	})
}

func differingForm() form.Form[differing] {
	return form.Object(differing{}, []form.Key[differing]{
		form.Required(form.Field("hosts", "Their name in paths and reports.",
			form.Name(), func(v *differing) *string { return &v.Name })),
		form.Required(form.Field("share", "Which share of the hosts.",
			form.Fraction(), func(v *differing) *float64 { return &v.Share })),
		form.OmitZero(form.Field("limit", "In place of the endpoint's, of the same kind and scope.",
			form.Optional(limitForm(false).Named("limit")), func(v *differing) **limit { return &v.Limit })),
		form.OmitZero(form.Field("limits", "In place of the endpoint's, with the same names, kinds and scopes.",
			form.Optional(form.NamedList(limitForm(true).Named("named-limit"), 0, "limit")), func(v *differing) **[]limit { return &v.Limits })),
		form.OmitZero(form.Field("latency", "In place of the endpoint's.",
			form.Optional(latencyForm()), func(v *differing) **latency { return &v.Latency })),
		form.OmitZero(form.Field("faults", "In place of the endpoint's; [] is none.",
			form.Optional(form.NamedList(faultForm().Named("fault"), 0, "fault")), func(v *differing) **[]fault { return &v.Faults })),
	}, func(r *form.Reader, n *form.Node, path string, v *differing) {
		switch {
		case v.Share == 0:
			r.Fail(n.At("share"), form.Join(path, "share"), "no host: want more than 0")
		case v.Limit == nil && v.Limits == nil && v.Latency == nil && v.Faults == nil:
			r.Fail(n, path, "nothing differs: want limit, limits, latency or faults")
		}
	})
}

// checkHosts reports what does not fit together in the hosts that differ.
func checkHosts(r *form.Reader, n *form.Node, path string, v *hosts) {
	below, sum := form.Join(path, "differ"), 0.0
	for i := range v.Differ {
		item := n.Item("differ", i)
		checkOnce(r, item, below, "hosts", v.Differ[i].Name, i, func(j int) string { return v.Differ[j].Name })
		if sum += v.Differ[i].Share; sum > 1+1e-9 {
			r.Fail(item.At("share"), form.Join(form.Join(below, v.Differ[i].Name), "share"), "more than all hosts, together with those before")
			sum = 0
		}
	}
}

// sameLimits says what of the limits of differing hosts is not as the endpoint's, ""
// if nothing is that must be: a report counts by limit, whatever the host.
func sameLimits(own, other []limit) string {
	if len(own) != len(other) {
		return "as many limits as the endpoint has"
	}
	for i := range own {
		switch a, b := &own[i], &other[i]; {
		case a.Kind == "" || b.Kind == "": // which is an error of its own
		case a.Name != b.Name:
			return "the names of the endpoint's limits, in their order"
		case a.Kind != b.Kind:
			return "kind " + a.Kind + ", as the endpoint's"
		case a.Scope != b.Scope:
			return "scope " + a.Scope.String() + ", as the endpoint's"
		}
	}
	return ""
}

// checkDiffering checks hosts that differ against the endpoint. n is the endpoint.
func (v *endpoint) checkDiffering(r *form.Reader, n *form.Node, path string) {
	for i := range v.Hosts.Differ {
		d, item := &v.Hosts.Differ[i], n.Get("hosts").Item("differ", i)
		at := form.Join(form.Join(form.Join(path, "hosts"), "differ"), d.Name)
		if d.Limit != nil {
			if want := sameLimits(one(v.Limit), one(*d.Limit)); want != "" {
				r.Fail(item.At("limit"), form.Join(at, "limit"), "want %s", want)
			}
		}
		if d.Limits != nil {
			if want := sameLimits(v.Limits, *d.Limits); want != "" {
				r.Fail(item.At("limits"), form.Join(at, "limits"), "want %s", want)
			}
		}
		if d.Faults == nil {
			continue
		}
		for j := range *d.Faults {
			f, below := item.Item("faults", j), form.Join(at, "faults")
			checkOnce(r, f, below, "fault", (*d.Faults)[j].Name, j, func(k int) string { return (*d.Faults)[k].Name })
			(*d.Faults)[j].checkService(r, f, form.Join(below, (*d.Faults)[j].Name), v.Service)
		}
	}
}

// one is a list of a limit, empty for none.
func one(l limit) []limit {
	if l.Kind == "" {
		return nil
	}
	return []limit{l}
}
