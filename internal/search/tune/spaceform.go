package tune

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/profiles"
)

// spaceVersion is the version of the format of spaces.
const spaceVersion = 1

// The most parameters of a space, and values of one, in a file.
const (
	mostParameters = 60
	mostValues     = 100
)

// writtenSpace is a space as a file has it.
type writtenSpace struct {
	Version    int
	Parameters []written
}

// written is a parameter as a file has it.
type written struct {
	Name, Who, Option, Code, Change, Needs, Unless string
	Effort                                         sdk.Effort
	Path                                           string
	Values                                         []writtenValue
	Range                                          string
	Ordered                                        *bool

	at *form.Node
}

// writtenValue is a value as a file has it: a scalar that goes to the parameter's path, or
// a mapping.
type writtenValue struct {
	text, code string
	sets       []plan.Setting // nil: text, at the parameter's path
	at         *form.Node
}

// spaceForm is built once.
var spaceForm = sync.OnceValue(func() form.Form[writtenSpace] {
	return form.Object(writtenSpace{}, []form.Key[writtenSpace]{
		form.Wanted(form.Field("version", "Of this format: 1.",
			form.Integer(spaceVersion, spaceVersion), func(v *writtenSpace) *int { return &v.Version }), fmt.Sprintf("want version: %d", spaceVersion)),
		form.Required(form.Field("parameters", "What can be changed, in the order in which it is set.",
			form.NamedList(writtenForm(), 1, "parameter"), func(v *writtenSpace) *[]written { return &v.Parameters })),
	}, func(r *form.Reader, n *form.Node, path string, v *writtenSpace) {
		if len(v.Parameters) > mostParameters {
			r.Fail(n.At("parameters"), form.Join(path, "parameters"), "has %d parameters: want at most %d", len(v.Parameters), mostParameters)
		}
	})
})

func writtenForm() form.Form[written] {
	line := form.Line(400)
	keys := []form.Key[written]{
		form.Required(form.Field("parameter", "Its name, for tables and --exclude.",
			form.Line(form.LongestName), func(v *written) *string { return &v.Name })),
		form.Field("who", "Who can change it: you, the neighbours, or whoever runs the endpoint.",
			form.Words(form.NewWord[string](You, You), form.NewWord[string](Neighbours, Neighbours), form.NewWord[string](Endpoint, Endpoint)),
			func(v *written) *string { return &v.Who }),
		form.Field("path", "Where its values go: a path of the profile. strategy.KEY is that of the strategy under test, group.KEY that of the groups under test.",
			line, func(v *written) *string { return &v.Path }),
		form.Field("values", "Its values besides today's: what goes to path, or a mapping with value, set and code.",
			valuesForm(), func(v *written) *[]writtenValue { return &v.Values }),
		form.Field("range", "In place of values: LO..HI, or LO..HI/STEP.",
			line, func(v *written) *string { return &v.Range }),
		form.Field("ordered", "Whether the values are in order of size, so that a small step is a small change. Left out: if all are numbers or durations that grow.",
			form.Optional(form.Boolean()), func(v *written) **bool { return &v.Ordered }),
		form.Field("effort", "What a change costs: a config line, a code change, or somebody else's doing.",
			form.Words(form.NewWord[sdk.Effort]("config", sdk.ConfigLine), form.NewWord[sdk.Effort]("code", sdk.CodeChange), form.NewWord[sdk.Effort]("other", sdk.SomebodyElses)),
			func(v *written) *sdk.Effort { return &v.Effort }),
		form.Field("change", "The piece of work that it is a part of: all its parts together count once.",
			line, func(v *written) *string { return &v.Change }),
		form.Field("needs", "The parameter without which it means nothing.",
			line, func(v *written) *string { return &v.Needs }),
		form.Field("unless", "The parameter that leaves nothing of it.",
			line, func(v *written) *string { return &v.Unless }),
		form.Field("option", "What is set.", line, func(v *written) *string { return &v.Option }),
		form.Field("code", "A line that sets it; {value} stands for the value.", line, func(v *written) *string { return &v.Code }),
	}
	f := form.Object(written{Who: You, Effort: sdk.CodeChange}, keys, func(r *form.Reader, n *form.Node, path string, v *written) {
		if (len(v.Values) == 0) == (v.Range == "") {
			r.Fail(n, path, "want one of values and range")
		}
		if v.Range != "" {
			v.readRange(r, n, path)
		}
		for i := range v.Values {
			if v.Values[i].sets == nil && v.Path == "" {
				r.Fail(n, path, "path is missing: where do its values go?")
				break
			}
		}
	})
	read := f.Read
	f.Read = func(r *form.Reader, n *form.Node, path string) written {
		v := read(r, n, path)
		v.at = n
		return v
	}
	return f.Named("parameter")
}

