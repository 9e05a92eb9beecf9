package render

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports/capacity"
)

// heatMap is the figure of an objective by both numbers of a search with --by: what --by
// varies from left to right, what --vary varies upwards.
type heatMap struct {
	Name, X, Y, Metric, Note string
	Class                    string // of the plot: whether there is room for figures in cells
	Cells                    []heatCell
	Frontier                 string // a path
	Legend                   []heatKey
	XTicks, YTicks           []tick
	Head                     []string
	Table                    []heatRow
	figures                  *heatFigures
}

// heatCell is one pair of values: where it is, in the drawing and in percent, and its figure.
type heatCell struct {
	Left, Top, Width, Height string
	X, Y                     float64 // of the middle, percent from the left and from the bottom
	Class, Text              string
}

// heatKey is a colour and the figures that have it.
type heatKey struct{ Class, Text string }

// heatRow is a line of the table.
type heatRow struct {
	Value string
	Cells []heatFigure
}

// heatFigure is a figure of the table.
type heatFigure struct {
	Text  string
	Fails bool
}

// heatFigures is what the script reads. Rows are from the bottom to the top.
type heatFigures struct {
	Name     string     `json:"name"`
	Columns  []string   `json:"columns"`
	Rows     []string   `json:"rows"`
	Cells    [][]string `json:"cells"` // by column and row
	Frontier []string   `json:"frontier"`
	Room     heatSpace  `json:"room"`
}

// heatSpace is where figures stand in the cells: a row of them has at most so many characters,
// on a wide screen and on a narrow one, and there are at most so many rows.
type heatSpace struct {
	Wide   int `json:"wide"`
	Narrow int `json:"narrow"`
	Rows   int `json:"rows"`
}

var heatRoom = heatSpace{Wide: 110, Narrow: 42, Rows: 16}

// newHeatMap is the map of a case, nil if nothing else varied. Its rows are the values that
// every column has tried: those that each search looks the range over with.
func newHeatMap(r *capacity.Result, c *capacity.Case) *heatMap {
	if r.By == nil || len(c.Frontier) < 2 {
		return nil
	}
	rows := commonValues(c.Frontier)
	if len(rows) < 2 {
		return nil
	}
	g := r.DecidingGate(c)
	h := &heatMap{
		Name: fmt.Sprintf("%s by %s and %s: %s", g.Metric, r.Name, r.By.Name, c.Title),
		X:    r.By.Name, Y: r.Name, Metric: g.Metric, Head: []string{r.Name},
		figures: &heatFigures{Rows: make([]string, len(rows)), Room: heatRoom},
	}
	h.figures.Name = words.Visible(h.Name)
	columns := make([][]capacity.Point, len(c.Frontier))
	for i, p := range c.Frontier {
		for _, x := range rows {
			columns[i] = append(columns[i], p.Curve[pointAt(p.Curve, x)])
		}
	}
	scale := newHeatScale(g, columns)
	h.Legend = scale.legend()
	longest := 0
	width, height := canvas/float64(len(columns)), canvas/float64(len(rows))
	for i, column := range columns {
		text := xText(c.Frontier[i].X, r.By.Unit)
		h.Head = append(h.Head, text)
		h.figures.Columns = append(h.figures.Columns, words.Visible(r.By.Name+" "+text))
		h.figures.Frontier = append(h.figures.Frontier, edgeWords(r, &c.Frontier[i]))
		var readings []string
		for j := range column {
			p := &column[j]
			cell := heatCell{
				Left: coordinate(float64(i) * width), Top: coordinate(canvas - float64(j+1)*height), Width: coordinate(width), Height: coordinate(height),
				X: part(float64(i)+0.5, float64(len(columns))), Y: part(float64(j)+0.5, float64(len(rows))),
				Class: scale.class(p), Text: cellWords(g.Metric, p),
			}
			longest = max(longest, utf8.RuneCountInString(cell.Text))
			h.Cells = append(h.Cells, cell)
			readings = append(readings, readingWords(g.Metric, p))
		}
		h.figures.Cells = append(h.figures.Cells, readings)
	}
	if n := (longest + 1) * len(columns); n > heatRoom.Wide || len(rows) > heatRoom.Rows {
		h.Class = "many"
	} else if n > heatRoom.Narrow {
		h.Class = "some"
	}
	h.axes(r, c, rows)
	h.Frontier = frontierPath(c, rows, above(columns))
	for j := len(rows) - 1; j >= 0; j-- { // as in the drawing
		line := heatRow{Value: xText(rows[j], r.Unit)}
		for i := range columns {
			figure, _ := pointWords(g.Metric, &columns[i][j], "")
			line.Cells = append(line.Cells, heatFigure{figure, !columns[i][j].Holds})
		}
		h.Table = append(h.Table, line)
	}
	h.Note = fmt.Sprintf("%s by %s (upwards) and %s (to the right). Blue is within %s, orange beyond it. The line is the frontier: %s.",
		metricUnit(g.Metric), r.Name, r.By.Name, g.Expr, frontierSide(r, columns))
	return h
}

