package diagnosis

import (
	"fmt"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// sayHelp says which strategy helps you, and what it costs.
func (d *Diagnosis) sayHelp() string {
	o := &d.Others
	switch {
	case o.Best == nil:
		return ""
	case o.Unclear && o.Best.You.Failures > 0:
		return fmt.Sprintf("With %q %s, but that may be chance.", o.Best.Case.Title, d.instead(&o.Best.You))
	case o.Unclear:
		return "Too few of your calls fail to tell whether another strategy helps."
	case !o.Helps && len(o.Strategies) > 1:
		return fmt.Sprintf("No other strategy helps: with the best, %q, you still fail %s.", o.Best.Case.Title, words.Roughly(o.Best.You.FailureRate()))
	case !o.Helps && o.Worst != nil:
		return "" // see sayHarm
	case !o.Helps:
		return fmt.Sprintf("The other strategy does not help: with %q %s.", o.Best.Case.Title, d.instead(&o.Best.You))
	}
	means := map[Means]string{ByCache: "A cache", ByRetrying: "Retrying", ByOther: "Another strategy"}[o.How]
	if o.How == ByCache && d.replaysYou() {
		means = "A cache for each task"
	}
	sentence := fmt.Sprintf("%s helps: with %q %s", means, o.Best.Case.Title, d.instead(&o.Best.You))
	if o.Slower > 0 {
		sentence += fmt.Sprintf(" (but one success in a hundred takes over %s)", words.Milliseconds(o.Slower))
	}
	return sentence + "." + priceWords(o.Price) + settingWords(o.Best.Case)
}

// settingWords say what to set in an SDK to get a case's strategy, if anything says it.
func settingWords(c *reports.Case) string {
	if c.SDKSetting == "" {
		return ""
	}
	return fmt.Sprintf(" To get %q: %s.", c.Title, strings.TrimRight(c.SDKSetting, "."))
}

// priceWords is what a change does to the neighbours, in percentage points.
func priceWords(price *float64) string {
	switch {
	case price == nil:
		return ""
	case *price >= 0.05:
		return fmt.Sprintf(" It costs the neighbours %s.", pointsOf(*price))
	case *price <= -0.05:
		return fmt.Sprintf(" It spares the neighbours %s.", pointsOf(-*price))
	}
	return " It costs the neighbours nothing."
}

// pointsOf is a number of percentage points, in words.
func pointsOf(d float64) string {
	text := fmt.Sprintf("%.1f", d)
	if d >= 9.95 {
		text = fmt.Sprintf("%.0f", d)
	}
	if text == "1.0" {
		return "1 percentage point"
	}
	return text + " percentage points"
}

// sayHarm says which strategy makes it worse for you.
func (d *Diagnosis) sayHarm() string {
	w := d.Others.Worst
	if w == nil {
		return ""
	}
	return fmt.Sprintf("%q makes it worse: %s.", w.Case.Title, d.instead(&w.You))
}

// saySilent says that a strategy which sends no request cannot fail.
func (d *Diagnosis) saySilent() string {
	w := d.Others.Silent
	if w == nil {
		return ""
	}
	return fmt.Sprintf("With %q you send no request, so you cannot fail; somebody else must renew your credentials.", w.Case.Title) + settingWords(w.Case)
}

// sayLimits says with which of many limits you fail, the worst first.
func (d *Diagnosis) sayLimits() string {
	l := d.Others.Limits
	if l == nil {
		return ""
	}
	var parts, many []string
	for _, row := range l.Many {
		many = append(many, fmt.Sprintf("%s (%q)", words.Roughly(row.You.FailureRate()), row.Case.Title))
	}
	if len(many) > 0 {
		parts = append(parts, words.List(words.Some(many), "and"))
	}
	if len(l.Few) > 0 {
		parts = append(parts, fmt.Sprintf("less than %s with %s", words.Roughly(hardlyFails), words.List(words.Some(titles(l.Few)), "or")))
	}
	if len(l.None) > 0 {
		parts = append(parts, "nothing with "+words.List(words.Some(titles(l.None)), "or"))
	}
	return "With other limits you fail " + strings.Join(parts, "; ") + "."
}

// sayHarmless says with what, beyond your own strategy, nothing of yours fails.
func (d *Diagnosis) sayHarmless() string {
	var names []string
	for _, row := range d.Others.Harmless {
		names = append(names, called(&row))
	}
	if len(names) == 0 {
		return ""
	}
	none := "None of your calls"
	if d.StartsFirst() {
		none = "No start"
	}
	return none + " fails with " + words.List(words.Some(names), "or") + "."
}

// sayRisk says what, beyond your own strategy, would make it worse for you.
func (d *Diagnosis) sayRisk() string {
	w := d.Others.Risk
	if w == nil {
		return ""
	}
	if d.StartsFirst() {
		starts := StartsOf(&w.You)
		return fmt.Sprintf("With %s, %s of the starts would fail.", called(w), words.Roughly(starts.Rate()))
	}
	return fmt.Sprintf("With %s you would fail %s.", called(w), words.Roughly(w.You.FailureRate()))
}

// called names a change within a sentence.
func called(w *Row) string {
	name := fmt.Sprintf("%q", w.Case.Title)
	if what(w.Case) == reports.ChangesLimit && !strings.Contains(w.Case.Title, "limit") {
		return "the limit " + name
	}
	return name
}

func titles(rows []Row) []string {
	var out []string
	for _, row := range rows {
		out = append(out, fmt.Sprintf("%q", row.Case.Title))
	}
	return out
}