// readRange makes the values of a range.
func (v *written) readRange(r *form.Reader, n *form.Node, path string) {
	at := n.At("range")
	if n.Get("range") != nil {
		at = n.Get("range")
	}
	values, err := rangeOf(v.Range)
	if err != nil {
		r.Fail(at, form.Join(path, "range"), "%v", err)
		return
	}
	for _, text := range values {
		v.Values = append(v.Values, writtenValue{text: text, at: at})
	}
	if v.Ordered == nil {
		yes := true
		v.Ordered = &yes
	}
}

// valuesForm is a list of values of any kind.
func valuesForm() form.Form[[]writtenValue] {
	return form.Form[[]writtenValue]{
		Read: func(r *form.Reader, n *form.Node, path string) []writtenValue {
			if n.Kind != form.Sequence || len(n.Items) == 0 {
				r.Fail(n, path, "want a list of values, got %s", n.What())
				return nil
			}
			if len(n.Items) > mostValues {
				r.Fail(n, path, "has %d values: want at most %d", len(n.Items), mostValues)
				return nil
			}
			var all []writtenValue
			for i, item := range n.Items {
				all = append(all, readValue(r, item, fmt.Sprintf("%s[%d]", path, i)))
			}
			return all
		},
		Write: func(all []writtenValue, _ bool) *form.Node {
			n := &form.Node{Kind: form.Sequence}
			for i := range all {
				n.Items = append(n.Items, all[i].node())
			}
			return n
		},
		Schema: func() *form.Schema { return &form.Schema{} },
	}
}

// readValue reads a value: a mapping with a key set is one with paths of its own, anything
// else goes to the parameter's path.
func readValue(r *form.Reader, n *form.Node, path string) writtenValue {
	v := writtenValue{text: n.OneLine(), at: n}
	set := n.Get("set")
	if n.Kind != form.Mapping || set == nil {
		return v
	}
	v.text = ""
	for _, p := range n.Pairs {
		switch p.Key.Text {
		case "value":
			v.text = p.Value.OneLine()
		case "code":
			v.code, _ = r.Scalar(p.Value, form.Join(path, "code"), "text")
		case "set":
		default:
			r.Fail(p.Key, path, "unknown key %s%s", p.Key.What(), form.Hint(p.Key.Text, []string{"value", "set", "code"}))
		}
	}
	if v.text == "" {
		r.Fail(n, path, "value is missing: what tables call it")
	}
	if set.Kind != form.Mapping || len(set.Pairs) == 0 {
		r.Fail(set, form.Join(path, "set"), "want a mapping from paths to values, got %s", set.What())
		return v
	}
	for _, p := range set.Pairs {
		v.sets = append(v.sets, plan.Setting{Path: p.Key.Text, Value: p.Value.OneLine()})
	}
	return v
}

// node is the value as a file has it.
func (v *writtenValue) node() *form.Node {
	if v.sets == nil {
		return form.Plain(v.text)
	}
	set := &form.Node{Kind: form.Mapping}
	for _, s := range v.sets {
		set.Pairs = append(set.Pairs, form.Pair{Key: form.Plain(s.Path), Value: parsed(s.Value)})
	}
	n := &form.Node{Kind: form.Mapping, Pairs: []form.Pair{{Key: form.Plain("value"), Value: form.Plain(v.text)}, {Key: form.Plain("set"), Value: set}}}
	if v.code != "" {
		n.Pairs = append(n.Pairs, form.Pair{Key: form.Plain("code"), Value: form.Quote(v.code)})
	}
	return n
}

// parsed is a value that was written in one line.
func parsed(text string) *form.Node {
	n, errs := form.ParseYAML(form.NewSource("value", []byte(text)), []byte(text))
	if len(errs) > 0 || n == nil {
		return form.Quote(text)
	}
	return n
}

// ReadSpace reads a space from a file of that name, for a strategy of a profile. The error
// is form.Errors: what is wrong with the file, also where a value does not go together with
// the profile.
func ReadSpace(name string, text []byte, p *profiles.Profile, c plan.Case) (*Space, error) {
	tree, errs := form.ParseYAML(form.NewSource(name, text), text)
	if tree == nil {
		return nil, errs
	}
	var r form.Reader
	w := spaceForm().Read(&r, tree, "")
	s := &Space{}
	for i := range w.Parameters {
		s.Parameters = append(s.Parameters, w.Parameters[i].parameter(p, c))
	}
	if len(r.Errs) == 0 {
		s.check(&r, &w, p, c)
	}
	if errs = append(errs, r.Errs...); len(errs) > 0 {
		return nil, errs.Sorted()
	}
	s.fit(p, c)
	return s, nil
}

