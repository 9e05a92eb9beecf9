//go:build browser

package render

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// probe is what only a browser knows of a page.
const probe = `({
  Overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  Cut: [...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth && !e.closest("details:not([open])") && !e.querySelector(".both, .replayed")).map(e => e.getAttribute("aria-label")),
  Rows: document.querySelectorAll("table tbody tr").length,
  Charts: document.querySelectorAll(".instrument canvas").length + [...document.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().height > 15).length,
  Unnamed: [...document.querySelectorAll("svg")].filter(s =>
    !s.querySelector("title") && !s.getAttribute("aria-label") && s.getAttribute("aria-hidden") !== "true").length,
  Outside: performance.getEntriesByType("resource").map(e => e.name),
  Small: [...document.querySelectorAll("p, td, th, li, button")].filter(e =>
    e.offsetParent && e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 11).length +
    [...document.querySelectorAll("svg text")].filter(e => e.getBoundingClientRect().height < 11).length,
  Nameless: [...document.querySelectorAll("button, [tabindex]")].filter(e =>
    !e.textContent.trim() && !e.getAttribute("aria-label")).length,
  LoadMS: performance.timing.loadEventEnd - performance.timing.navigationStart,
})`

// sight is what the probe says.
type sight struct {
	Overflow, Rows, Charts, Unnamed, Small, Nameless int
	Outside, Cut                                     []string // what the page loads, tables in sight that go on beyond the window
	LoadMS                                           float64
}

// pages are what the tests look at; TENEMENT_PAGES names further ones, separated by
// spaces.
func pages(t *testing.T) map[string]string {
	all := map[string]string{
		"live":  rendered(t, "html", reportstest.Sample(t)),
		"rough": rendered(t, "html", reportstest.ReportOf(t, reports.Sim, reportstest.RoughDay())),
		"large": rendered(t, "html", reportstest.Large(t)),
	}
	with := *reportstest.Sample(t)
	with.Comparison = compared()
	all["baseline"] = rendered(t, "html", &with)
	unbroken := *reportstest.Sample(t) // names with no place to break a line at
	unbroken.Cases = slices.Clone(unbroken.Cases)
	for i := range unbroken.Cases {
		unbroken.Cases[i].Title = fmt.Sprint(strings.Repeat("strategy", 7), i)
	}
	all["unbroken"] = rendered(t, "html", &unbroken)
	for _, file := range strings.Fields(os.Getenv("TENEMENT_PAGES")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".html")] = string(text)
	}
	return all
}

// TestBrowser opens pages in headless Chromium, wide and narrow, light and dark, and asks
// it what it sees. It leaves pictures in build/.
func TestBrowser(t *testing.T) {
	c := startChromium(t)
	for name, page := range pages(t) {
		for _, width := range []int{1280, 390} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s at %d, %s", name, width, scheme), func(t *testing.T) {
					b := c.open(t, page, width, func(b *tab) { b.prefer(scheme) })
					seen := ask[sight](b, probe)
					for range 3 { // a machine that is busy with other things may be slow for a moment
						if seen.LoadMS < 1000 {
							break
						}
						b.do("Page.reload", object{})
						<-b.loaded
						seen = ask[sight](b, probe)
					}
					if seen.Overflow > 0 {
						t.Errorf("the page is %d pixels wider than the window", seen.Overflow)
					}
					if len(seen.Cut) > 0 {
						t.Errorf("tables are cut: %v", seen.Cut)
					}
					if seen.Rows < 1 || seen.Charts < 3 {
						t.Errorf("%d rows and %d charts, want rows and at least 3 charts", seen.Rows, seen.Charts)
					}
					if seen.Unnamed > 0 || seen.Nameless > 0 {
						t.Errorf("%d charts and %d controls say nothing to a screen reader", seen.Unnamed, seen.Nameless)
					}
					if len(seen.Outside) > 0 {
						t.Errorf("the page loads %v", seen.Outside)
					}
					if seen.Small > 0 {
						t.Errorf("%d pieces of text are smaller than 11 pixels", seen.Small)
					}
					if seen.LoadMS <= 0 || seen.LoadMS >= 1000 {
						t.Errorf("the page opens in %g ms, want less than a second", seen.LoadMS)
					}
					b.picture(fmt.Sprintf("%s-%d-%s", name, width, scheme))
					for _, problem := range b.said() {
						t.Error(problem)
					}
				})
			}
		}
	}
}

