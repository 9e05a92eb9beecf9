package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// differ reports whether two failure shares of the same arrivals differ by more
// than their intervals allow, and by enough to be worth a sentence.
func differ(a, b *side) bool {
	off := math.Abs(a.rate() - b.rate())
	if a.calls == 0 || b.calls == 0 || off < 0.001 {
		return false
	}
	if a.ci == nil || b.ci == nil {
		return off > 0.01
	}
	low, high := a, b
	if low.rate() > high.rate() {
		low, high = high, low
	}
	return low.ci[1] < high.ci[0]
}

// asking are the other strategies that were tried and do ask the endpoint.
func (s *story) asking() []row {
	var out []row
	for _, row := range s.others(changeYou) {
		if row.you.attempts > 0 && row.you.calls > 0 {
			out = append(out, row)
		}
	}
	return out
}

// help says which strategy helps you, and what it costs.
func (s *story) help() string {
	rows := s.asking()
	if len(rows) == 0 || s.you.failures == 0 {
		return ""
	}
	best := rows[0]
	for _, row := range rows {
		if row.you.rate() < best.you.rate() {
			best = row
		}
	}
	if best.you.rate() >= s.you.rate() || !differ(&best.you, &s.you) {
		switch {
		case best.you.failures == 0:
			return "Too few of your calls fail to tell whether another strategy helps."
		case len(rows) == 1 && differ(&best.you, &s.you):
			return "" // see harm
		case len(rows) == 1:
			return fmt.Sprintf("The other strategy does not help you: with \"%s\" %s.", best.c.Title, s.instead(&best.you))
		}
		return fmt.Sprintf("None of the other strategies helps you; the best, \"%s\", still leaves you failing %s.", best.c.Title, roughly(best.you.rate()))
	}
	sentence := fmt.Sprintf("%s helps you: with \"%s\" %s", s.means(&best.you), best.c.Title, s.instead(&best.you))
	if p := best.you.p99; p != nil && *p >= 1000 && (s.you.p99 == nil || *p >= slowFactor**s.you.p99) {
		sentence += fmt.Sprintf(" (but one success in a hundred takes over %s)", long(*p))
	}
	return sentence + s.cost(&best.them) + "."
}

// slowFactor is how many times longer successes must take with a strategy that
// helps for that to be said.
const slowFactor = 2

// means is what a better strategy does differently.
func (s *story) means(better *side) string {
	switch {
	case better.cached() > s.you.cached()+0.05:
		return "A cache"
	case ratio(better.retries(), better.calls) > ratio(s.you.retries(), s.you.calls)+0.05:
		return "Retrying"
	}
	return "Another strategy"
}

// cost is what a change does to the neighbours.
func (s *story) cost(them *side) string {
	if them.calls == 0 || s.them.calls == 0 {
		return ""
	}
	switch d := (them.rate() - s.them.rate()) * 100; {
	case d >= 0.05:
		return fmt.Sprintf(", and costs the neighbours %s", pointsOf(d))
	case d <= -0.05:
		return fmt.Sprintf(", and spares the neighbours %s", pointsOf(-d))
	}
	return ", and costs the neighbours nothing"
}

// pointsOf is a number of percentage points, in words.
func pointsOf(d float64) string {
	text := fmt.Sprintf("%.1f", d)
	if d >= 9.95 {
		text = fmt.Sprintf("%.0f", d)
	}
	if text == "1.0" {
		return "1 point"
	}
	return text + " points"
}

// harm says which strategy makes it worse for you.
func (s *story) harm() string {
	var worst *row
	rows := s.asking()
	for i := range rows {
		if worst == nil || rows[i].you.rate() > worst.you.rate() {
			worst = &rows[i]
		}
	}
	if worst == nil || worst.you.rate() <= s.you.rate() || !differ(&worst.you, &s.you) {
		return ""
	}
	return fmt.Sprintf("With \"%s\" it gets worse: %s.", worst.c.Title, s.instead(&worst.you))
}

// silent says that a strategy which never asks cannot fail.
func (s *story) silent() string {
	if s.you.failures == 0 || s.you.attempts == 0 {
		return ""
	}
	for _, row := range s.others(changeYou) {
		if row.you.calls > 0 && row.you.attempts == 0 && row.you.failures == 0 {
			return fmt.Sprintf("With \"%s\" you never ask, and so cannot fail; somebody else has to renew what you hold.", row.c.Title)
		}
	}
	return ""
}

// changes are the cases that change something beyond your own strategy.
func (s *story) changes() []row {
	var out []row
	for _, at := range []int{changeNeighbours, changeLimit, changeFault, changeRest} {
		for _, row := range s.others(at) {
			if row.you.calls > 0 {
				out = append(out, row)
			}
		}
	}
	return out
}

// called names a change within a sentence.
func called(w *row) string {
	name := `"` + w.c.Title + `"`
	if w.c.changes() == changeLimit && !strings.Contains(w.c.Title, "limit") {
		return "the limit " + name
	}
	return name
}

// onlyLimits are the changes beyond your own strategy where there are several,
// and each is another limit: the report then asks which limits break you.
func (s *story) onlyLimits() []row {
	rows := s.others(changeLimit)
	if len(rows) < 2 || len(rows) != len(s.changes()) {
		return nil
	}
	return rows
}

// hardlyFails is the share of calls below which a limit is said to break hardly
// any.
const hardlyFails = 0.01

// limits says with which of many limits you would fail, the worst first.
func (s *story) limits() string {
	rows := slices.Clone(s.onlyLimits())
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.you.rate(), a.you.rate()) })
	var most, few, none []string
	for i := range rows {
		w := &rows[i]
		name := `"` + w.c.Title + `"`
		switch rate := w.you.rate(); {
		case w.you.failures == 0:
			none = append(none, name)
		case rate < hardlyFails:
			few = append(few, name)
		default:
			most = append(most, roughly(rate)+" with "+name)
		}
	}
	var parts []string
	if len(most) > 0 {
		parts = append(parts, list(some(most), "and"))
	}
	if len(few) > 0 {
		parts = append(parts, fmt.Sprintf("less than %s with %s", roughly(hardlyFails), list(some(few), "and")))
	}
	if len(parts) == 0 {
		return "" // see nothing and end
	}
	if len(none) > 0 {
		parts = append(parts, "not once with "+list(some(none), "or"))
	}
	return "Of the other limits, you fail " + strings.Join(parts, "; ") + "."
}

// end says with what, beyond your own strategy, nothing failed.
func (s *story) end() string {
	if s.you.failures == 0 || s.limits() != "" {
		return ""
	}
	var what []string
	for _, row := range s.changes() {
		if row.you.failures == 0 {
			what = append(what, called(&row))
		}
	}
	if len(what) == 0 {
		return ""
	}
	return "You did not fail once with " + list(some(what), "or") + "."
}

// some is a list cut short.
func some(names []string) []string {
	if len(names) > 4 {
		return append(names[:3:3], fmt.Sprintf("%d more", len(names)-3))
	}
	return names
}

// risk says what, beyond your own strategy, would make it worse for you.
func (s *story) risk() string {
	if s.limits() != "" {
		return ""
	}
	var worst *row
	for _, row := range s.changes() {
		if row.you.rate() > s.you.rate() && differ(&row.you, &s.you) && (worst == nil || row.you.rate() > worst.you.rate()) {
			worst = &row
		}
	}
	if worst == nil {
		return ""
	}
	return fmt.Sprintf("With %s you would fail %s.", called(worst), roughly(worst.you.rate()))
}
