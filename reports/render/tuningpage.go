package render

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports/tuning"
)

// tuningPage is what the template of a tuning lays out.
type tuningPage struct {
	pageFrame
	R                           *tuning.Result
	Name, Title, Basis, Partial string
	Tiles                       []tile
	Advice                      []advice
	Points                      []pagePoint
	Line                        string // through those that nothing beats in both of the plot's figures
	XLow, XHigh, YLow, YHigh    string
	Rows                        []pageCandidate
	Notes                       []string
}

// advice is a recommendation on the page.
type advice struct {
	Title          string
	Changes, Under []string
	Steps          []adviceStep
}

// pagePoint is a candidate in the plot.
type pagePoint struct {
	X, Y       string // percent
	Mark, Note string
	Today      bool
}

// pageCandidate is a row of the table.
type pageCandidate struct {
	Name, Settings string
	Cells          []string
}

// writeTuningHTML writes a tuning as a page like that of a report.
func writeTuningHTML(w io.Writer, r *tuning.Result) error {
	p := tuningPage{
		R: r, Name: r.Profile.Name,
		Title: words.Capital(tuningTitle(r)), Basis: words.Capital(tuningBasis(r)) + ".",
	}
	if r.Partial != "" {
		p.Partial = words.Capital(tuningPartial(r)) + "."
	}
	p.Tiles = append(p.Tiles, tile{"You fail today", words.Percent(r.Today.Figures.FailureRate.Value), r.Title})
	for i := range r.Recommendations {
		a := &r.Recommendations[i]
		p.Tiles = append(p.Tiles, tile{words.Capital(a.Name), words.Percent(a.Candidate.Figures.FailureRate.Value), "of your calls fail: " + a.Candidate.Name})
		p.Advice = append(p.Advice, advice{adviceTitle(r, a), adviceChanges(r, a), adviceUnder(r, a), adviceSteps(r, a)})
	}
	for i := range r.Front {
		c := &r.Front[i]
		p.Rows = append(p.Rows, pageCandidate{c.Name, settingsWords(c), tuningCells(c)[1:]})
	}
	for _, note := range tuningNotes(r) {
		p.Notes = append(p.Notes, words.Capital(note)+".")
	}
	p.pageFrame = newPageFrame(figures{Front: p.plot(r)})
	var b bytes.Buffer // so that an error leaves no half page
	if err := pageTemplate().ExecuteTemplate(&b, "tuning.html.tmpl", &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// frontFigures is the plot, for the script: candidates in order of their p99.
type frontFigures struct {
	LeastMS float64       `json:"least_ms"` // less than that is as good
	Points  []frontFigure `json:"points"`
}

// frontFigure is a candidate.
type frontFigure struct {
	Mark  string  `json:"mark"`
	Text  string  `json:"text"`
	Today bool    `json:"today"`
	Line  bool    `json:"line"` // nothing beats it in both
	MS    float64 `json:"ms"`
	Rate  float64 `json:"rate"`
}

// plot places the candidates in the plot; nil if there are fewer than two.
func (p *tuningPage) plot(r *tuning.Result) *frontFigures {
	points, x, y := tuningPoints(r)
	if len(points) < 2 {
		return nil
	}
	p.XLow, p.XHigh, p.YLow, p.YHigh = x.low, x.high, y.low, y.high
	slices.SortStableFunc(points, func(a, b plotted) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	f := &frontFigures{LeastMS: leastPlotted}
	var line path
	last := 2.0
	for _, one := range points {
		is := &one.of.Figures
		note := fmt.Sprintf("%s: %s fail, p99 %s. %s", one.of.Name, words.Percent(is.FailureRate.Value), words.Milliseconds(is.P99.Value), settingsWords(one.of))
		p.Points = append(p.Points, pagePoint{
			X: coordinate(100 * one.x), Y: coordinate(100 * one.y), Mark: string(one.mark), Today: one.mark == 'o', Note: note,
		})
		f.Points = append(f.Points, frontFigure{
			Mark: string(one.mark), Text: words.Visible(note), Today: one.mark == 'o', Line: one.y < last,
			MS: stat.Tidy(is.P99.Value), Rate: stat.Tidy(is.FailureRate.Value),
		})
		if one.y >= last {
			continue
		}
		if last > 1 {
			line.move(canvas*one.x, canvas*(1-one.y))
		} else {
			line.line(canvas*one.x, canvas*(1-one.y))
		}
		last = one.y
	}
	p.Line = line.String()
	return f
}
