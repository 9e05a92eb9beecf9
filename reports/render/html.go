package render

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"sync"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

//go:embed page.html.tmpl charts.html.tmpl shifts.html.tmpl comparison.html.tmpl capacity.html.tmpl control.html.tmpl opening.html.tmpl tuning.html.tmpl
var pageSources embed.FS

//go:embed page.css
var pageStyle string

// pageTemplate is parsed when the first page is written: most runs write none.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page.html.tmpl").ParseFS(pageSources, "*.html.tmpl"))
})

// page is what the template lays out: text and coordinates, no arithmetic.
type page struct {
	pageFrame
	opening
	Run       string // what the counts are of
	Table     *pageTable
	Replayed  []replayedTable
	Shares    *shareChart
	Curves    *curveChart
	Timelines *timelines
	Endpoints *endpointTables
	Starts    *startTables
	Cases     []caseTable
	Shifts    *shiftChart // beside a baseline; nil without one
}

// tile is one key figure.
type tile struct{ Label, Figure, Note string }

// writeHTML writes one self-contained page: style, drawings and script are inline, and
// nothing is loaded. The script is ours and the same for every report; the page's policy
// lets nothing else run.
func writeHTML(w io.Writer, d *diagnosis.Diagnosis) error {
	if d.Control != nil {
		return writeControlHTML(w, d)
	}
	r := d.Report
	p := page{
		opening: newOpening(d), Run: "the run itself",
		Table: newPageTable(d), Replayed: newReplayedTables(d), Shares: newShareChart(d), Curves: newCurveChart(d),
		Timelines: newTimelines(d), Endpoints: newEndpointTables(d), Starts: newStartTables(d), Cases: newCaseTables(r),
	}
	p.Tiles, p.Basis = tiles(d), d.Basis()
	p.Agreement, p.Agrees = words.Unbroken(d.AgreementText()), d.Sample.Agreement.Off == nil
	p.pageFrame, p.Shifts = newPageFrame(p.figures()), newShiftChart(r.Comparison)
	if p.Basis != "" {
		p.Run = d.RunName()
	}
	var b bytes.Buffer // so that an error leaves no half page
	if err := pageTemplate().Execute(&b, &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// figures are those of the page's charts.
func (p *page) figures() (f figures) {
	if p.Timelines != nil {
		for i := range p.Timelines.All {
			f.Times = append(f.Times, p.Timelines.All[i].figures)
		}
	}
	if p.Curves != nil {
		f.Curves = p.Curves.figures
	}
	if p.Shares != nil {
		f.Shares = &p.Shares.figures
	}
	return f
}

// tiles are the figures that a reader should take away.
func tiles(d *diagnosis.Diagnosis) []tile {
	if d.Base == nil {
		return nil
	}
	var out []tile
	if l := &d.Limit; l.Comparable() {
		label := "Load on the limit"
		if l.Varies {
			label = "Load on the limit's mean"
		}
		out = append(out, tile{label, words.Roughly(l.Asked / l.Capacity), "with retries " + words.Roughly(l.Load/l.Capacity)})
	} else {
		first := func(t *diagnosis.Totals) float64 { return t.PerSecond(t.FirstTries) }
		out = append(out, tile{"Load", words.PerSecond(first(&d.You) + first(&d.Yours) + first(&d.Neighbours)), "by all tasks together"})
	}
	base := &d.Rows[0]
	if d.StartsFirst() {
		out = append(startTiles(d), tile{"Calls that fail", failShare(&d.You), "of those that your tasks make to start" + ofBoth(base, ofYou)}, out[0])
	} else {
		out = append(out, tile{"You fail", failShare(&d.You), d.Base.Title + ofBoth(base, ofYou)})
	}
	for _, o := range []struct {
		label string
		t     *diagnosis.Totals
		both  string
	}{{"Your other tasks fail", &d.Yours, ofBoth(base, ofYours)}, {"The neighbours fail", &d.Neighbours, ofBoth(base, ofNeighbours)}} {
		if o.t.Calls > 0 {
			tasks := words.Plural(uint64(o.t.AllTasks(1)), "task", "tasks") + " per host"
			if slices.ContainsFunc(o.t.Groups, func(g *reports.Group) bool { return g.Placed != nil }) {
				tasks = words.Plural(uint64(o.t.AllTasks(base.Case.Endpoint.Hosts)), "task", "tasks") + " on all hosts"
			}
			tasks += ": " + words.List(words.Some(o.t.Names()), "and")
			out = append(out, tile{o.label, failShare(o.t), tasks + o.both})
		}
	}
	if best := d.Others.Best; best != nil && best.You.FailureRate() < d.You.FailureRate() {
		out = append(out, tile{"Best strategy", failShare(&best.You), best.Case.Title + ofBoth(best, ofYou)})
	}
	return out
}

// ofBoth says which share failed live and simulated, where there are both.
func ofBoth(row *diagnosis.Row, of func(*diagnosis.Side) *diagnosis.Totals) string {
	if row.Live == nil {
		return ""
	}
	return fmt.Sprintf(": %s live, %s simulated", failShare(of(row.Live)), failShare(of(row.Simulated)))
}

func ofYou(s *diagnosis.Side) *diagnosis.Totals        { return &s.You }
func ofYours(s *diagnosis.Side) *diagnosis.Totals      { return &s.Yours }
func ofNeighbours(s *diagnosis.Side) *diagnosis.Totals { return &s.Neighbours }
