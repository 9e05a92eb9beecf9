package render

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// The table of comma-separated values has a line for each group of each case. A
// column has the name that its figure has in JSON, with dots in it, and its unit.
// A figure that does not exist is an empty cell, as it is null in JSON.

// csvLine is what a line of the table is made from.
type csvLine struct {
	report *reports.Report
	of     *reports.Case
	group  *reports.Group
}

// csvColumn is a column: its name, and its cell in a line.
type csvColumn struct {
	name string
	of   func(csvLine) string
}

// writeCSV writes the table.
func writeCSV(w io.Writer, d *diagnosis.Diagnosis) error {
	if d.Control != nil {
		return writeControlCSV(w, d)
	}
	columns := csvColumns()
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.name
	}
	out := csv.NewWriter(w)
	_ = out.Write(line) // Error reports it
	for i := range d.Report.Cases {
		c := &d.Report.Cases[i]
		for j := range c.Groups {
			for k, column := range columns {
				line[k] = column.of(csvLine{d.Report, c, &c.Groups[j]})
			}
			_ = out.Write(line)
		}
	}
	out.Flush()
	return out.Error()
}

// csvColumns are all columns, in order.
func csvColumns() []csvColumn {
	all := []csvColumn{
		{"profile.name", func(l csvLine) string { return cell(l.report.Profile.Name) }},
		{"profile.digest", func(l csvLine) string { return cell(l.report.Profile.Digest) }},
		{"model", func(l csvLine) string { return strconv.Itoa(l.report.Model) }},
		{"engine", func(l csvLine) string { return cell(l.report.Engine) }},
		{"seed", func(l csvLine) string { return whole(l.report.Seed) }},
		{"partial", func(l csvLine) string { return strconv.FormatBool(l.report.Partial) }},
		{"case.name", func(l csvLine) string { return cell(l.of.Name) }},
		{"case.title", func(l csvLine) string { return cell(l.of.Title) }},
		{"case.kind", func(l csvLine) string { return cell(l.of.Kind) }},
		{"name", func(l csvLine) string { return cell(l.group.Name) }},
		{"tenant", func(l csvLine) string { return cell(l.group.Tenant) }},
		{"under_test", func(l csvLine) string { return strconv.FormatBool(l.group.UnderTest) }},
		{"tasks", func(l csvLine) string { return strconv.Itoa(l.group.Tasks) }},
		{"processes", func(l csvLine) string { return strconv.Itoa(l.group.Processes) }},
		{"offered_per_s", func(l csvLine) string { return decimal(l.group.OfferedPerS) }},
		{"calls", func(l csvLine) string { return whole(l.group.Calls) }},
		{"failures", func(l csvLine) string { return whole(l.group.Failures()) }},
		{"failure_rate", func(l csvLine) string { return figure(l.group.FailureRate) }},
		{"failure_rate_ci95.low", func(l csvLine) string { return end(l.group.FailureRateCI95, 0) }},
		{"failure_rate_ci95.high", func(l csvLine) string { return end(l.group.FailureRateCI95, 1) }},
		{"attempts", func(l csvLine) string { return whole(l.group.Attempts) }},
		{"first_tries", func(l csvLine) string { return whole(l.group.FirstTries) }},
		{"amplification", func(l csvLine) string { return figure(l.group.Amplification) }},
		{"ready_within_1s", func(l csvLine) string { return figure(l.group.ReadyWithin1s) }},
	}
	all = append(all, latencyColumns("latency_ms", func(g *reports.Group) *reports.Latency { return g.LatencyMS })...)
	all = append(all, latencyColumns("failure_latency_ms", func(g *reports.Group) *reports.Latency { return g.FailureLatencyMS })...)
	all = append(all, latencyColumns("attempt_latency_ms", func(g *reports.Group) *reports.Latency { return g.AttemptLatencyMS })...)
	all = append(all, csvColumn{"lateness_ms.p99", func(l csvLine) string {
		if l.group.LatenessMS == nil {
			return ""
		}
		return decimal(l.group.LatenessMS.P99)
	}})
	for i := range strategy.NumResults {
		all = append(all, csvColumn{"results." + i.String(), func(l csvLine) string { return whole(l.group.Results[i]) }})
	}
	for i, name := range reports.OutcomeNames() {
		all = append(all, csvColumn{"outcomes." + name, func(l csvLine) string { return whole(l.group.Outcomes[i]) }})
	}
	for i := range strategy.NumServed {
		all = append(all, csvColumn{"served." + i.String(), func(l csvLine) string { return whole(l.group.Served[i]) }})
	}
	return append(all, simulatedColumns()...)
}

