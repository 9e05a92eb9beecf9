package render

import (
	"math"
	"strconv"
	"strings"

	"tenement/internal/words"
)

// Charts are drawn on a square of 1000 by 1000, which the page stretches to its
// place; lines keep their width. Text stands beside the drawing, at a percentage of
// its width or height, so that it keeps its size on a narrow screen.
const canvas = 1000

// tick is a mark on an axis, at a percentage from the left or the bottom.
type tick struct {
	At   float64
	Text string
	Weak bool // may be left out where there is no room
}

// Class is the tick's class in the style sheet. The text of a tick at the right end
// stays inside the chart.
func (t tick) Class() string {
	class := "x"
	if t.Weak {
		class += " weak"
	}
	if t.At > lastTick {
		class += " last"
	}
	return class
}

// A tick beyond lastTick percent is at the right end.
const lastTick = 96

// path collects the commands of an SVG path.
type path struct{ strings.Builder }

func (p *path) move(x, y float64) { p.point('M', x, y) }
func (p *path) line(x, y float64) { p.point('L', x, y) }

func (p *path) point(command byte, x, y float64) {
	p.WriteByte(command)
	p.WriteString(coordinate(x))
	p.WriteByte(' ')
	p.WriteString(coordinate(y))
}

// coordinate is a number to a tenth, short.
func coordinate(x float64) string {
	return strconv.FormatFloat(math.Round(min(max(x, -canvas), 2*canvas)*10)/10+0, 'f', -1, 64)
}

// stairs draws a row, which is not empty, as a staircase of equal treads from left to
// right. Heights are fractions of the drawing.
func (p *path) stairs(row []float64) {
	width := canvas / float64(len(row))
	last := row[0]
	p.move(0, canvas*(1-last))
	for i, y := range row {
		if y != last {
			p.line(float64(i)*width, canvas*(1-last))
			p.line(float64(i)*width, canvas*(1-y))
			last = y
		}
	}
	p.line(canvas, canvas*(1-last))
}

// staircase draws a row as a line.
func staircase(row []float64) string {
	var p path
	p.stairs(row)
	return p.String()
}

// steps draws a row as a staircase, and back along the lower row, so that it can be
// filled.
func steps(upper, lower []float64) string {
	if len(upper) == 0 {
		return ""
	}
	var p path
	width := canvas / float64(len(upper))
	p.stairs(upper)
	last := lower[len(lower)-1]
	p.line(canvas, canvas*(1-last))
	for i := len(lower) - 1; i >= 0; i-- {
		if y := lower[i]; y != last {
			p.line(float64(i+1)*width, canvas*(1-last))
			p.line(float64(i+1)*width, canvas*(1-y))
			last = y
		}
	}
	p.line(0, canvas*(1-last))
	p.WriteByte('Z')
	return p.String()
}

// roundAbove is the least round number that is not below x: one of a few
// multiples of a power of ten.
func roundAbove(x float64) float64 {
	return roundTo(x, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
}

func roundTo(x float64, multiples ...float64) float64 {
	if x <= 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range multiples {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// ticksTo are the ticks from 0 to most, four or so.
func ticksTo(most float64, text func(float64) string) []tick {
	step := roundTo(most/5, 1, 2, 5, 10)
	var out []tick
	for i := 0; float64(i)*step <= most*(1+1e-9); i++ {
		v := float64(i) * step
		out = append(out, tick{At: part(v, most), Text: text(v), Weak: i%2 == 1})
	}
	return out
}

// clock is the ticks of a time axis of so many seconds, about six.
func clock(seconds float64) []tick {
	unit, name := 1.0, "s"
	switch {
	case seconds > 2*86_400:
		unit, name = 86_400, "d"
	case seconds > 2*3_600:
		unit, name = 3_600, "h"
	case seconds > 300:
		unit, name = 60, "min"
	case seconds < 1:
		unit, name = 0.001, "ms"
	}
	step := unit
	for _, m := range []float64{0.1, 0.2, 0.5, 1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 50, 60, 100, 120, 200, 300, 500, 1000} {
		if step = m * unit; seconds/step <= 8 {
			break
		}
	}
	if seconds/step > 20 {
		step = roundAbove(seconds / 8)
	}
	var out []tick
	for i := 0; float64(i)*step <= seconds*(1+1e-9); i++ {
		v := float64(i) * step
		out = append(out, tick{At: part(v, seconds), Text: words.Significant(v/unit, 4) + " " + name, Weak: i%2 == 1})
	}
	return out
}
