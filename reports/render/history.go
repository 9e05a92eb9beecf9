package render

import (
	"fmt"
	"io"
	"math"
	"strings"

	"tenement/internal/gate"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/history"
)

var historyFormats = []format[*history.History]{
	{"text", nil, writeHistoryText},
	{"json", nil, func(w io.Writer, h *history.History) error { return reports.WriteJSON(w, h) }},
}

// HistoryFormats are the names that History knows.
func HistoryFormats() []string { return namesOf(historyFormats) }

// History writes a history in a format. The error for an unknown format lists the known
// ones.
func History(name string, w io.Writer, h *history.History) error {
	return writeAs(historyFormats, name, w, h)
}

// writeHistoryText draws each case as a line of bars, a report each.
func writeHistoryText(w io.Writer, h *history.History) error {
	var b strings.Builder
	b.WriteString(wrap(h.Profile+": "+historyTitle(h), "", "  "))
	for _, text := range historyBreaks(h) {
		b.WriteString(wrap(text, "", "  "))
	}
	for i := range h.Lines {
		historyLine(&b, h, &h.Lines[i])
	}
	if len(h.Runs) > 1 {
		b.WriteString("\n" + wrap(historyNote(h), "", ""))
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// historyTitle says what is drawn.
func historyTitle(h *history.History) string {
	engine := map[string]string{reports.Live: "measured", reports.Sim: "simulated"}[h.Engine]
	text := fmt.Sprintf("%s of %s, %s, in %s", h.Metric, targetName(h.Target), engine, words.Plural(uint64(len(h.Runs)), "report", "reports"))
	if n := len(h.Runs); n > 1 {
		text += fmt.Sprintf(", %s to %s", h.Runs[0].Name, h.Runs[n-1].Name)
	}
	return text
}

// historyNote says what a mark means.
func historyNote(h *history.History) string {
	changes := 0
	for _, line := range h.Lines {
		changes += len(line.Changes)
	}
	if changes == 0 {
		return "No change is beyond chance (t test)."
	}
	return "A change is where the mean moves beyond chance (t test). It is advice for a search, and no gate."
}

// historyLine draws a case, as wide as the screen is, and names its changes.
func historyLine(b *strings.Builder, h *history.History, line *history.Line) {
	low, high, last := extremes(line.Values)
	if last == nil {
		b.WriteString("\n" + wrap(line.Title+": no "+h.Metric, "", "  "))
		return
	}
	figure := metricText(h.Metric, *last) + " throughout"
	if low < high {
		least, most := metricsApart(h.Metric, low, high)
		end := least
		if *last != low {
			_, end = metricsApart(h.Metric, low, *last)
		}
		figure = fmt.Sprintf("last %s, %s to %s", end, least, most)
	}
	b.WriteString("\n" + wrap(line.Title+": "+figure, "", "  "))
	bars := []rune(sparkline(line.Values, low, high))
	marks := make([]rune, len(bars))
	for i := range marks {
		marks[i] = ' '
	}
	for _, c := range line.Changes {
		marks[c.Run] = '^'
	}
	const width = screenWidth - 2
	for from := 0; from < len(bars); from += width {
		to := min(from+width, len(bars))
		b.WriteString("  " + string(bars[from:to]) + "\n")
		if under := strings.TrimRight(string(marks[from:to]), " "); under != "" {
			b.WriteString("  " + under + "\n")
		}
	}
	for _, c := range line.Changes {
		before, since := metricsApart(h.Metric, c.Before, c.Since)
		b.WriteString(wrap(fmt.Sprintf("changed at %s: %s before, %s since", h.Runs[c.Run].Name, before, since), "  ", "    "))
	}
}

// historyBreaks are the places at which something else than the figure changed.
func historyBreaks(h *history.History) []string {
	var out []string
	for i := range h.Runs {
		if h.Runs[i].Partial {
			out = append(out, h.Runs[i].Name+" was interrupted: an incomplete run is not compared")
		}
	}
	for i := range h.Runs[1:] {
		switch was, is := &h.Runs[i], &h.Runs[i+1]; {
		case was.Model != is.Model:
			out = append(out, fmt.Sprintf("model %d from %s on, %d before: figures are not comparable across that", is.Model, is.Name, was.Model))
		case !was.Alike(is):
			out = append(out, "another profile from "+is.Name+" on")
		}
	}
	return out
}

// extremes are the least and the largest value, and the last; last is nil of none.
func extremes(values []*float64) (low, high float64, last *float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v != nil {
			low, high, last = min(low, *v), max(high, *v), v
		}
	}
	return low, high, last
}

// sparkline is a bar for each value, from low to high; a blank where there is none.
func sparkline(values []*float64, low, high float64) string {
	steps := blocks[1:]
	var b strings.Builder
	for _, v := range values {
		switch {
		case v == nil:
			b.WriteByte(' ')
		case high <= low:
			b.WriteRune(steps[0])
		default:
			b.WriteRune(steps[min(int((*v-low)/(high-low)*float64(len(steps))), len(steps)-1)])
		}
	}
	return b.String()
}

// metricText is a value of a metric in its unit.
func metricText(name string, value float64) string {
	metric, _ := gate.MetricOf(name)
	switch {
	case metric.Unit == gate.Milliseconds:
		return words.Milliseconds(value)
	case metric.Unit == gate.Fraction:
		return words.Percent(value)
	case value < 100: // attempts per call, or a small count
		return words.Significant(value, 3)
	}
	return words.Significant(value, 6)
}

// metricsApart are two values of a metric, as metricText has them unless they would
// read the same: then with the digits that tell them apart.
func metricsApart(name string, a, b float64) (string, string) {
	first, second := metricText(name, a), metricText(name, b)
	if first != second {
		return first, second
	}
	metric, _ := gate.MetricOf(name)
	return metric.Unit.Apart(a, b)
}

// targetName is a target of a figure in words.
func targetName(target string) string {
	switch target {
	case reports.TargetUnderTest:
		return "the groups under test"
	case reports.TargetNeighbours:
		return "the neighbours"
	case gate.Endpoint:
		return "all groups"
	}
	return target
}
