package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"tenement/internal/gate"
	"tenement/reports/capacity"
)

// sought is the answer of a search over tasks by the rate of the limit: a column holds up to
// rate/5 tasks, and fails 1 % more with each further one.
func sought(t testing.TB) *capacity.Result {
	t.Helper()
	g, err := gate.Parse("worker.failure_rate<=0.5%")
	if err != nil {
		t.Fatal(err)
	}
	r := &capacity.Result{
		Profile: capacity.Profile{Name: "workers"}, Name: "tasks", Range: capacity.Range{Low: 1, High: 31, Step: 1},
		By:        &capacity.By{Path: "endpoint.limit.rate", Name: "rate", Unit: "/s", Range: capacity.Range{Low: 0, High: 120, Step: 20}},
		Objective: []string{g.Expr}, Gates: []gate.Gate{g}, Yours: []bool{true},
	}
	curve := func(edge float64) (points []capacity.Point) {
		for x := 1.0; x <= 31; x++ {
			if math.Mod(x, 3) != 1 && math.Abs(x-edge) > 1 {
				continue
			}
			share := max(0, x-edge) / 100
			points = append(points, capacity.Point{Value: x, Metric: share, Low: share, High: share + 0.001, Seeds: 16, Holds: x <= edge, Sure: x != edge})
		}
		return points
	}
	at, fails := 12.0, 13.0
	c := capacity.Case{Name: "as-is", Title: "as it is", Capacity: &at, Fails: &fails, Holds: capacity.Below, Monotone: true, Curve: curve(at)}
	for x := 0.0; x <= 120; x += 20 {
		p := capacity.FrontierPoint{X: x, Curve: curve(x / 5)}
		if y := x / 5; y >= 1 {
			p.Y, p.Lower, p.Upper = &y, &y, &y
		}
		c.Frontier = append(c.Frontier, p)
	}
	r.Cases = []capacity.Case{c}
	return r
}

func TestHeatMap(t *testing.T) {
	r := sought(t)
	h := newHeatMap(r, &r.Cases[0])
	const columns, rows = 7, 11
	if len(h.Cells) != columns*rows || len(h.Table) != rows || len(h.Table[0].Cells) != columns {
		t.Fatalf("%d cells and %d lines, want %d and %d", len(h.Cells), len(h.Table), columns*rows, rows)
	}
	for j, value := range []string{"31", "28", "25", "22", "19", "16", "13", "10", "7", "4", "1"} {
		if got := h.Table[j].Value; got != value {
			t.Errorf("line %d is of %s, want %s", j, got, value)
		}
	}
	// A rate of 60/s holds 12 tasks, so 10 is blue, 13 pale orange and 31 the deepest there.
	for _, row := range []struct {
		column, row        int
		class, text, reads string
	}{
		{3, 3, "o3", "0", "failure_rate 0 % (0 % – 0.1 %), 16 seeds: holds"},
		{3, 4, "f1", "1.0", "failure_rate 1.0 % (1.0 % – 1.1 %), 16 seeds: does not hold"},
		{3, 10, "f4", "19.0", "failure_rate 19.0 % (19.0 % – 19.1 %), 16 seeds: does not hold"},
		{0, 10, "f4", "31.0", "failure_rate 31.0 % (31.0 % – 31.1 %), 16 seeds: does not hold"},
	} {
		cell := h.Cells[row.column*rows+row.row]
		if cell.Class != row.class || cell.Text != row.text || h.figures.Cells[row.column][row.row] != row.reads {
			t.Errorf("column %d, row %d: got %s %q, %q, want %s %q, %q", row.column, row.row, cell.Class, cell.Text, h.figures.Cells[row.column][row.row], row.class, row.text, row.reads)
		}
	}
	// The frontier begins at the bottom, where nothing holds, and never crosses a cell: a
	// column that holds 12 tasks has it between 10 and 13, and the last one, that holds 24,
	// between 22 and 25.
	edge := func(below int) string { return coordinate(canvas * (1 - float64(below)/rows)) }
	if want := fmt.Sprintf("L428.6 %s L571.4 %s", edge(4), edge(4)); !strings.Contains(strings.ReplaceAll(h.Frontier, "L", " L"), want) {
		t.Errorf("the frontier is %s, want it to pass %s", h.Frontier, want)
	}
	if want := "L1000 " + edge(8); !strings.HasPrefix(h.Frontier, "M0 1000L142.9 1000L142.9 ") || !strings.HasSuffix(h.Frontier, want) {
		t.Errorf("the frontier is %s, want its end at %s", h.Frontier, want)
	}
	if got := h.figures.Frontier; got[0] != "nothing holds in this column" || got[3] != "the edge of this column is 12" {
		t.Errorf("the edges are %q", got)
	}
	var b bytes.Buffer
	if err := Capacity("html", &b, r); err != nil {
		t.Fatal(err)
	}
	var f figures
	if err := json.Unmarshal([]byte(scriptsOf(b.String())[0]), &f); err != nil || len(f.Heats) != 1 || len(f.Edges) != 1 {
		t.Errorf("the script reads %d maps: %v", len(f.Heats), err)
	} else if f.Heats[0].Room != heatRoom {
		t.Errorf("the script is told of the room %+v, want %+v", f.Heats[0].Room, heatRoom)
	}
}

