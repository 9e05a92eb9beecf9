package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/form"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// checkService reports what a profile wants and its service does not have.
func (v *document) checkService(r *form.Reader, n *form.Node) {
	s := v.Endpoint.Service
	for i := range v.Strategies {
		c := &v.Strategies[i]
		if all := n.Get("strategies"); all != nil && all.Get(c.name) != nil {
			c.checkPreset(r, all.Get(c.name), "strategies."+c.name, s)
		}
	}
	for i := range v.Fleet {
		g, path := &v.Fleet[i], "fleet."+v.Fleet[i].Name
		item := n.Item("fleet", i)
		if _, ok := s.Row().Flow(g.Flow); g.Flow != "" && !ok {
			r.Fail(item.At("flow"), form.Join(path, "flow"), "the service %s has no flow %q: want %s",
				s, g.Flow, form.Enumerate(s.Row().FlowNames(), "or"))
		}
		if given := item.Get("hops"); given != nil && s != service.IMDS {
			r.Fail(given, form.Join(path, "hops"), "is for the service %s only, and this is %s", service.IMDS, s)
		}
		if g.Strategy != nil {
			g.Strategy.checkPreset(r, item.At("strategy"), form.Join(path, "strategy"), s)
		}
		if g.Arrivals.Trace != nil && s != service.ECS {
			r.Fail(item.At("arrivals"), form.Join(path, "arrivals.trace"), "a recording is of the service %s, and this is %s", service.ECS, s)
		}
	}
}

// checkPreset is an error if a strategy's preset is of a provider that asks
// another service.
func (v *strategyKeys) checkPreset(r *form.Reader, n *form.Node, path string, s service.Service) {
	preset, ok := presetNamed(v.Preset)
	if !ok || preset.Asks(s) {
		return
	}
	hint := ""
	if other, ok := preset.Elsewhere(s); ok {
		hint = fmt.Sprintf(": want %s", other)
	}
	r.Fail(n.At("preset"), form.Join(path, "preset"), "%s asks the service %s, and this is %s%s", v.Preset, preset.Service, s, hint)
}

// checkFaults reports the faults that could befall nothing the service has.
func (v *endpoint) checkFaults(r *form.Reader, n *form.Node, path string) {
	for i := range v.Faults {
		f := &v.Faults[i]
		f.checkService(r, n.Item("faults", i), form.Join(form.Join(path, "faults"), f.Name), v.Service)
	}
}

// checkService is an error if a fault could befall nothing that the service has.
func (f *fault) checkService(r *form.Reader, n *form.Node, path string, s service.Service) {
	row := s.Row()
	if f.Kind == throttle.TagsFault.String() && row.Routes&service.TagsRoute == 0 {
		r.Fail(n.At(form.KindKey), form.Join(path, form.KindKey), "the service %s has no documents with tags", s)
	}
	if f.Routes&^row.Routes != 0 {
		r.Fail(n.At("routes"), form.Join(path, "routes"), "the service %s has only %s", s, form.Enumerate(row.Routes.Names(), "and"))
	}
	if f.Field != "" && !slices.Contains(row.Fields, f.Field) {
		r.Fail(n.At("field"), form.Join(path, "field"), "the credentials of the service %s have no %s: want %s",
			s, f.Field, form.Enumerate(row.Fields, "or"))
	}
}

// wordsOf returns a word for each value, which is the value's name.
func wordsOf[T fmt.Stringer](values []T) []form.Word[T] {
	words := make([]form.Word[T], len(values))
	for i, v := range values {
		words[i] = form.NewWord(v.String(), v)
	}
	return words
}
