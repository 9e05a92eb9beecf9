package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/words"
	"tenement/profiles"
)

// presetRow is a line of `strategy list`: the presets of one SDK and version that
// differ in the service alone.
type presetRow struct {
	name, release, checked string
	asks                   []string // the services, in their order
}

// presetRows are the lines of `strategy list`.
func presetRows() []presetRow {
	var rows []presetRow
	for _, p := range sdk.Presets() {
		row := presetRow{p.Family(), p.Release, "run", askedBy(&p)}
		if !strings.HasPrefix(p.Checked, "run ") {
			row.checked = "from source"
		}
		same := func(r presetRow) bool {
			return r.name == row.name && r.release == row.release && r.checked == row.checked
		}
		if i := slices.IndexFunc(rows, same); i >= 0 {
			rows[i].asks = append(rows[i].asks, row.asks...)
			continue
		}
		rows = append(rows, row)
	}
	for i := range rows {
		slices.SortFunc(rows[i].asks, func(a, b string) int {
			return cmp.Compare(slices.Index(service.Names(), a), slices.Index(service.Names(), b))
		})
		// A name without a service stands for ECS: where that is no preset, the
		// line has the name in full.
		if _, _, ok := sdk.Named(rows[i].name); !ok {
			rows[i].name += "@" + rows[i].asks[0]
		}
	}
	return rows
}

// listOwn prints the table of the user's strategies, if there are any.
func (p *program) listOwn(own *profiles.Strategies) {
	all := own.All()
	if len(all) == 0 {
		return
	}
	width := len("your own")
	for i := range all {
		width = max(width, len(all[i].Name))
	}
	row := func(name, from, title string) {
		text := fmt.Sprintf("%-*s  %-24s  %s", width, name, from, words.Visible(title))
		fmt.Fprintln(p.stdout, strings.TrimRight(text, " "))
	}
	row("your own", "starts from", "called")
	for i := range all {
		row(all[i].Name, words.Visible(all[i].From), all[i].Title)
	}
	fmt.Fprintln(p.stdout)
}

// listPresets prints the table of the presets, and the other names of the SDKs.
func (p *program) listPresets() {
	rows := append([]presetRow{{"name", "release", "checked", []string{"asks"}}}, presetRows()...)
	for _, r := range rows {
		fmt.Fprintf(p.stdout, "%-24s  %-9s  %-27s  %s\n", r.name, r.release, strings.Join(r.asks, ", "), r.checked)
	}
	fmt.Fprint(p.stdout, `
release: the newest one that the preset mirrors. checked: against recordings of
the real SDK (run), or against its source alone.
A name alone is what the SDK does on ECS. For the others add the service, as in
botocore@imds or aws-sdk-go-v2@1.47@eks-pod-identity.
See also: loadgen strategy show NAME, loadgen strategy explain NAME --fault 429
Policies to choose from: loadgen strategy list --strategies examples

Other names:
`)
	aliases := sdk.Aliases()
	var others [][2]string
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		others = append(others, [2]string{"  " + name, strings.Join(aliases[name], ", ")})
	}
	p.list(others)
}
