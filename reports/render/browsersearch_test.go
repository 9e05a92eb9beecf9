//go:build browser

package render

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// searchPages are the pages of searches; TENEMENT_SEARCHES names further ones.
func searchPages(t *testing.T) map[string]string {
	var sought_, tuned_ bytes.Buffer
	if err := Capacity("html", &sought_, sought(t)); err != nil {
		t.Fatal(err)
	}
	if err := Tuning("html", &tuned_, tuned()); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"capacity": sought_.String(), "tuning": tuned_.String()}
	for _, file := range strings.Fields(os.Getenv("TENEMENT_SEARCHES")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".html")] = string(text)
	}
	return all
}

// TestBrowserSearches looks at the pages of searches, wide and narrow, light and dark, with
// and without their script.
func TestBrowserSearches(t *testing.T) {
	c := startChromium(t)
	for name, page := range searchPages(t) {
		for _, width := range []int{1280, 390} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s at %d, %s", name, width, scheme), func(t *testing.T) {
					b := c.open(t, page, width, func(b *tab) { b.prefer(scheme) })
					seen := ask[sight](b, probe)
					if seen.Overflow > 0 || len(seen.Cut) > 0 || seen.Small > 0 || seen.Nameless > 0 || seen.Unnamed > 0 || len(seen.Outside) > 0 || seen.Rows < 1 || seen.Charts < 1 {
						t.Errorf("%+v", seen)
					}
					if hidden := ask[int](b, `[...document.querySelectorAll(".instrument canvas")].filter(e => e.getBoundingClientRect().width < 200).length`); hidden > 0 {
						t.Errorf("%d charts have no room", hidden)
					}
					// Figures in cells stay within their cells.
					if wide := ask[int](b, cellsTooWide); wide > 0 {
						t.Errorf("%d figures are wider than their cells", wide)
					}
					b.picture(fmt.Sprintf("%s-%d-%s", name, width, scheme))
					report(t, b)
				})
			}
		}
		t.Run(name+" without a script", func(t *testing.T) {
			b := c.open(t, page, 400, func(b *tab) { b.do("Emulation.setScriptExecutionDisabled", object{"value": true}) })
			b.do("Emulation.setScriptExecutionDisabled", object{"value": false})
			if n := ask[int](b, `[...document.querySelectorAll(".plot > svg")].filter(e => e.getBoundingClientRect().height > 100).length`); n != strings.Count(page, `<div class="plot`) || n < 1 {
				t.Errorf("%d drawings show, want all", n)
			}
			if wide := ask[int](b, cellsTooWide); wide > 0 {
				t.Errorf("%d figures are wider than their cells", wide)
			}
			b.picture(name + "-400-noscript")
		})
		t.Run(name+" on paper", func(t *testing.T) {
			b := c.open(t, page, 1280)
			b.do("Emulation.setEmulatedMedia", object{"media": "print"})
			if hidden := ask[int](b, `[...document.querySelectorAll(".plot > svg")].filter(e => e.getBoundingClientRect().height === 0).length`); hidden > 0 {
				t.Errorf("%d drawings are not printed", hidden)
			}
			if shown := ask[bool](b, `[...document.querySelectorAll(".instrument, .tools")].some(e => e.getBoundingClientRect().height > 0)`); shown {
				t.Error("instruments are printed")
			}
		})
	}
}

// cellsTooWide counts figures in cells that are wider than a column.
const cellsTooWide = `[...document.querySelectorAll(".heat")].flatMap(h => {
  const cell = h.querySelector("rect").getBoundingClientRect();
  return [...h.querySelectorAll(".over b")].filter(b => { const r = b.getBoundingClientRect(); return r.width > cell.width - 2 || r.height > cell.height; });
}).length`

