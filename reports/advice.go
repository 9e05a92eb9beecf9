package reports

import (
	"fmt"
	"math"
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
	if p := best.you.p99; p != nil && *p >= 1000 && (s.you.p99 == nil || *s.you.p99 < 1000) {
		sentence += fmt.Sprintf(" (but one success in a hundred takes over %s)", long(*p))
	}
	return sentence + s.cost(&best.them) + "."
}

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

// end says with what, beyond your own strategy, nothing failed.
func (s *story) end() string {
	if s.you.failures == 0 {
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
	if len(what) > 4 {
		what = append(what[:3], fmt.Sprintf("%d more", len(what)-3))
	}
	return "You did not fail once with " + list(what, "or") + "."
}

// risk says what, beyond your own strategy, would make it worse for you.
func (s *story) risk() string {
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
