package render

import (
	"fmt"
	"slices"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// planeCharts are a control plane over time, case by case.
type planeCharts struct {
	All     []planeChart
	Loss    bool // a zone or a cell is lost
	figures []planeFigures
}

// planeChart is one case: the tasks that are asked for, that become RUNNING and that will
// not, and below them what is free of the capacity.
type planeChart struct {
	Label, Note, Unit       string
	Open                    bool
	Running, Asked, Refused string // paths
	Free, FreeTop           string // a path, and the end of its axis; empty without capacity
	Losses                  []faultSpan
	Names                   []faultLabel
	X, Y                    []tick
	Desc                    string
	Step                    string
	Table                   [][]string
}

// planeFigures is what the script reads: counts of each bucket.
type planeFigures struct {
	Label   string      `json:"label"`
	StepS   float64     `json:"step_s"` // the width of a bucket
	Asked   []uint32    `json:"asked"`
	Running []uint32    `json:"running"`
	Refused []uint32    `json:"refused"`
	Free    []float64   `json:"free"` // at the least; null without capacity
	Most    float64     `json:"most"` // the end of the axis of Free
	Unit    string      `json:"unit"` // of Free
	Faults  []faultTime `json:"faults"`
}

// newPlaneCharts are those of all cases that have a series, nil if none has. Cases with the
// same unit of capacity have the same axis for it.
func newPlaneCharts(c *diagnosis.Control) *planeCharts {
	most := map[string]float64{} // by the unit
	for i := range c.Rows {
		if cp := c.Rows[i].Case.ControlPlane; cp.Series != nil {
			unit := unitOf(cp.Plane)
			most[unit] = max(most[unit], maximum(freeOver(cp.Series)))
		}
	}
	p := new(planeCharts)
	for i := range c.Rows {
		row := &c.Rows[i]
		if s := row.Case.ControlPlane.Series; s == nil || len(s.Asked) == 0 {
			continue
		}
		chart, f := newPlaneChart(row, most)
		chart.Open = len(p.All) == 0
		p.All, p.figures = append(p.All, chart), append(p.figures, f)
		p.Loss = p.Loss || len(chart.Losses) > 0
	}
	if p.All == nil {
		return nil
	}
	return p
}

func newPlaneChart(row *diagnosis.ControlRow, most map[string]float64) (planeChart, planeFigures) {
	cp := row.Case.ControlPlane
	s := cp.Series
	n, seconds := len(s.Asked), s.BucketS*float64(len(s.Asked))
	f := planeFigures{
		Label: words.Visible(row.Case.Title), StepS: s.BucketS, Asked: s.Asked, Running: s.Running, Refused: s.Refused,
		Unit: unitOf(cp.Plane), Faults: lossTimes(cp.Losses, seconds),
	}
	asked, running, refused := perStep(s.Asked, 1, n, s.BucketS), perStep(s.Running, 1, n, s.BucketS), perStep(s.Refused, 1, n, s.BucketS)
	top := roundAbove(max(slices.Max(asked), slices.Max(running), slices.Max(refused)))
	chart := planeChart{
		Label: row.Case.Title, Note: words.Percent(row.Share()) + " not RUNNING", Unit: f.Unit,
		X: clock(seconds), Y: ticksTo(top, words.PerSecond),
		Desc: fmt.Sprintf("%s: up to %s are asked for, and up to %s will not run.", row.Case.Title, words.PerSecond(slices.Max(asked)), words.PerSecond(slices.Max(refused))),
	}
	chart.Losses, chart.Names = faultSpans(f.Faults, seconds)
	for _, values := range [][]float64{asked, running, refused} {
		scale(values, top)
	}
	zero := make([]float64, n)
	chart.Running, chart.Asked, chart.Refused = steps(running, zero), staircase(asked), staircase(refused)
	if len(s.Levels) > 0 {
		free := freeOver(s)
		f.Free, f.Most = slices.Clone(free), roundAbove(most[f.Unit])
		for i := range f.Free {
			f.Free[i] = stat.Tidy(f.Free[i])
		}
		scale(free, f.Most)
		chart.Free, chart.FreeTop = steps(free, zero), words.Significant(f.Most, 4)
	}
	chart.table(s, f.Free)
	return chart, f
}

// table is the series in steps that a table has room for.
func (chart *planeChart) table(s *reports.ControlSeries, free []float64) {
	width := (len(s.Asked) + timeRows - 1) / timeRows
	chart.Step = span(s.BucketS * float64(width))
	for i := 0; i < len(s.Asked); i += width {
		end := min(i+width, len(s.Asked))
		running, took := total(s.Running[i:end]), 0.0
		for j := i; j < end; j++ {
			took += s.StartMS[j] * float64(s.Running[j])
		}
		mean := "–"
		if running > 0 {
			mean = words.Milliseconds(took / float64(running))
		}
		line := []string{
			span(s.BucketS * float64(i)), words.Number(total(s.Asked[i:end])), words.Number(running), words.Number(total(s.Refused[i:end])),
			words.Number(uint64(slices.Max(s.Alive[i:end]))), mean,
		}
		if free != nil {
			line = append(line, words.Significant(slices.Min(free[i:end]), 4))
		}
		chart.Table = append(chart.Table, line)
	}
}

func total(row []uint32) (n uint64) {
	for _, x := range row {
		n += uint64(x)
	}
	return n
}