// TestBrowserHeatMap reads and zooms the map of a search with --by.
func TestBrowserHeatMap(t *testing.T) {
	c := startChromium(t)
	page := searchPages(t)["capacity"]
	const cells, says = ".heat .cells", ".heat .says"
	at := func(b *tab, column, row float64) (x, y float64) { // of 7 columns and 11 rows
		plot := b.boxOf(cells)
		return plot.X + plot.Width*(column+0.5)/7, plot.Y + plot.Height*(1-(row+0.5)/11)
	}
	const fourth = "rate 60/s, tasks 13: failure_rate 1.0 % (1.0 % – 1.1 %), 16 seeds: does not hold; the edge of this column is 12"

	t.Run("mouse", func(t *testing.T) {
		b := c.open(t, page, 1280)
		for column := range 7 { // every cell
			for row := range 11 {
				x, y := at(b, float64(column), float64(row))
				b.mouse("mouseMoved", x, y, nil)
				want := ask[string](b, fmt.Sprintf(`(() => { const h = JSON.parse(document.getElementById("figures").textContent).heats[0]; return h.columns[%d] + ", " + h.rows[%d] + ": " + h.cells[%d][%d] })()`, column, row, column, row))
				if got := b.textOf(says); !strings.HasPrefix(got, want) {
					t.Fatalf("column %d, row %d: the map says %q, want %q", column, row, got, want)
				}
			}
		}
		x, y := at(b, 3, 4)
		b.mouse("mouseMoved", x, y, nil)
		if got := b.textOf(says); got != fourth {
			t.Errorf("the map says %q, want %q", got, fourth)
		}
		x1, _ := at(b, 2.02, 4)
		x2, _ := at(b, 3.98, 4)
		b.drag(x1-20, x2+20, y) // columns 2 to 4, nearly whole
		b.mouse("mouseMoved", 5, 5, nil)
		b.settle()
		if got := b.textOf(says); got != "rate 40/s – rate 80/s" {
			t.Errorf("marking: the map shows %q", got)
		}
		if shown := ask[int](b, `[...document.querySelectorAll(".heat .over b")].filter(e => e.getBoundingClientRect().width > 0).length`); shown != 33 {
			t.Errorf("marking: %d figures show, want 33", shown)
		}
		ask[bool](b, `(document.querySelector(".heat [aria-label='show all']").click(), true)`)
		if got := b.textOf(says); !strings.HasPrefix(got, "Point at") {
			t.Errorf("showing all: the map says %q", got)
		}
		report(t, b)
	})

	t.Run("keyboard", func(t *testing.T) {
		b := c.open(t, page, 1280)
		ask[bool](b, fmt.Sprintf(`(document.querySelector(%q).focus(), true)`, cells))
		for _, key := range []string{"ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"} {
			b.key(key)
		}
		if got := ask[string](b, fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-valuetext")`, cells)); got != fourth {
			t.Errorf("a screen reader hears %q, want %q", got, fourth)
		}
		b.key("+")
		if box := b.boxOf(".heat .mark"); box.Width < b.boxOf(cells).Width/7*1.5 {
			t.Errorf("zooming: the cell is %g wide", box.Width)
		}
		b.key("0")
		b.key("Escape")
		report(t, b)
	})

	t.Run("touch", func(t *testing.T) {
		b := c.open(t, page, 400, func(b *tab) { b.do("Emulation.setTouchEmulationEnabled", object{"enabled": true}) })
		x, y := at(b, 3, 4)
		b.do("Input.dispatchTouchEvent", object{"type": "touchStart", "touchPoints": []object{{"x": x, "y": y}}})
		b.settle()
		if got := b.textOf(says); got != fourth {
			t.Errorf("touching: the map says %q, want %q", got, fourth)
		}
		report(t, b)
	})
}

// TestBrowserEdge reads and zooms the curve of a search.
func TestBrowserEdge(t *testing.T) {
	c := startChromium(t)
	b := c.open(t, searchPages(t)["capacity"], 1280)
	plot := b.boxOf(".edge .u-over")
	y := plot.Y + plot.Height/2
	b.mouse("mouseMoved", plot.X+plot.Width*12/30, y, nil)
	b.settle()
	if got := b.textOf(".edge .says"); got != "tasks 13" {
		t.Errorf("hovering: the curve says %q", got)
	}
	if got := b.textOf(".edge .toggle .value"); got != "1 %" {
		t.Errorf("hovering: the figure is %q", got)
	}
	b.drag(plot.X+plot.Width/3, plot.X+plot.Width*2/3, y)
	b.mouse("mouseMoved", 5, 5, nil)
	b.settle()
	var from, to float64
	if _, err := fmt.Sscanf(b.textOf(".edge .says"), "%g – %g", &from, &to); err != nil || math.Abs(from-11) > 0.1 || math.Abs(to-21) > 0.1 {
		t.Errorf("marking: the curve shows %q, want 11 – 21", b.textOf(".edge .says"))
	}
	report(t, b)
}

// TestBrowserFront reads every candidate of a tune, and zooms.
func TestBrowserFront(t *testing.T) {
	c := startChromium(t)
	const says = ".instrument .says"
	b := c.open(t, searchPages(t)["tuning"], 1280)
	b.boxOf(".field")
	ask[bool](b, `(document.querySelector(".field").focus(), true)`)
	for _, want := range []string{"today: 40.0 % fail, p99 15 ms. ", "A: 0 % fail, p99 9.0 s. tries 8, own provider, own tries 10, own jitter none"} {
		b.key("ArrowRight")
		if got := b.textOf(says); got != want {
			t.Errorf("the chart says %q, want %q", got, want)
		}
	}
	b.key("Escape")
	plot := b.boxOf(".field .u-over")
	b.mouse("mouseMoved", plot.X+20, plot.Y+20, nil)
	b.settle()
	if got := b.textOf(says); !strings.HasPrefix(got, "today") {
		t.Errorf("hovering at the top left: the chart says %q", got)
	}
	b.drag(plot.X+plot.Width/2, plot.X+plot.Width-2, plot.Y+plot.Height/2)
	b.mouse("mouseMoved", 5, 5, nil)
	b.settle()
	if got := b.textOf(says); got != "367 ms – 9.94 s" {
		t.Errorf("marking: the chart shows %q, want the slower half of the axis", got)
	}
	b.key("0")
	touched := c.open(t, searchPages(t)["tuning"], 400, func(b *tab) { b.do("Emulation.setTouchEmulationEnabled", object{"enabled": true}) })
	plot = touched.boxOf(".field .u-over")
	touched.do("Input.dispatchTouchEvent", object{"type": "touchStart", "touchPoints": []object{{"x": plot.X + plot.Width - 20, "y": plot.Y + plot.Height - 20}}})
	touched.settle()
	if got := touched.textOf(says); !strings.HasPrefix(got, "A: 0 %") {
		t.Errorf("touching: the chart says %q", got)
	}
	report(t, b)
	report(t, touched)
}