// Of figures of which more is better, high ones are blue, and the line is below them.
func TestHeatMapAbove(t *testing.T) {
	r := sought(t)
	g, err := gate.Parse("worker.ready_within_1s>=99%")
	if err != nil {
		t.Fatal(err)
	}
	r.Gates[0] = g
	c := &r.Cases[0]
	for i := range c.Frontier {
		p := &c.Frontier[i]
		for j := range p.Curve {
			q := &p.Curve[j]
			q.Metric = 1 - max(0, 20+p.X/20-q.Value)/40
			q.Holds = q.Metric >= 0.99
		}
		y := 20 + p.X/20
		p.Y = &y
	}
	h := newHeatMap(r, c)
	if low, high := h.Cells[0].Class, h.Cells[10].Class; low != "f4" || high != "o3" {
		t.Errorf("the first column goes from %s to %s, want f4 to o3", low, high)
	}
	// From 20 tasks on the first column holds: 22 does, and 19 does not.
	if want := coordinate(canvas * (1 - 7.0/11)); !strings.HasPrefix(h.Frontier, "M0 "+want+"L142.9 "+want) {
		t.Errorf("the frontier is %s, want it to begin at %s", h.Frontier, want)
	}
	if !strings.Contains(h.Note, "from it upwards") {
		t.Error(h.Note)
	}
}

// Odd figures have colours too: nothing counts, a bound of 0, none but 0, what is infinite.
func TestHeatScale(t *testing.T) {
	for _, row := range []struct {
		gate    string
		figures []float64
		want    string
	}{
		{"a.failures<=0", []float64{0, 0, 0}, "o3 o3 o3"},
		{"a.failures<=0", []float64{0, 2, 200}, "o3 f1 f4"},
		{"a.failures<=0", []float64{0, 2, 2}, "o3 f4 f4"},
		{"a.p99<=2s", []float64{20, 1900, math.MaxFloat64}, "o3 o1 f4"},
		{"a.calls>=10", []float64{0, 9, 100}, "f4 f4 o3"},
		{"a.calls==10", []float64{10, 12, 100}, "o3 f1 f4"},
		{"a.calls!=10", []float64{10, 12, 100}, "f4 o3 o3"},
		{"a.failure_rate<=1%", []float64{-1, 0.005, 0.02}, "uncounted o1 f4"},
	} {
		g, err := gate.Parse(row.gate)
		if err != nil {
			t.Fatal(err)
		}
		var column []capacity.Point
		for _, v := range row.figures {
			column = append(column, capacity.Point{Metric: max(v, 0), Uncounted: v < 0})
		}
		s := newHeatScale(&g, [][]capacity.Point{column})
		var got []string
		for i := range column {
			got = append(got, s.class(&column[i]))
		}
		if text := strings.Join(got, " "); text != row.want {
			t.Errorf("%s of %v: got %s, want %s", row.gate, row.figures, text, row.want)
		}
		if n := len(s.legend()); n == 0 || n > 3 {
			t.Errorf("%s: the legend is %v", row.gate, s.legend())
		}
	}
}