// prefer is how the reader likes it: light or dark.
func (b *tab) prefer(scheme string) {
	b.do("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme", "value": scheme}}})
}

// TestBrowserComparison looks at the page of a comparison.
func TestBrowserComparison(t *testing.T) {
	c := startChromium(t)
	for _, width := range []int{1280, 390} {
		b := c.open(t, comparisonPageOf(t, compared()), width)
		seen := ask[sight](b, probe)
		if seen.Overflow > 0 || len(seen.Cut) > 0 || seen.Small > 0 || seen.Nameless > 0 || len(seen.Outside) > 0 {
			t.Errorf("at %d: %+v", width, seen)
		}
		if drawn := ask[int](b, `[...document.querySelectorAll(".track .reach")].filter(e => e.getBoundingClientRect().width > 0).length`); drawn != 6 {
			t.Errorf("at %d: %d intervals are drawn, want 6", width, drawn)
		}
		b.picture(fmt.Sprintf("comparison-%d", width))
		report(t, b)
	}
}

// TestBrowserInstruments reads, zooms and toggles the chart of a case over time: with the mouse,
// by touch, and with the keyboard.
func TestBrowserInstruments(t *testing.T) {
	c := startChromium(t)
	page := rendered(t, "html", reportstest.Sample(t))
	const field, says = ".timeline[open] .field", ".timeline[open] .says"
	value := func(b *tab, label string) string {
		return ask[string](b, fmt.Sprintf(`[...document.querySelectorAll(".timeline[open] .toggle")].find(k => k.textContent.startsWith(%q)).querySelector(".value").textContent`, label))
	}
	// What the JSON says a bucket has, a second.
	rate := func(b *tab, row string, seconds float64) string {
		return ask[string](b, fmt.Sprintf(`(() => {
  const t = JSON.parse(document.getElementById("figures").textContent).times[0];
  return String(Number((t.%s[Math.floor(%g / t.step_s)] / t.step_s).toPrecision(3))) + "/s";
})()`, row, seconds))
	}
	// at is where an instant is in the window.
	at := func(b *tab, seconds, length float64) (x, y float64) {
		plot := b.boxOf(field + " .u-over")
		return plot.X + plot.Width*seconds/length, plot.Y + plot.Height/2
	}
	length := func(b *tab) float64 {
		return ask[float64](b, `(() => { const all = JSON.parse(document.getElementById("figures").textContent).times; return Math.max(...all.map(t => t.step_s * t.sent.length)) })()`)
	}

	t.Run("mouse", func(t *testing.T) {
		b := c.open(t, page, 1280)
		all := length(b)
		x, y := at(b, 20.2, all)
		b.mouse("mouseMoved", x, y, nil)
		b.settle()
		for label, row := range map[string]string{"admitted": "admitted", "throttled": "throttled", "failed calls": "failures"} {
			if got, want := value(b, label), rate(b, row, 20.2); got != want {
				t.Errorf("hovering: %s is %q, want %q", label, got, want)
			}
		}
		if got := value(b, "left in the bucket"); !strings.HasSuffix(got, " of 60") {
			t.Errorf("hovering: the bucket has %q", got)
		}
		if got := b.textOf(says); !strings.HasPrefix(got, "20 – 20.5 s") {
			t.Errorf("hovering: the chart says %q", got)
		}

		x1, _ := at(b, 10, all)
		x2, _ := at(b, 30, all)
		b.drag(x1, x2, y)
		b.mouse("mouseMoved", 5, 5, nil)
		b.settle()
		var from, to float64
		if _, err := fmt.Sscanf(b.textOf(says), "%g – %g s", &from, &to); err != nil || math.Abs(from-10) > 0.3 || math.Abs(to-30) > 0.3 {
			t.Errorf("marking: the chart shows %q, want 10 – 30 s", b.textOf(says))
		}
		x, y = at(b, 10, 20) // the middle
		for _, kind := range []string{"mousePressed", "mouseReleased", "mousePressed", "mouseReleased"} {
			b.mouse(kind, x, y, object{"button": "left", "clickCount": 2})
		}
		b.mouse("mouseMoved", 5, 5, nil)
		b.settle()
		if got := b.textOf(says); !strings.HasPrefix(got, "Point at") {
			t.Errorf("a double click: the chart says %q", got)
		}

		before := ask[string](b, `document.querySelector(".timeline[open] canvas").toDataURL()`)
		ask[bool](b, `[...document.querySelectorAll(".timeline[open] .toggle")].find(k => k.textContent.startsWith("throttled")).click()`)
		b.settle()
		if pressed := ask[string](b, `[...document.querySelectorAll(".timeline[open] .toggle")].find(k => k.textContent.startsWith("throttled")).getAttribute("aria-pressed")`); pressed != "false" {
			t.Errorf("toggling: the key is %q", pressed)
		}
		if after := ask[string](b, `document.querySelector(".timeline[open] canvas").toDataURL()`); after == before {
			t.Error("toggling changes nothing")
		}
		report(t, b)
	})

	t.Run("keyboard", func(t *testing.T) {
		b := c.open(t, page, 1280)
		b.boxOf(field)
		ask[bool](b, fmt.Sprintf(`(document.querySelector(%q).focus(), true)`, field))
		for range 3 {
			b.key("ArrowRight")
		}
		if got := b.textOf(says); !strings.HasPrefix(got, "1 – 1.5 s") {
			t.Errorf("three steps: the chart says %q", got)
		}
		if got := ask[string](b, fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-valuetext")`, field)); !strings.Contains(got, "admitted "+rate(b, "admitted", 1)) {
			t.Errorf("a screen reader hears %q", got)
		}
		b.key("+")
		b.key("Escape")
		if got := b.textOf(says); !strings.Contains(got, " – ") {
			t.Errorf("zooming: the chart says %q", got)
		}
		b.key("0")
		if got := b.textOf(says); !strings.HasPrefix(got, "Point at") {
			t.Errorf("showing all: the chart says %q", got)
		}
		report(t, b)
	})

	t.Run("touch", func(t *testing.T) {
		b := c.open(t, page, 400, func(b *tab) { b.do("Emulation.setTouchEmulationEnabled", object{"enabled": true}) })
		x, y := at(b, 20.2, length(b))
		b.do("Input.dispatchTouchEvent", object{"type": "touchStart", "touchPoints": []object{{"x": x, "y": y}}})
		b.settle()
		if got, want := value(b, "admitted"), rate(b, "admitted", 20.2); got != want {
			t.Errorf("touching: admitted is %q, want %q", got, want)
		}
		b.do("Input.dispatchTouchEvent", object{"type": "touchEnd", "touchPoints": []object{}})
		ask[bool](b, `(document.querySelector(".timeline[open] [aria-label='zoom in']").click(), true)`)
		b.settle()
		if disabled := ask[bool](b, `document.querySelector(".timeline[open] [aria-label='show all']").disabled`); disabled {
			t.Error("zooming with a button zooms nothing")
		}
		report(t, b)
	})

	t.Run("percentiles", func(t *testing.T) {
		b := c.open(t, page, 1280)
		plot := b.boxOf(".curves .u-over")
		nines := ask[[]float64](b, `JSON.parse(document.getElementById("figures").textContent).curves.nines`)
		reach := nines[len(nines)-1]
		b.mouse("mouseMoved", plot.X+plot.Width*2/reach, plot.Y+plot.Height/2, nil)
		b.settle()
		if got := b.textOf(".curves .says"); !strings.HasPrefix(got, "99 %") {
			t.Errorf("at 99 %%: the chart says %q", got)
		}
		want := ask[float64](b, `(() => { const c = JSON.parse(document.getElementById("figures").textContent).curves; return c.cases[0].ms[c.nines.indexOf(2)] })()`)
		got := b.textOf(".curves .ends .value")
		var ms float64
		var unit string
		if _, err := fmt.Sscanf(got, "%g %s", &ms, &unit); err != nil || unit != "ms" || math.Abs(ms-want) > want/100 {
			t.Errorf("the p99 of the first case is %q, want %g ms", got, want)
		}
		report(t, b)
	})

	t.Run("shares", func(t *testing.T) {
		b := c.open(t, page, 1280)
		strip := b.boxOf(".strip")
		b.mouse("mouseMoved", strip.X+strip.Width/10, strip.Y+strip.Height/2, nil)
		b.settle()
		if got := b.textOf(".sharing .says"); !strings.Contains(got, "neighbours, first tries ") {
			t.Errorf("the chart says %q", got)
		}
		report(t, b)
	})
}

