package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tenement/internal/sdk"
	"tenement/internal/service"
)

// cannot is what to do where an SDK has nothing to set.
const cannot = "this SDK cannot: wrap it, or share a cache"

// sdkOf is the name of a preset's SDK, which is the heading of its section.
func sdkOf(p *sdk.Preset) string {
	name, _, _ := strings.Cut(p.Name, "@")
	return name
}

// sections are the presets by their SDKs: those for containers first, the newest
// release before old ones.
func sections() [][]sdk.Preset {
	var all [][]sdk.Preset
	for _, p := range sdk.Presets() {
		if n := len(all); n == 0 || sdkOf(&all[n-1][0]) != sdkOf(&p) {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], p)
	}
	for _, presets := range all {
		slices.SortStableFunc(presets, func(a, b sdk.Preset) int {
			return cmp.Or(
				cmp.Compare(later(&a), later(&b)),
				cmp.Compare(strings.Count(a.Family(), "@"), strings.Count(b.Family(), "@")))
		})
	}
	return all
}

// later is where a preset stands in its section.
func later(p *sdk.Preset) int {
	return slices.Index([]service.Service{service.ECS, service.PodIdentity, service.IMDS}, p.Service)
}

// firstKnob is what a user of a preset's SDK can set to have more retries.
func firstKnob(p *sdk.Preset) string {
	if len(p.Knobs) == 0 {
		return cannot
	}
	return p.Knobs[0].Line
}

// writeFirst writes the table of what to set first.
func writeFirst(w *bytes.Buffer) {
	fmt.Fprint(w, `
## What to set

What changes the retries, or what else comes first. Where nothing can be set, the
table says "`+cannot+`"; the sections have the rest.

| SDK | ECS, EKS Pod Identity | IMDS |
|---|---|---|
`)
	for _, presets := range sections() {
		said := make(map[string]bool)
		for i := range presets {
			p := &presets[i]
			first, onIMDS := firstKnob(p), "—"
			if p.Service != service.ECS || said[first] {
				continue
			}
			said[first] = true
			if imds, _, ok := sdk.Named(p.Family() + "@imds"); ok {
				onIMDS = firstKnob(&imds)
			}
			fmt.Fprintf(w, "| [%s](#%s) | %s | %s |\n", p.Name, sdkOf(p), first, onIMDS)
		}
	}
}

// writeSections writes a section for each SDK.
func writeSections(w *bytes.Buffer) {
	aliases := sdk.Aliases()
	for _, presets := range sections() {
		name := sdkOf(&presets[0])
		fmt.Fprintf(w, "\n## %s\n", name)
		if other := aliases[name]; len(other) > 0 {
			fmt.Fprintf(w, "\nAlso found as `%s`.\n", strings.Join(other, "`, `"))
		}
		fmt.Fprint(w, "\n| preset | mirrors | asks | checked |\n|---|---|---|---|\n")
		for i := range presets {
			p := &presets[i]
			fmt.Fprintf(w, "| `%s` | %s | %s | %s |\n", p.Name, p.SDK, strings.Join(askedBy(p), ", "), p.Checked)
		}
		writeLines(w, "### What to set\n", presets, func(p *sdk.Preset) []string {
			if len(p.Knobs) == 0 {
				return []string{cannot}
			}
			return p.KnobLines()
		})
		writeLines(w, "### How to see throttling\n", presets, func(p *sdk.Preset) []string { return p.Throttled })
		writeLines(w, "### Worth knowing\n", presets, func(p *sdk.Preset) []string { return p.Notes })
		writeLines(w, "### What a user sees in the end\n", presets, errorTexts)
	}
}

// errorTexts are the final errors of a preset, as code.
func errorTexts(p *sdk.Preset) []string {
	var texts []string
	for _, e := range p.Errors {
		mark := "`"
		if strings.Contains(e.Text, mark) {
			mark = "``"
		}
		texts = append(texts, mark+strings.ReplaceAll(e.Text, "\n", `\n`)+mark)
	}
	return texts
}

// writeLines writes what the presets of a section say on one thing: each line once,
// under the presets that say it.
func writeLines(w *bytes.Buffer, head string, presets []sdk.Preset, lines func(*sdk.Preset) []string) {
	type group struct {
		of    []int // indices into presets
		lines []string
	}
	var groups []group
	done := make(map[string]bool)
	for i := range presets {
		for _, line := range lines(&presets[i]) {
			if done[line] {
				continue
			}
			done[line] = true
			var of []int
			for j := range presets {
				if slices.Contains(lines(&presets[j]), line) {
					of = append(of, j)
				}
			}
			at := slices.IndexFunc(groups, func(g group) bool { return slices.Equal(g.of, of) })
			if at < 0 {
				at, groups = len(groups), append(groups, group{of: of})
			}
			groups[at].lines = append(groups[at].lines, line)
		}
	}
	if len(groups) == 0 {
		return
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.of[0], b.of[0]), cmp.Compare(len(b.of), len(a.of)))
	})
	fmt.Fprintf(w, "\n%s", head)
	for _, g := range groups {
		if label := whose(presets, g.of); label != "" {
			fmt.Fprintf(w, "\n%s:\n", label)
		}
		fmt.Fprintln(w)
		for _, line := range g.lines {
			fmt.Fprintf(w, "- %s\n", line)
		}
	}
}

// whose says which presets of a section some lines are of; nothing if of all.
func whose(presets []sdk.Preset, of []int) string {
	if len(of) == len(presets) {
		return ""
	}
	onIMDS := func(i int) bool { return presets[i].Service == service.IMDS }
	imds := 0
	for i := range presets {
		if onIMDS(i) {
			imds++
		}
	}
	switch n := len(slices.DeleteFunc(slices.Clone(of), func(i int) bool { return !onIMDS(i) })); {
	case n == len(of) && n == imds:
		return "On IMDS"
	case n == 0 && len(of) == len(presets)-imds:
		return "On ECS and EKS Pod Identity"
	}
	var names []string
	for _, i := range of {
		names = append(names, "`"+presets[i].Name+"`")
	}
	return "Only " + strings.Join(names, ", ")
}
