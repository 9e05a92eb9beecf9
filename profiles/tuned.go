package profiles

import (
	"bytes"
	"fmt"
	"io"

	"tenement/internal/form"
	"tenement/internal/plan"
)

// Further is a case to add to a profile: what it sets on the first strategy.
type Further struct {
	Name, Title string
	Set         []plan.Setting
}

// WriteCases writes the profile with one of its strategies alone, or without any if it has
// none, and with these further cases in place of its own. What is written is a profile:
// each case runs as WithAll would run it. The error is of writing, or that a name or a
// title is too long, or a case changes nothing.
func (p *Profile) WriteCases(w io.Writer, strategy, description string, further []Further) error {
	doc := p.doc
	doc.Description, doc.Gates, doc.WhatIf, doc.Strategies = description, nil, nil, nil
	for i := range p.doc.Strategies {
		if p.doc.Strategies[i].name == strategy {
			doc.Strategies = p.doc.Strategies[i : i+1]
		}
	}
	for _, f := range further {
		one := whatIf{Name: f.Name, Title: f.Title}
		for _, s := range p.changing(f.Set) {
			src := form.FlagSource(f.Name, s.Value)
			value, errs := form.ParseYAML(src, []byte(s.Value))
			if len(errs) > 0 {
				return fmt.Errorf("case %s: %s: %w", f.Name, s.Path, errs)
			}
			one.Set = append(one.Set, assignment{path: s.Path, at: src.Place(), value: value})
		}
		doc.WhatIf = append(doc.WhatIf, one)
	}
	var text bytes.Buffer
	if err := documentForm().Write(doc, false).WriteYAML(&text); err != nil {
		return fmt.Errorf("writing the profile: %w", err)
	}
	if _, err := text.WriteTo(w); err != nil {
		return fmt.Errorf("writing the profile: %w", err)
	}
	return nil
}

// changing are the settings that change something where they stand: in a profile that is
// written, one that does not is a mistake.
func (p *Profile) changing(sets []plan.Setting) []plan.Setting {
	var out []plan.Setting
	before := p
	for i, s := range sets {
		after, err := p.WithAll(sets[:i+1])
		if err == nil && before != nil && before.written().Same(after.written()) {
			continue
		}
		out = append(out, s)
		before = after // nil where what stands between two settings is not sound
	}
	return out
}