// commonValues are the values that every column has tried, in order.
func commonValues(all []capacity.FrontierPoint) []float64 {
	var rows []float64
	for _, p := range all[0].Curve {
		if !slices.ContainsFunc(all, func(o capacity.FrontierPoint) bool { return pointAt(o.Curve, p.Value) < 0 }) {
			rows = append(rows, p.Value)
		}
	}
	return rows
}

// pointAt is the place of a value in a curve, -1 if it was not tried.
func pointAt(curve []capacity.Point, x float64) int {
	i, found := slices.BinarySearchFunc(curve, x, func(p capacity.Point, x float64) int { return cmp.Compare(p.Value, x) })
	if !found {
		return -1
	}
	return i
}

// axes names columns and rows, about a dozen of each.
func (h *heatMap) axes(r *capacity.Result, c *capacity.Case, rows []float64) {
	const most = 12
	columns := len(c.Frontier)
	for i, every := 0, (columns+most-1)/most; i < columns; i += every {
		h.XTicks = append(h.XTicks, tick{At: part(float64(i)+0.5, float64(columns)), Text: xText(c.Frontier[i].X, r.By.Unit), Weak: columns > 5 && i/every%2 == 1})
	}
	for j, every := 0, (len(rows)+most-1)/most; j < len(rows); j += every {
		h.YTicks = append(h.YTicks, tick{At: part(float64(j)+0.5, float64(len(rows))), Text: xText(rows[j], r.Unit)})
	}
	for j, x := range rows {
		h.figures.Rows[j] = words.Visible(r.Name + " " + xText(x, r.Unit))
	}
}

// above reports whether more is better: in a column the low end fails, and the high end
// holds.
func above(columns [][]capacity.Point) bool {
	return slices.ContainsFunc(columns, func(c []capacity.Point) bool { return !c[0].Holds && c[len(c)-1].Holds })
}

// frontierSide says on which side of the frontier the objectives hold.
func frontierSide(r *capacity.Result, columns [][]capacity.Point) string {
	what := "the objective holds"
	if len(r.Objective) > 1 {
		what = "all objectives hold"
	}
	if above(columns) {
		return what + " from it upwards"
	}
	return what + " up to it"
}

// frontierPath is a staircase between the rows that hold and those that do not, column by
// column. It runs between cells, so that it crosses no figure; the table of the frontier has the
// exact capacity of each column.
func frontierPath(c *capacity.Case, rows []float64, up bool) string {
	var line path
	width := canvas / float64(len(c.Frontier))
	for i, p := range c.Frontier {
		below := 0 // how many rows are below the line; where nothing holds, it is at the easier end
		if up {
			below = len(rows)
		}
		if p.Y != nil {
			at, found := slices.BinarySearch(rows, *p.Y)
			if below = at; found && !up {
				below++
			}
		}
		y := canvas * (1 - float64(below)/float64(len(rows)))
		if i == 0 {
			line.move(0, y)
		} else {
			line.line(float64(i)*width, y)
		}
		line.line(float64(i+1)*width, y)
	}
	return line.String()
}
