package render

import (
	"fmt"
	"math"
	"strings"

	"tenement/internal/gate"
	"tenement/internal/words"
	"tenement/reports/capacity"
)

// valueWords is a value of what varies, in a sentence: "13 tasks", "rate 61/s", "x = 61".
func valueWords(r *capacity.Result, x float64) string {
	switch text := xText(x, r.Unit); {
	case r.Name == "x":
		return "x = " + text
	case r.Unit == "" && strings.HasSuffix(r.Name, "s") && r.Range.Step == math.Trunc(r.Range.Step) && r.Range.Step > 0:
		if x == 1 {
			return text + " " + singular(r.Name)
		}
		return text + " " + strings.ReplaceAll(r.Name, "_", " ")
	default:
		return strings.ReplaceAll(r.Name, "_", " ") + " " + text
	}
}

// singular is one of what a plural names.
func singular(name string) string {
	if one, ok := strings.CutSuffix(name, "sses"); ok {
		return one + "ss"
	}
	return strings.TrimSuffix(name, "s")
}

// counts reports whether what varies is a number of things.
func counts(r *capacity.Result, x float64) bool {
	return strings.HasPrefix(valueWords(r, x), xText(x, r.Unit)+" ")
}

// xText is a value with its unit.
func xText(x float64, unit string) string {
	text := words.Significant(x, 6)
	if x == math.Trunc(x) && x >= 0 && x < 1e15 {
		text = words.Number(uint64(x))
	}
	return text + unit
}

// failureWords is what happens at a value at which an objective does not hold.
func failureWords(r *capacity.Result, c *capacity.Case, p *capacity.Point) string {
	g := r.DecidingGate(c)
	if p.Uncounted {
		return fmt.Sprintf("no call counts for %s.%s", g.Target, g.Metric)
	}
	value, _ := metricsApart(g.Metric, p.Metric, g.Value)
	whose := "the calls of " + g.Target
	switch {
	case g.Target == gate.Endpoint:
		whose = "all calls"
	case r.Yours[c.Decides] && g.Metric == "failure_rate":
		return "you fail " + value
	}
	switch g.Metric {
	case "failure_rate":
		return fmt.Sprintf("%s of %s fail", value, whose)
	case "throttled_share":
		return fmt.Sprintf("%s of %s are throttled", value, strings.Replace(whose, "calls", "attempts", 1))
	case "expired_share", "stale_share", "cached_share":
		return fmt.Sprintf("%s of %s are %s", value, whose, strings.TrimSuffix(g.Metric, "_share"))
	case "ready_within_1s":
		return fmt.Sprintf("%s of %s are ready within 1 s", value, whose)
	case "amplification":
		attempts := "attempts"
		if value == "1" {
			attempts = "attempt"
		}
		return fmt.Sprintf("%s takes %s %s", strings.Replace(whose, "calls", "call", 1), value, attempts)
	}
	return fmt.Sprintf("%s of %s is %s", g.Metric, targetName(g.Target), value)
}

// kneeWords is the answer for a case, in sentences.
func kneeWords(r *capacity.Result, c *capacity.Case) string {
	var out []string
	say := func(format string, of ...any) { out = append(out, fmt.Sprintf(format, of...)) }
	span := fmt.Sprintf("from %s to %s", xText(r.Range.Low, r.Unit), xText(r.Range.High, r.Unit))
	switch c.Holds {
	case capacity.Unknown:
		say("Not known yet%s.", soFarWords(r, c))
	case capacity.Nowhere:
		end := r.Range.Low
		if n := len(c.Curve); n > 0 && easier(c) {
			end = r.Range.High
		}
		text := fmt.Sprintf("Nothing %s holds", span)
		if p := c.At(end); p != nil {
			text += fmt.Sprintf(": even with %s %s", valueWords(r, end), failureWords(r, c, p))
		}
		say("%s.", text)
	case capacity.Everywhere:
		beyond := "beyond"
		switch {
		case c.Upper == nil && c.Lower != nil:
			beyond = "above " + xText(r.Range.High, r.Unit)
		case c.Lower == nil && c.Upper != nil:
			beyond = "below " + xText(r.Range.Low, r.Unit)
		}
		say("Everything %s holds; the edge, if there is one, is %s.", span, beyond)
	default:
		text := valueWords(r, *c.Capacity)
		if counts(r, *c.Capacity) && *c.Capacity != 1 {
			text += " hold"
		} else {
			text += " holds"
		}
		if c.Fails != nil {
			if p := c.At(*c.Fails); p != nil {
				text += fmt.Sprintf("; at %s %s", xText(*c.Fails, r.Unit), failureWords(r, c, p))
				if c.Reason != "" {
					text += ", because " + c.Reason
				}
			}
		}
		if r.Name != "x" {
			text = words.Capital(text)
		}
		say("%s.", text)
	}
	if !c.Monotone {
		out = append(out, turnWords(r, c))
	}
	return strings.Join(out, " ")
}