// TestBrowserLongBuckets reads a chart whose steps show their busiest bucket.
func TestBrowserLongBuckets(t *testing.T) {
	c := reportstest.HandCase("base", reports.StrategyCase, nil, nil, reportstest.Hand{Name: "mine", You: true, Tasks: 1, Calls: 480, Attempts: 480, First: 480})
	const buckets, step = 2 * chartSteps, longBucket
	row := func(at int, n uint32) []uint32 {
		all := make([]uint32, buckets)
		all[at] = n
		return all
	}
	c.Series = &reports.Series{BucketS: step, Arrivals: row(101, 50), Attempts: row(101, 50), Admitted: row(101, 20), Throttled: row(101, 30), Failures: row(100, 10)}
	b := startChromium(t).open(t, rendered(t, "html", reportstest.HandReport(c)), 1280)
	if got := ask[string](b, `document.querySelector(".timeline[open] .caption").textContent`); got != "Each step of 10 s shows the busiest 5 s of it." {
		t.Errorf("the caption is %q", got)
	}
	plot := b.boxOf(".timeline[open] .u-over")
	b.mouse("mouseMoved", plot.X+plot.Width*100.5/buckets, plot.Y+plot.Height/2, nil)
	b.settle()
	values := ask[[]string](b, `[...document.querySelectorAll(".timeline[open] .toggle")].filter(k => !k.textContent.startsWith("left")).map(k => k.textContent)`)
	for _, want := range []string{"admitted 4/s", "throttled 6/s", "sent 10/s", "failed calls 2/s"} {
		if !slices.Contains(values, want) {
			t.Errorf("hovering: got %q, want %q among them", values, want)
		}
	}
	report(t, b)
}

