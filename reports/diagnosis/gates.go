package diagnosis

import (
	"fmt"
	"math"

	"tenement/internal/gate"
	"tenement/internal/words"
	"tenement/reports"
)

// GateVerdict is how a gate fared, in a few words: "failed", "holds, inconclusive".
func GateVerdict(g *reports.GateResult) string {
	text := "failed"
	if g.OK {
		text = "holds"
	}
	if g.Inconclusive {
		text += ", inconclusive"
	}
	return text
}

// GateText is the figure of a gate, and how far from its bound it is: "11.8 %, 10.8
// points above 1 %". If that is not certain it has the interval too.
func GateText(g *reports.GateResult) string {
	if g.Value == nil {
		return "no figure"
	}
	metric, _ := gate.MetricOf(g.Metric) // one that is not known is a number
	unit := metric.Unit
	figure, bound := unit.Apart(*g.Value, g.Bound)
	text := figure
	if margin := unit.Margin(*g.Value, g.Bound); margin != "" {
		text += ", " + margin + " " + bound
	} else {
		text += ", the bound itself"
	}
	text += gateBound(unit, g)
	if g.Inconclusive && g.CI95 != nil {
		text += "; " + intervalText(unit, g.CI95, g.Bound)
	}
	if g.EndedRunS > 0 {
		text += fmt.Sprintf(" after %s, when nothing that could still come would have met it: the run ended", words.Span(g.EndedRunS))
	}
	return text
}

// gateBound says what a bound is a multiple of, in brackets; nothing if it is a value.
func gateBound(unit gate.Unit, g *reports.GateResult) string {
	a := g.Against
	if a == nil {
		return ""
	}
	of := "the baseline"
	if a.Case != "" {
		of = a.Case
	}
	if a.Factor == 1 {
		return fmt.Sprintf(" (as in %s)", of)
	}
	return fmt.Sprintf(" (%s × %s in %s)", words.Significant(a.Factor, 6), unit.Text(a.Value), of)
}

// intervalText is a 95 % interval in the unit of a metric, whose ends can be told from the
// bound.
func intervalText(unit gate.Unit, ci *reports.Interval, bound float64) string {
	low, _ := unit.Apart(ci.Low, bound)
	if math.IsInf(ci.High, 1) {
		return fmt.Sprintf("95 %% interval from %s on: too few samples to bound it", low)
	}
	high, _ := unit.Apart(ci.High, bound)
	return fmt.Sprintf("95 %% interval %s to %s", low, high)
}

// GatesText counts the gates: "2 of 3 gates hold, 1 of them inconclusive; 1 was not
// judged". It is empty if there are none.
func GatesText(r *reports.Report) string {
	if len(r.Gates)+len(r.GatesNotJudged) == 0 {
		return ""
	}
	held := len(r.Gates) - len(r.Failed())
	text := fmt.Sprintf("%d of %s hold", held, words.Plural(uint64(len(r.Gates)), "gate", "gates"))
	if held == 1 || len(r.Gates) == 1 {
		text += "s"
	}
	switch n := len(r.Inconclusive()); {
	case n > 0 && len(r.Gates) == 1:
		text += ", inconclusive"
	case n > 0:
		text += fmt.Sprintf(", %d of them inconclusive", n)
	}
	if n := uint64(len(r.GatesNotJudged)); n > 0 {
		text += fmt.Sprintf("; %s %s not judged", words.Number(n), words.Were(n))
	}
	return text
}
