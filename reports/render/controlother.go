package render

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// writeControlMarkdown writes a comment about a control plane.
func writeControlMarkdown(w io.Writer, d *diagnosis.Diagnosis) error {
	r, said, c := d.Report, d.Sentences(), d.Control
	m := new(markdown)
	outcome := gatesText(r)
	if r.Comparison != nil {
		outcome += "; " + comparedWords(r.Comparison)
	}
	m.heading(r.Profile.Name + ": " + outcome)
	m.paragraph(words.Capital(d.Headline()) + ".")
	m.gates(append(r.Failed(), r.Inconclusive()...))
	m.notJudged(r.GatesNotJudged)
	if r.Comparison != nil {
		m.comparison(r.Comparison)
	}
	tables := controlTables(c)
	m.control(&tables[0])
	lead := min(2, len(said.Verdict))
	m.paragraph(strings.Join(said.Verdict[:lead], " "))
	m.fold("What it means", func(m *markdown) {
		m.paragraph(strings.Join(said.Verdict[lead:], " "))
		m.paragraph(strings.Join(said.Assumptions, " "))
		m.paragraph(controlBasis(c, r))
	})
	for i := range tables[1:] {
		t := &tables[i+1]
		m.fold(t.Title, func(m *markdown) { m.control(t) })
	}
	for _, s := range said.Warnings {
		m.item(s)
	}
	_, err := io.WriteString(w, words.VisibleLines(m.text()))
	return err
}

// control writes a table of a control plane.
func (m *markdown) control(t *controlTable) {
	var lines [][]string
	for _, row := range t.Rows {
		lines = append(lines, append([]string{escaped(row[0])}, row[1:]...))
	}
	m.table(1, t.Head, lines)
}

// writeControlCSV writes a line for each caller of each case. A column has the name that
// its figure has in JSON. A figure that does not exist is an empty cell.
func writeControlCSV(w io.Writer, d *diagnosis.Diagnosis) error {
	out := csv.NewWriter(w)
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	float := func(x *float64) string {
		if x == nil {
			return ""
		}
		return strconv.FormatFloat(*x, 'g', -1, 64)
	}
	time := func(l *reports.Latency, of func(*reports.Latency) float64) string {
		if l == nil {
			return ""
		}
		x := of(l)
		return float(&x)
	}
	_ = out.Write([]string{
		"profile.name", "case.name", "plane", "caller.name", "account", "asked", "running", "throttled", "no_capacity", "denied", "failed", "lost",
		"timed_out", "withheld", "under_way", "calls", "attempts", "died", "replaced", "not_running_rate", "start_ms.p50", "start_ms.p99",
		"sharing.own_mean", "sharing.others_mean", "capacity.wasted_share",
	}) // Error reports it
	for i := range d.Report.Cases {
		c := &d.Report.Cases[i]
		p := c.ControlPlane
		for j := range p.Callers {
			a := &p.Callers[j]
			s := &a.States
			_ = out.Write([]string{
				cell(d.Report.Profile.Name), cell(c.Name), cell(p.Plane), cell(a.Name), cell(a.Account), number(a.Asked), number(s.Running), number(s.Throttled),
				number(s.NoCapacity), number(s.Denied), number(s.Failed), number(s.Lost), number(s.TimedOut), number(s.Withheld), number(s.UnderWay),
				number(a.Calls), number(a.Attempts), number(a.Died), number(a.Replaced), float(a.NotRunningRate), time(a.StartMS, median), time(a.StartMS, p99),
				float(a.Sharing.OwnMean), float(a.Sharing.OthersMean), float(p.Capacity.WastedShare),
			})
		}
	}
	out.Flush()
	return out.Error()
}
