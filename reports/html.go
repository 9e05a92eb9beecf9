package reports

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html.tmpl
var pageSource string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// page is what the template lays out: text and coordinates, no arithmetic.
type page struct {
	Style    template.CSS
	R        *Report
	Headline string
	Facts    []string
	Tiles    []tile

	Lead, Rest            string // the verdict
	Assumptions, Warnings []string
	Story                 []string // the profile's description, paragraph by paragraph

	Agreement string
	Agrees    bool
	Basis     string // what the figures are of
	Own       string // what the run's own figures are of
	Gates     []gateLine
	Table     *pageTable
	Shares    *shareChart
	Curves    *curveChart
	Timelines *timelines
	Endpoints *endpointTables
	Figures   []figureTable
}

// tile is one key figure.
type tile struct{ Label, Figure, Note string }

// gateLine is one gate in one case.
type gateLine struct {
	Expr, Case, Figure string
	OK                 bool
}

// HTML writes one self-contained page: style and charts are inline, nothing is
// loaded and nothing is run.
func HTML(w io.Writer, r *Report) error {
	p := page{
		Style: template.CSS(pageStyle), // our own file, embedded
		R:     r, Headline: capital(headline(r)), Facts: facts(r), Tiles: tiles(r),
		Agreement: unbroken(capital(agreement(r))), Agrees: allAgree(r), Basis: capital(basis(r)), Own: "the run itself",
		Table: newPageTable(r), Shares: newShareChart(r), Curves: newCurveChart(r),
		Timelines: newTimelines(r), Endpoints: newEndpointTables(r), Figures: newFigureTables(r),
	}
	if p.Basis != "" {
		p.Own = r.ofRun()
	}
	lead := min(2, len(r.Verdict))
	p.Lead, p.Rest = unbroken(strings.Join(r.Verdict[:lead], " ")), unbroken(strings.Join(r.Verdict[lead:], " "))
	for _, paragraph := range strings.Split(r.Profile.Description, "\n\n") {
		if text := strings.Join(strings.Fields(paragraph), " "); text != "" {
			p.Story = append(p.Story, unbroken(text))
		}
	}
	for _, s := range r.Assumptions {
		p.Assumptions = append(p.Assumptions, unbroken(s))
	}
	for _, s := range r.Warnings {
		p.Warnings = append(p.Warnings, unbroken(capital(s))+".")
	}
	for _, g := range r.Gates {
		p.Gates = append(p.Gates, gateLine{g.Expr, g.Case, gateFigure(g), g.OK})
	}
	var b bytes.Buffer // so that an error leaves no half page
	if err := pageTemplate.Execute(&b, &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, printable(b.String()))
	return err
}

// facts are how the report came about, in a few words each.
func facts(r *Report) []string {
	out := []string{map[string]string{Live: "live over HTTP", Sim: "simulated"}[r.Engine]}
	if r.DurationS > 0 {
		out = append(out, "calls for "+span(r.DurationS))
	}
	out = append(out, fmt.Sprintf("seed %d", r.Seed))
	if len(r.Cases) > 0 {
		if n := r.Cases[0].runs(); n > 1 {
			out[len(out)-1] = plural(uint64(n), "run", "runs") + " with as many seeds"
		}
		for _, g := range r.Cases[0].Groups {
			if g.Simulated != nil {
				beside := "simulated beside it"
				if r.Engine == Sim {
					beside = "for the shares"
				}
				out = append(out, plural(g.Simulated.Seeds, "seed", "seeds")+" "+beside)
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
func tiles(r *Report) []tile {
	s := newStory(r)
	if s == nil {
		return nil
	}
	var out []tile
	if s.sole && s.capacity > 0 && s.shared {
		out = append(out, tile{"Asked of " + s.theLimit(), roughly(s.asked() / s.capacity), "with retries " + roughly(s.load()/s.capacity)})
	} else {
		out = append(out, tile{"Asked", perS(s.you.perSecond(s.you.firstTries) + s.them.perSecond(s.them.firstTries)), "by all tasks together"})
	}
	note := s.base.Title
	if s.you.simulated && r.Engine == Live {
		note += fmt.Sprintf(", live %s of %s", number(s.you.own), number(ownCalls(&s.you)))
	}
	out = append(out, tile{"You fail", s.you.failShare(), note})
	if s.them.calls > 0 {
		out = append(out, tile{"The neighbours fail", s.them.failShare(), theirTasks(&s.them)})
	}
	var best *row
	for _, row := range s.asking() {
		if row.you.rate() < s.you.rate() && (best == nil || row.you.rate() < best.you.rate()) {
			best = &row
		}
	}
	if best != nil {
		out = append(out, tile{"Best that still asks", best.you.failShare(), best.c.Title})
	}
	return out
}

// theirTasks says who the neighbours are.
func theirTasks(them *side) string {
	n := 0
	for _, g := range them.groups {
		n += max(g.Tasks, 0)
	}
	return plural(uint64(n), "task", "tasks") + " a host: " + list(them.names(), "and")
}

// ownCalls are the calls that the run itself counted.
func ownCalls(s *side) (n uint64) {
	for _, g := range s.groups {
		n += g.Calls
	}
	return n
}

// allAgree reports whether no group of any case disagrees with its simulation.
func allAgree(r *Report) bool {
	for i := range r.Cases {
		for _, g := range r.Cases[i].Groups {
			if g.Simulated != nil && g.Simulated.Agrees != nil && !*g.Simulated.Agrees {
				return false
			}
		}
	}
	return true
}