// TestBrowserPlane reads the chart of a control plane, and the capacity below it.
func TestBrowserPlane(t *testing.T) {
	c := startChromium(t)
	b := c.open(t, rendered(t, "html", controlReport(t)), 390)
	plot := b.boxOf(".timeline[open] .u-over")
	b.mouse("mouseMoved", plot.X+plot.Width*3/4, plot.Y+plot.Height/2, nil)
	b.settle()
	if got := b.textOf(".timeline[open] .says"); got != "1 – 2 s, "+ask[string](b, `JSON.parse(document.getElementById("figures").textContent).planes[0].faults[0].name`) {
		t.Errorf("hovering: the chart says %q", got)
	}
	values := ask[[]string](b, `[...document.querySelectorAll(".timeline[open] .toggle")].map(k => k.textContent)`)
	if want := []string{"became RUNNING 0/s", "asked for 2/s", "will not run 2/s", "free vCPUs 0"}; !slices.Equal(values, want) {
		t.Errorf("hovering: got %q, want %q", values, want)
	}
	if seen := ask[sight](b, probe); seen.Overflow > 0 || len(seen.Cut) > 0 || seen.Small > 0 || seen.Nameless > 0 || seen.Unnamed > 0 || len(seen.Outside) > 0 {
		t.Errorf("%+v", seen)
	}
	if n := ask[int](b, `document.querySelectorAll(".copy").length`); n < 5 {
		t.Errorf("%d tables can be copied, want those of the cases, callers, regions, steps and of a case over time", n)
	}
	b.picture("plane-390")
	report(t, b)
}

// report says what went wrong on a page.
func report(t *testing.T, b *tab) {
	t.Helper()
	for _, problem := range b.said() {
		t.Error(problem)
	}
}

