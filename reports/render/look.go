package render

import (
	"fmt"
	"io"
	"math"
	"strings"

	"tenement/reports"
	"tenement/reports/diagnosis"
)

// Look is how a text screen is written. The zero Look is plain.
type Look struct {
	Colour     bool // for a terminal: what failed stands out
	Histograms bool // a latency histogram for each row
}

// Text writes the text screen of a report.
func Text(w io.Writer, r *reports.Report, look Look) error {
	return writeScreen(w, diagnosis.Of(r), look)
}

// The colours of a terminal: its own, so that they suit its background.
const (
	plain  = "\x1b[0m"
	strong = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[1;31m"
	green  = "\x1b[32m"
)

// in puts text that is visible in a colour.
func (l Look) in(colour, text string) string {
	if !l.Colour || text == "" {
		return text
	}
	return colour + text + plain
}

// gateFailed begins the line of a gate that failed.
const gateFailed = "gate failed"

// marked is a text screen on which the lines of failed gates stand out.
func (l Look) marked(screen string) string {
	if !l.Colour {
		return screen
	}
	lines, failed := strings.Split(screen, "\n"), false
	for i, line := range lines {
		failed = strings.HasPrefix(line, gateFailed) || failed && strings.HasPrefix(line, "  ")
		if failed {
			lines[i] = l.in(red, line)
		}
	}
	return strings.Join(lines, "\n")
}

// blocks are bars of growing height.
var blocks = []rune(" ▁▂▃▄▅▆▇█")

// histogramWidth is how many bars a histogram on the text screen has.
const histogramWidth = screenWidth - labelWidth - 2

// textHistograms is how long your successes take, a row of bars for each case, on one
// logarithmic axis.
func textHistograms(b *strings.Builder, d *diagnosis.Diagnosis) {
	type row struct {
		label string
		at    func(float64) float64
		n     int64
	}
	var rows []row
	least, most := math.Inf(1), 0.0
	for _, s := range d.Sections {
		for i := range s.Rows {
			n, at := successesOf(&s.Rows[i].You).Percentiles()
			rows = append(rows, row{s.Rows[i].Label, at, n})
			if n > 0 {
				least, most = min(least, max(at(1), lowestMS)), max(most, at(100))
			}
		}
	}
	if most <= 0 {
		return
	}
	bottom, top := math.Floor(math.Log10(least)), math.Ceil(math.Log10(max(most, lowestMS)))
	top = max(top, bottom+1)
	b.WriteString("\n" + strings.TrimRight(pad("latency of your successes", labelWidth)+"  "+histogramAxis(bottom, top), " ") + "\n")
	for _, r := range rows {
		bars := "–"
		if r.n > 0 {
			bars = histogramBars(r.at, bottom, top)
		}
		b.WriteString(strings.TrimRight(pad("  "+r.label, labelWidth)+"  "+bars, " ") + "\n")
	}
}

// histogramAxis names the powers of ten where they are.
func histogramAxis(bottom, top float64) string {
	line := []rune(strings.Repeat(" ", histogramWidth))
	for e := bottom; e < top; e++ {
		at := int((e - bottom) / (top - bottom) * histogramWidth)
		copy(line[at:], []rune(decade(e)))
	}
	return string(line)
}

// histogramBars is a distribution on a logarithmic axis between two powers of ten. Bars
// are scaled to the highest; whatever has a sample has a bar.
func histogramBars(at func(percentile float64) float64, bottom, top float64) string {
	// How much lies below a value is found by halving: at grows.
	below := func(ms float64) float64 {
		low, high := 0.0, 100.0
		if at(high) <= ms {
			return 1
		}
		for range 40 {
			if middle := (low + high) / 2; at(middle) <= ms {
				low = middle
			} else {
				high = middle
			}
		}
		return low / 100
	}
	shares, highest := make([]float64, histogramWidth), 0.0
	last := 0.0
	for i := range shares {
		now := below(math.Pow(10, bottom+(top-bottom)*float64(i+1)/histogramWidth))
		shares[i] = now - last
		highest, last = max(highest, shares[i]), now
	}
	var out strings.Builder
	for _, s := range shares {
		n := 0
		if s > 1e-9 {
			n = max(1, int(math.Round(s/highest*float64(len(blocks)-1))))
		}
		out.WriteRune(blocks[n])
	}
	return out.String()
}

// bar is a share of so many cells, in eighths of a cell.
func bar(share float64, cells int) string {
	eighths := int(math.Round(min(max(share, 0), 1) * float64(8*cells)))
	parts := []rune(" ▏▎▍▌▋▊▉")
	out := strings.Repeat("█", eighths/8)
	if eighths%8 > 0 {
		out += string(parts[eighths%8])
	}
	return fmt.Sprintf("▕%-*s▏", cells, out)
}
