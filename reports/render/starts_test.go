package render

import (
	"slices"
	"strings"
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// startReport is of tasks that ask for a secret before they start: two starts in ten fail,
// and two calls in twenty.
func startReport() *reports.Report {
	c := reportstest.HandCase("base", reports.StrategyCase, nil, nil, reportstest.Hand{
		Name: "service", You: true, Tasks: 10, Calls: 20, Failures: 2, Attempts: 30, First: 20,
	})
	g := &c.Groups[0]
	g.Lives = &reports.Lives{Launched: 10, Started: 8, FailedStarts: 2, StoppedReasons: []reports.StoppedReason{{Text: "a | b", Starts: 2}}}
	g.Activities = []reports.Activity{{Name: "secret", Flow: "secret", Endpoint: "secrets", Required: true, Calls: 20, Attempts: 30, FirstTries: 20}}
	g.Activities[0].Results[strategy.Timeout] = 2
	c.Endpoint.Limits, c.Endpoint.Tally = nil, new(throttle.Tally)
	c.Endpoints = []reports.Further{
		{Name: "secrets", Endpoint: reports.Endpoint{Service: "secretsmanager", Hosts: 1, Tally: &throttle.Tally{Requests: 30, Admitted: 28, Failed: 2}}},
		{Name: "logs", Endpoint: reports.Endpoint{Service: "logs", Hosts: 1, Tally: new(throttle.Tally)}},
	}
	return reportstest.HandReport(c)
}

// Over seeds the share of starts that fail has its interval, on the page and on the screen.
func TestStartsHaveMargins(t *testing.T) {
	r := startReport()
	g := &r.Cases[0].Groups[0]
	g.Simulated = &reports.Simulated{Seeds: 20, Calls: 400, Failures: 40, Starts: &reports.Starts{Started: 160, FailedStarts: 40, FailedStartRateCI95: &reports.Ends{0.17, 0.23}}}
	d := diagnosis.Of(r)
	table := newPageTable(d)
	if row := &table.Sections[0].Rows[0]; row.Cells[0].Text != "20.0 %" || row.Cells[0].Margin != " ±3.0" || !row.HasInterval || !table.StartIntervals || row.Low != 56.67 || row.Width != 20 {
		t.Errorf("got %+v", row)
	}
	if text := rendered(t, "text", r); !strings.Contains(text, "20.0 % ±3.0 ") {
		t.Error(text)
	}
	const caption = "“Starts fail” and “calls fail” are the means of 20 seeds, with their 95 % intervals."
	if page := rendered(t, "html", r); !strings.Contains(page, caption) {
		t.Errorf("the page does not say %s", caption)
	}
	// None of them failed: it is a bound.
	g.Lives.Started, g.Lives.FailedStarts, g.Lives.StoppedReasons = 10, 0, nil
	*g.Simulated.Starts = reports.Starts{Started: 200, FailedStartRateCI95: &reports.Ends{0, 0.019}}
	if row := &newPageTable(diagnosis.Of(r)).Sections[0].Rows[0]; row.Cells[0].Text != "< 2 %" || row.Cells[0].Margin != "" {
		t.Errorf("got %+v", row)
	}
	if table := newPageTable(diagnosis.Of(r)); !table.Bounds {
		t.Error("the page does not say what a bound is")
	}
	// A report of an old version has no interval.
	*g.Simulated.Starts = reports.Starts{Started: 160, FailedStarts: 40}
	if row := &newPageTable(diagnosis.Of(r)).Sections[0].Rows[0]; row.Cells[0].Text != "20.0 %" || row.Cells[0].Margin != "" || row.HasInterval {
		t.Errorf("got %+v", row)
	}
}

// Where tasks ask before they start, what fails is first of all their starts.
func TestStartsComeFirst(t *testing.T) {
	d := diagnosis.Of(startReport())
	table := newPageTable(d)
	if first, row := &table.Columns[0], &table.Sections[0].Rows[0]; first.Head != "starts fail" || row.Cells[0].Text != "20.0 %" || !row.Cells[0].Fail || row.Cells[1].Fail || row.Bar != 100 || row.HasInterval {
		t.Errorf("the table begins with %+v: %+v", first, row)
	}
	if got, want := tiles(d)[:2], []tile{{"Starts that fail", "20.0 %", "base"}, {"Calls that fail", "10.0 %", "of those that your tasks make to start"}}; !slices.Equal(got, want) {
		t.Errorf("got the tiles %q, want %q", got, want)
	}
	if got := note(d.Rows[0]); got != "20.0 % of starts fail" {
		t.Errorf("a chart over time has the note %q", got)
	}
	chart := newShareChart(d)
	if chart == nil || chart.Bars[0].Total == "0/s" {
		t.Errorf("who sends the requests: %+v", chart)
	}
	for _, row := range newEndpointTables(d).Rows {
		if strings.Contains(row.Label, "logs") {
			t.Error("an endpoint that nobody asked has a row")
		}
	}
	text := rendered(t, "text", d.Report)
	if lines := strings.Split(text, "\n"); !slices.ContainsFunc(lines, func(s string) bool { return strings.Contains(s, "STARTS") && strings.Contains(s, "calls fail") }) || strings.Contains(text, "YOU FAIL") || strings.Contains(text, "asked:") {
		t.Error(text)
	}
	if comment := rendered(t, "markdown", d.Report); !strings.Contains(comment, `| a \| b | base: 2 |`) {
		t.Error(comment)
	}
}

// Where calls come first, the page has room for the margins of starts beside them.
func TestStartsBehindCallsHaveMargins(t *testing.T) {
	r := startReport()
	c := &r.Cases[0]
	c.Endpoints, c.Groups[0].Activities[0].Endpoint = nil, ""
	c.Groups[0].Simulated = &reports.Simulated{Seeds: 20, Calls: 400, Failures: 40, Starts: &reports.Starts{Started: 160, FailedStarts: 40, FailedStartRateCI95: &reports.Ends{0.17, 0.23}}}
	table := newPageTable(diagnosis.Of(r))
	at := len(table.Columns) - 1
	if cell := table.Sections[0].Rows[0].Cells[at]; table.Starting || table.Columns[at].Head != "starts" || !table.Columns[at].Margins || cell.Text != "20.0 %" || cell.Margin != " ±3.0" {
		t.Errorf("got %+v in %+v", cell, table.Columns[at])
	}
	const caption = "“You fail” and “starts fail” are the means of 20 seeds, with their 95 % intervals<span class=\"drawn\"> (the thin line is that of “you fail”)</span>."
	if page := rendered(t, "html", r); !strings.Contains(page, caption) {
		t.Errorf("the page does not say %s", caption)
	}
}

// A live run has its simulation beside it: only that has a margin.
func TestStartsOfBothEnginesHaveMargins(t *testing.T) {
	r := startReport()
	r.Engine = reports.Live
	rate := 0.2
	r.Cases[0].Groups[0].Simulated = &reports.Simulated{
		Seeds: 20, Calls: 400, Failures: 40, Attempts: 600, FirstTries: 400,
		Starts: &reports.Starts{Started: 160, FailedStarts: 40, FailedStartRate: &rate, FailedStartRateCI95: &reports.Ends{0.17, 0.23}},
	}
	text := rendered(t, "text", r)
	for _, want := range []string{" live        20.0 %       ", " simulated   20.0 % ±3.0  "} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
}