// parameter is the parameter of a profile that a file describes.
func (v *written) parameter(p *profiles.Profile, c plan.Case) Parameter {
	one := Parameter{
		Name: v.Name, Who: v.Who, Option: v.Option, Effort: v.Effort,
		Change: v.Change, Needs: v.Needs, Unless: v.Unless,
	}
	if v.Ordered != nil {
		one.Ordered = *v.Ordered
	} else {
		one.Ordered = growing(v.Values)
	}
	for _, value := range v.Values {
		sets := value.sets
		if sets == nil {
			sets = []plan.Setting{{Path: v.Path, Value: value.text}}
		}
		made := Value{Text: value.text, Code: value.code}
		if made.Code == "" {
			made.Code = sdk.Fill(v.Code, value.text)
		}
		for _, s := range sets {
			for _, path := range resolved(p, c, s.Path) {
				made.Sets = append(made.Sets, plan.Setting{Path: path, Value: s.Value})
			}
		}
		one.Values = append(one.Values, made)
	}
	return one
}

// resolved are the paths of a profile that a path of a space means.
func resolved(p *profiles.Profile, c plan.Case, path string) []string {
	if below, ok := strings.CutPrefix(path, "strategy."); ok {
		return paths(p, c, below)
	}
	if strings.HasPrefix(path, "group.") {
		return paths(p, c, path)
	}
	return []string{path}
}

// check reports what does not go together: with each other, and with the profile.
func (s *Space) check(r *form.Reader, w *writtenSpace, p *profiles.Profile, c plan.Case) {
	for i := range s.Parameters {
		one, node := &s.Parameters[i], w.Parameters[i].at
		path := "parameters." + one.Name
		if first := s.named(one.Name); first < i {
			r.Fail(node.At("parameter"), path, "there is a parameter %q already", one.Name)
		}
		for _, other := range []struct{ key, name string }{{"needs", one.Needs}, {"unless", one.Unless}} {
			if other.name != "" && s.named(other.name) < 0 {
				r.Fail(node.At(other.key), form.Join(path, other.key), "there is no parameter %q%s", other.name, form.Hint(other.name, s.Names()))
			}
		}
		if j := s.named(one.Needs); one.Needs != "" && j > i {
			r.Fail(node.At("needs"), form.Join(path, "needs"), "%s comes after it: it is set first", one.Needs)
		}
		for j, v := range one.Values {
			if err := s.fits(one, &v, p, c); err != nil {
				r.Fail(w.Parameters[i].Values[j].at, path, "%s", firstProblem(err))
			}
		}
	}
}

// fits returns why a value does not go together with the profile, nil if it does.
func (s *Space) fits(one *Parameter, v *Value, p *profiles.Profile, c plan.Case) error {
	var sets []plan.Setting
	if j := s.named(one.Needs); one.Needs != "" && j >= 0 {
		sets = append(sets, s.Parameters[j].Values[0].Sets...)
	}
	changed, err := p.WithAll(append(sets, v.Sets...))
	if err != nil {
		return err
	}
	return changed.Check(c)
}

// firstProblem is the first problem of form.Errors, in a line.
func firstProblem(err error) string {
	if errs, ok := errors.AsType[form.Errors](err); ok && len(errs) > 0 {
		path, message := errs[0].Problem()
		if path != "" {
			return path + ": " + message
		}
		return message
	}
	return err.Error()
}

// Write writes the space as a file that ReadSpace reads.
func (s *Space) Write(w io.Writer) error {
	out := writtenSpace{Version: spaceVersion}
	for i := range s.Parameters {
		p := &s.Parameters[i]
		ordered := p.Ordered
		one := written{Name: p.Name, Who: p.Who, Option: p.Option, Effort: p.Effort, Change: p.Change, Needs: p.Needs, Unless: p.Unless, Ordered: &ordered}
		one.Path = p.onePath()
		for _, v := range p.Values {
			value := writtenValue{text: v.Text}
			if one.Path == "" || v.Code != "" {
				value.code, value.sets = v.Code, v.Sets
			}
			one.Values = append(one.Values, value)
		}
		out.Parameters = append(out.Parameters, one)
	}
	if _, err := io.WriteString(w, "# What loadgen tune may change. See docs/tuning.md.\n"); err != nil {
		return fmt.Errorf("writing the space: %w", err)
	}
	return spaceForm().Write(out, false).WriteYAML(w)
}

// onePath is the path to which all values of the parameter go as they are; "" if there is
// none.
func (p *Parameter) onePath() string {
	path := ""
	for _, v := range p.Values {
		if len(v.Sets) != 1 || v.Sets[0].Value != v.Text || path != "" && v.Sets[0].Path != path {
			return ""
		}
		path = v.Sets[0].Path
	}
	return path
}