// latencyColumns are the figures of a distribution.
func latencyColumns(name string, of func(*reports.Group) *reports.Latency) []csvColumn {
	var all []csvColumn
	for _, f := range []struct {
		name string
		of   func(*reports.Latency) float64
	}{
		{"mean", func(l *reports.Latency) float64 { return l.Mean }}, {"p50", func(l *reports.Latency) float64 { return l.P50 }},
		{"p90", func(l *reports.Latency) float64 { return l.P90 }}, {"p99", func(l *reports.Latency) float64 { return l.P99 }},
		{"p99_9", func(l *reports.Latency) float64 { return l.P999 }}, {"max", func(l *reports.Latency) float64 { return l.Max }},
	} {
		all = append(all, csvColumn{name + "." + f.name, func(l csvLine) string {
			d := of(l.group)
			if d == nil {
				return ""
			}
			return decimal(f.of(d))
		}})
	}
	return all
}

// simulatedColumns are the figures over many seeds.
func simulatedColumns() []csvColumn {
	column := func(name string, of func(*reports.Simulated) string) csvColumn {
		return csvColumn{"simulated." + name, func(l csvLine) string {
			if l.group.Simulated == nil {
				return ""
			}
			return of(l.group.Simulated)
		}}
	}
	latency := func(of func(*reports.Quantiles) float64) func(*reports.Simulated) string {
		return func(s *reports.Simulated) string {
			if s.LatencyMS == nil {
				return ""
			}
			return decimal(of(s.LatencyMS))
		}
	}
	return []csvColumn{
		column("seeds", func(s *reports.Simulated) string { return whole(s.Seeds) }),
		column("calls", func(s *reports.Simulated) string { return whole(s.Calls) }),
		column("failures", func(s *reports.Simulated) string { return whole(s.Failures) }),
		column("failure_rate", func(s *reports.Simulated) string { return figure(s.FailureRate) }),
		column("failure_rate_ci95.low", func(s *reports.Simulated) string { return end(s.FailureRateCI95, 0) }),
		column("failure_rate_ci95.high", func(s *reports.Simulated) string { return end(s.FailureRateCI95, 1) }),
		column("attempts", func(s *reports.Simulated) string { return whole(s.Attempts) }),
		column("throttled", func(s *reports.Simulated) string { return whole(s.Throttled) }),
		column("amplification", func(s *reports.Simulated) string { return figure(s.Amplification) }),
		column("latency_ms.p50", latency(func(q *reports.Quantiles) float64 { return q.P50 })),
		column("latency_ms.p99", latency(func(q *reports.Quantiles) float64 { return q.P99 })),
	}
}

// cell is a text from a file. A spreadsheet would take one that begins like a
// formula for a formula; an apostrophe in front makes it a text.
func cell(text string) string {
	text = words.Visible(text)
	if text != "" && strings.ContainsRune("=+-@", rune(text[0])) {
		return "'" + text
	}
	return text
}

func whole(n uint64) string { return strconv.FormatUint(n, 10) }

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// figure is a figure that may not exist.
func figure(x *float64) string {
	if x == nil {
		return ""
	}
	return decimal(*x)
}

// end is one end of an interval that may not exist.
func end(ci *reports.Ends, i int) string {
	if ci == nil {
		return ""
	}
	return decimal(ci[i])
}