// TestBrowserTables sorts a table and copies it.
func TestBrowserTables(t *testing.T) {
	c := startChromium(t)
	b := c.open(t, rendered(t, "html", reportstest.Sample(t)), 1280, func(b *tab) {
		b.do("Page.addScriptToEvaluateOnNewDocument", object{"source": `navigator.clipboard.writeText = async text => { window.copied = text }`})
	})
	column := func() []string {
		return ask[[]string](b, `[...document.querySelectorAll("table.cases tbody")][0].querySelectorAll("tr:not(.section)").values().map(tr => tr.cells[2].textContent.trim()).toArray()`)
	}
	first := column()
	click := func() {
		ask[bool](b, `(document.querySelector("table.cases thead tr:last-child th button").click(), true)`)
	}
	values := func(texts []string) []float64 {
		var out []float64
		for _, text := range texts {
			var v float64
			if _, err := fmt.Sscanf(strings.TrimLeft(text, "< "), "%g", &v); err != nil {
				t.Fatalf("%q is no figure", text)
			}
			out = append(out, v)
		}
		return out
	}
	click()
	down := values(column())
	for i := range down[1:] {
		if down[i] < down[i+1] {
			t.Errorf("sorted down: %v", down)
		}
	}
	if got := ask[string](b, `document.querySelector("table.cases thead tr:last-child th").getAttribute("aria-sort")`); got != "descending" {
		t.Errorf("a screen reader hears %q", got)
	}
	click()
	up := values(column())
	for i := range up[1:] {
		if up[i] > up[i+1] {
			t.Errorf("sorted up: %v", up)
		}
	}
	click()
	if got := column(); strings.Join(got, "|") != strings.Join(first, "|") {
		t.Errorf("sorted back: %v, want %v", got, first)
	}

	ask[bool](b, `(document.querySelector("table.cases").closest("section").querySelector(".copy").click(), true)`)
	b.settle()
	lines := strings.Split(ask[string](b, `window.copied`), "\n")
	if !strings.HasPrefix(lines[0], `case,"you fail, live (%)"`) || len(lines) != 11 {
		t.Errorf("copied %d lines, the first %q", len(lines), lines[0])
	}
	if n, m := strings.Count(lines[0], ","), strings.Count(lines[1], ","); n < 5 || !strings.HasPrefix(lines[1], "php SDK as it is,") {
		t.Errorf("copied %q with %d commas, and %q with %d", lines[0], n, lines[1], m)
	}
	report(t, b)
}

// TestBrowserWithoutScript shows that a page without its script holds every figure, and
// TestBrowserOnPaper that a printed one does.
func TestBrowserWithoutScript(t *testing.T) {
	c := startChromium(t)
	b := c.open(t, rendered(t, "html", reportstest.Sample(t)), 1280, func(b *tab) {
		b.do("Emulation.setScriptExecutionDisabled", object{"value": true})
	})
	b.do("Emulation.setScriptExecutionDisabled", object{"value": false})
	if n := ask[int](b, `document.querySelectorAll(".instrument, .copy, .sort").length`); n > 0 {
		t.Errorf("the page has %d instruments, though its script did not run", n)
	}
	if n := ask[int](b, `[...document.querySelectorAll(".drawing")].filter(e => e.getBoundingClientRect().height > 50).length`); n < 2 {
		t.Errorf("%d drawings show, want those of latency and of the first case over time", n)
	}
	if n := ask[int](b, `document.querySelectorAll("details.numbers table").length`); n < 11 {
		t.Errorf("%d charts have tables, want all", n)
	}
}

// TestBrowserOnPaper prints the page, which unfolds everything and shows drawings in ink.
func TestBrowserOnPaper(t *testing.T) {
	c := startChromium(t)
	b := c.open(t, rendered(t, "html", reportstest.Sample(t)), 1280, func(b *tab) { b.prefer("dark") })
	b.do("Emulation.setEmulatedMedia", object{"media": "print"})
	if shown := ask[bool](b, `[...document.querySelectorAll(".instrument, .copy, .tools")].some(e => e.getBoundingClientRect().height > 0)`); shown {
		t.Error("instruments are printed")
	}
	if hidden := ask[int](b, `[...document.querySelectorAll(".drawing")].filter(e => e.getBoundingClientRect().height === 0).length`); hidden > 0 {
		t.Errorf("%d drawings are not printed", hidden)
	}
	if paper := ask[string](b, `getComputedStyle(document.body).backgroundColor`); paper != "rgb(255, 255, 255)" {
		t.Errorf("paper is %s", paper)
	}
	b.picture("live-print")
	report(t, b)
}
