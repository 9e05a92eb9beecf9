package render

import (
	"strings"

	"tenement/internal/gate"
	"tenement/internal/words"
	"tenement/reports/capacity"
)

// metricUnit is a metric and the unit of the figures in cells.
func metricUnit(name string) string {
	if metric, _ := gate.MetricOf(name); metric.Unit == gate.Fraction {
		return name + " in %"
	}
	return name
}

// cellWords is the figure of a cell, short.
func cellWords(metric string, p *capacity.Point) string {
	figure, _ := pointWords(metric, p, "")
	return strings.ReplaceAll(strings.TrimSuffix(figure, " %"), "< ", "<")
}

// readingWords is what is known of a cell.
func readingWords(metric string, p *capacity.Point) string {
	figure, ends := pointWords(metric, p, " – ")
	text := metric + " " + figure
	if figure != ends {
		text += " (" + ends + ")"
	}
	text += ", " + words.Plural(uint64(max(p.Seeds, 0)), "seed", "seeds")
	if p.Holds {
		text += ": holds"
	} else {
		text += ": does not hold"
	}
	if !p.Sure {
		text += ", not sure"
	}
	return text
}

// edgeWords is the capacity of a column.
func edgeWords(r *capacity.Result, p *capacity.FrontierPoint) string {
	if p.Y == nil {
		return "nothing holds in this column"
	}
	text := "the edge of this column is " + xText(*p.Y, r.Unit)
	one := capacity.Case{Lower: p.Lower, Upper: p.Upper}
	if ends := intervalWords(r, &one); ends != "–" && ends != xText(*p.Y, r.Unit) {
		text += " (" + ends + ")"
	}
	return text
}