// pointWords are the figure of a point and its interval, dashes if nothing counts for it.
func pointWords(metric string, p *capacity.Point, between string) (figure, interval string) {
	if p.Uncounted {
		return "–", "–"
	}
	figure, low, high := metricText(metric, p.Metric), metricText(metric, p.Low), metricText(metric, p.High)
	if low == high {
		return figure, low
	}
	return figure, low + between + high
}

// soFarWords is what is known of a case whose search ended early.
func soFarWords(r *capacity.Result, c *capacity.Case) string {
	var holds, fails []string
	for _, p := range c.Curve {
		switch {
		case p.Sure && p.Holds:
			holds = append(holds, xText(p.Value, r.Unit))
		case p.Sure:
			fails = append(fails, xText(p.Value, r.Unit))
		}
	}
	switch {
	case len(holds)+len(fails) == 0:
		return ""
	case len(fails) == 0:
		return ": holds at " + words.List(words.Some(holds), "and")
	case len(holds) == 0:
		return ": does not hold at " + words.List(words.Some(fails), "and")
	}
	return fmt.Sprintf(": holds at %s, and not at %s", words.List(words.Some(holds), "and"), words.List(words.Some(fails), "and"))
}

// easier reports whether the high end of the curve is the easier one.
func easier(c *capacity.Case) bool {
	first, last := c.Curve[0], c.Curve[len(c.Curve)-1]
	return last.Metric < first.Metric
}

// turnWords says that a curve is not monotone.
func turnWords(r *capacity.Result, c *capacity.Case) string {
	if len(c.Also) == 0 {
		return "The curve is not monotone: the figure turns back, but does not cross the bound again."
	}
	var at []string
	for _, x := range c.Also {
		at = append(at, xText(x, r.Unit))
	}
	return fmt.Sprintf("The curve is not monotone: the answer changes again near %s.", words.List(at, "and"))
}

// intervalWords is how well the capacity is known.
func intervalWords(r *capacity.Result, c *capacity.Case) string {
	switch {
	case c.Lower == nil && c.Upper == nil:
		return "–"
	case c.Upper == nil:
		return "at least " + xText(*c.Lower, r.Unit)
	case c.Lower == nil:
		return "at most " + xText(*c.Upper, r.Unit)
	case *c.Lower == *c.Upper:
		return xText(*c.Lower, r.Unit)
	}
	low, high := *c.Lower, *c.Upper
	if r.Range.Step == 0 {
		return fmt.Sprintf("%s to %s", words.Significant(low, 4), words.Significant(high, 4)+r.Unit)
	}
	return fmt.Sprintf("%s to %s", xText(low, ""), xText(high, r.Unit))
}

// marginWords says where to run, and why there.
func marginWords(r *capacity.Result, c *capacity.Case) string {
	if c.RunAt == nil {
		return ""
	}
	side := "below"
	if c.Holds == capacity.Above {
		side = "above"
	}
	text := fmt.Sprintf("run at %s, a tenth or more %s the edge", xText(*c.RunAt, r.Unit), side)
	if p := c.At(*c.RunAt); p != nil {
		text += fmt.Sprintf(": there, %s of single runs hold", words.Percent(p.SingleRuns))
	}
	return text
}

// capacityTitle says what was searched.
func capacityTitle(r *capacity.Result) string {
	return fmt.Sprintf("%s, from %s to %s, so that %s", strings.Join(r.Vary, ", "), xText(r.Range.Low, r.Unit), xText(r.Range.High, r.Unit), words.List(r.Objective, "and"))
}

// costWords is what the search took.
func costWords(r *capacity.Result) string {
	return fmt.Sprintf("Simulated: %s, %s, %s. Every value has the same seeds, from %d on; intervals are 95 %%.",
		words.Plural(r.Cost.Values, "value", "values"), words.Plural(r.Cost.Runs, "run", "runs"), words.Plural(r.Cost.Calls, "call", "calls"), r.Seed)
}

// confirmWords says what a live run showed.
func confirmWords(r *capacity.Result, c *capacity.Case, one *capacity.Confirmation) string {
	at := "live at " + xText(one.Value, r.Unit)
	if one.Missing != "" {
		return at + ": not run: " + one.Missing
	}
	g := r.DecidingGate(c)
	text := fmt.Sprintf("%s: %s %s", at, g.Metric, metricText(g.Metric, one.Metric))
	switch {
	case one.Expect && one.Agrees == nil:
		return text + ", too few calls to say whether it agrees with the simulation"
	case one.Expect && *one.Agrees:
		return text + ", as simulated"
	case one.Expect:
		return text + ", not as simulated"
	case one.Holds:
		return text + ": it holds, and should not"
	}
	return text + ": it does not hold, as expected"
}

// requireWords says whether every case takes what was required.
func requireWords(r *capacity.Result) string {
	if r.Require == nil {
		return ""
	}
	var not []string
	for i := range r.Cases {
		if !r.Cases[i].Meets(*r.Require) {
			not = append(not, r.Cases[i].Title)
		}
	}
	if len(not) == 0 {
		return fmt.Sprintf("%s required: met.", words.Capital(valueWords(r, *r.Require)))
	}
	return fmt.Sprintf("%s required: not met in %s.", words.Capital(valueWords(r, *r.Require)), words.List(not, "and"))
}
