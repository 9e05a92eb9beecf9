package render

import (
	"fmt"
	"math"

	"tenement/internal/gate"
	"tenement/reports/capacity"
)

// heatScale gives cells their colours by equal ratios: o3 to o1 within the bound, from the
// best of the map up to the bound; f1 to f4 beyond it, from the nearest to it to the worst.
type heatScale struct {
	g           *gate.Gate
	bound, best float64 // how bad the bound is, and the best within it
	first, most float64 // beyond the bound: the nearest to it, and the worst
	ends        map[string][2]float64
}

// leastSpan is the least ratio that the colours of a side span: smaller differences would
// look larger than they are.
const leastSpan = 16

// The classes of cells, from the best to the worst.
var heatClasses = []string{"o3", "o2", "o1", "f1", "f2", "f3", "f4"}

// newHeatScale is the scale of a map.
func newHeatScale(g *gate.Gate, columns [][]capacity.Point) *heatScale {
	s := &heatScale{g: g, ends: map[string][2]float64{}, first: math.Inf(1)}
	s.bound = s.bad(g.Value)
	s.best = s.bound / leastSpan
	for _, column := range columns {
		for i := range column {
			if column[i].Uncounted {
				continue
			}
			switch bad := s.bad(column[i].Metric); {
			case math.IsInf(bad, 0):
			case !s.within(&column[i]):
				s.first, s.most = min(s.first, bad), max(s.most, bad)
			case bad > 0:
				s.best = min(s.best, bad)
			}
		}
	}
	s.first = min(s.first, max(s.bound, s.most/leastSpan))
	for _, column := range columns {
		for i := range column {
			class := s.class(&column[i])
			at, known := s.ends[class]
			if v := column[i].Metric; known {
				s.ends[class] = [2]float64{min(at[0], v), max(at[1], v)}
			} else {
				s.ends[class] = [2]float64{v, v}
			}
		}
	}
	return s
}

// bad is a figure as one of which less is better.
func (s *heatScale) bad(figure float64) float64 {
	metric, _ := gate.MetricOf(s.g.Metric)
	switch {
	case s.g.Op[0] == '>' && metric.Unit == gate.Fraction:
		return 1 - figure
	case s.g.Op[0] == '>':
		return s.g.Value * s.g.Value / figure
	case s.g.Op == "!=" && figure != s.g.Value:
		return 0
	case s.g.Op == "==" || s.g.Op == "!=":
		return math.Abs(figure - s.g.Value)
	}
	return figure
}

// within reports whether a figure is within the bound, whatever else is to hold.
func (s *heatScale) within(p *capacity.Point) bool {
	holds, err := s.g.Holds(p.Metric, s.g.Value)
	return err == nil && holds
}

// class is the colour of a cell.
func (s *heatScale) class(p *capacity.Point) string {
	bad := s.bad(p.Metric)
	switch {
	case p.Uncounted:
		return "uncounted"
	case !s.within(p):
		return "f" + heatStep(math.Log(bad/s.first)/math.Log(s.most/s.first), 4)
	}
	return "o" + heatStep(math.Log(s.bound/bad)/math.Log(s.bound/s.best), 3)
}

// heatStep is one of n steps: the last for what is not a number.
func heatStep(part float64, n int) string {
	if math.IsNaN(part) || part >= 1 {
		return fmt.Sprint(n)
	}
	return fmt.Sprint(1 + int(max(part, 0)*float64(n)))
}

// legend are the colours that the map has, with the figures that have them.
func (s *heatScale) legend() []heatKey {
	var keys []heatKey
	for _, class := range heatClasses {
		if at, known := s.ends[class]; known {
			low, high := metricText(s.g.Metric, at[0]), metricText(s.g.Metric, at[1])
			if low != high {
				low += " – " + high
			}
			keys = append(keys, heatKey{class, low})
		}
	}
	if _, known := s.ends["uncounted"]; known {
		keys = append(keys, heatKey{"uncounted", "nothing counts"})
	}
	return keys
}
