package render

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

//go:embed page.html.tmpl charts.html.tmpl shifts.html.tmpl comparison.html.tmpl capacity.html.tmpl tuning.html.tmpl
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
	R        *reports.Report
	Headline string
	Facts    []string
	Tiles    []tile

	Lead, Rest            string // the verdict
	Assumptions, Warnings []string
	Description           []string // of the profile, paragraph by paragraph

	Agreement string
	Agrees    bool
	Basis     string // what the figures are of
	Run       string // what the counts are of
	Failed    []gateLine
	Unsure    []gateLine // those that are inconclusive, or were not judged
	Held      []gateLine
	HeldTitle string // how many of how many gates hold
	Table     *pageTable
	Replayed  []replayedTable
	Shares    *shareChart
	Curves    *curveChart
	Timelines *timelines
	Endpoints *endpointTables
	Cases     []caseTable
	Shifts    *shiftChart // beside a baseline; nil without one
}

// tile is one key figure.
type tile struct{ Label, Figure, Note string }

// gateLine is one gate in one case.
type gateLine struct{ Verdict, Expr, Case, Figure string }

// writeHTML writes one self-contained page: style, drawings and script are inline, and
// nothing is loaded. The script is ours and the same for every report; the page's policy
// lets nothing else run.
func writeHTML(w io.Writer, d *diagnosis.Diagnosis) error {
	r, said := d.Report, d.Sentences()
	p := page{
		R: r, Headline: words.Capital(d.Headline()), Facts: facts(d), Tiles: tiles(d),
		Agreement: words.Unbroken(d.AgreementText()), Agrees: d.Sample.Agreement.Off == nil, Basis: d.Basis(), Run: "the run itself",
		Table: newPageTable(d), Replayed: newReplayedTables(d), Shares: newShareChart(d), Curves: newCurveChart(d),
		Timelines: newTimelines(d), Endpoints: newEndpointTables(d), Cases: newCaseTables(r),
	}
	p.pageFrame, p.Shifts = newPageFrame(p.figures()), newShiftChart(r.Comparison)
	if p.Basis != "" {
		p.Run = d.RunName()
	}
	lead := min(2, len(said.Verdict))
	p.Lead, p.Rest = words.Unbroken(strings.Join(said.Verdict[:lead], " ")), words.Unbroken(strings.Join(said.Verdict[lead:], " "))
	for _, paragraph := range strings.Split(r.Profile.Description, "\n\n") {
		if text := strings.Join(strings.Fields(paragraph), " "); text != "" {
			p.Description = append(p.Description, words.Unbroken(text))
		}
	}
	for _, s := range said.Assumptions {
		p.Assumptions = append(p.Assumptions, words.Unbroken(s))
	}
	for _, s := range said.Warnings {
		p.Warnings = append(p.Warnings, words.Unbroken(words.Capital(s))+".")
	}
	p.Failed, p.Unsure, p.Held = gateLines(r)
	p.HeldTitle = words.Capital(diagnosis.GatesText(r))
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

// gateLines are the gates that failed, those that another run might not meet or that were
// not judged, and the others.
func gateLines(r *reports.Report) (failed, unsure, held []gateLine) {
	for i := range r.Gates {
		g := &r.Gates[i]
		line := gateLine{"gate " + diagnosis.GateVerdict(g), g.Expr, g.Case, diagnosis.GateText(g)}
		switch {
		case !g.OK:
			failed = append(failed, line)
		case g.Inconclusive:
			unsure = append(unsure, line)
		default:
			held = append(held, line)
		}
	}
	for _, g := range r.GatesNotJudged {
		unsure = append(unsure, gateLine{"gate not judged", g.Expr, g.Case, g.Reason})
	}
	return failed, unsure, held
}

// facts are how the report came about, in a few words each.
func facts(d *diagnosis.Diagnosis) []string {
	r := d.Report
	out := []string{map[string]string{reports.Live: "live over HTTP", reports.Sim: "simulated"}[r.Engine]}
	if r.DurationS > 0 {
		out = append(out, "calls for "+words.Span(r.DurationS))
	}
	run := fmt.Sprintf("seed %d", r.Seed)
	if d.Base != nil && d.Base.Runs() > 1 {
		run = words.Plural(uint64(d.Base.Runs()), "run", "runs") + " with as many seeds"
	}
	out = append(out, run)
	if d.Base != nil {
		for _, g := range d.Base.Groups {
			if g.Simulated != nil {
				purpose := "simulated beside it"
				if r.Engine == reports.Sim {
					purpose = "for shares"
				}
				out = append(out, words.Plural(g.Simulated.Seeds, "seed", "seeds")+" "+purpose)
				break
			}
		}
	}
	if r.Partial {
		out = append(out, "interrupted")
	}
	return out
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
	out = append(out, tile{"You fail", failShare(&d.You), d.Base.Title + ofBoth(base, ofYou)})
	for _, o := range []struct {
		label string
		t     *diagnosis.Totals
		both  string
	}{{"Your other tasks fail", &d.Yours, ofBoth(base, ofYours)}, {"The neighbours fail", &d.Neighbours, ofBoth(base, ofNeighbours)}} {
		if o.t.Calls > 0 {
			tasks := words.Plural(uint64(o.t.Tasks()), "task", "tasks") + " per host: " + words.List(words.Some(o.t.Names()), "and")
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
