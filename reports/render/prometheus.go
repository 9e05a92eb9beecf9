package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// The text format of Prometheus: for its textfile collector, for a Pushgateway, and
// for the metrics of a run under way (loadgen run --metrics). Counters are of the run
// itself, and of a simulated report of its seed; what is over many seeds is named
// simulated. Every sample has a profile; all but a few have a case and a group.

// prometheusBounds are the upper bounds of the buckets of durations.
var prometheusBounds = []time.Duration{
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
}

// family is the samples of one metric.
type family struct {
	name, kind, help string
	write            func(*exposition, *reports.Report)
}

// families are all metrics, in order.
var families = []family{
	{"tenement_run_info", "gauge", "The run; the value is 1.", func(e *exposition, r *reports.Report) {
		e.sample("", 1, "engine", r.Engine, "digest", r.Profile.Digest, "seed", strconv.FormatUint(r.Seed, 10),
			"model", strconv.Itoa(r.Model), "version", r.Generator.Version, "partial", strconv.FormatBool(r.Partial))
	}},
	{"tenement_run_calls_total", "counter", "Calls of applications, by result.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		for i, n := range g.Results {
			e.sample("", float64(n), append(labels, "result", strategy.Result(i).String())...)
		}
	})},
	{"tenement_run_answers_total", "counter", "Calls, by where their answer came from.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		for i, n := range g.Served {
			e.sample("", float64(n), append(labels, "served", strategy.Served(i).String())...)
		}
	})},
	{"tenement_run_attempts_total", "counter", "Requests on the wire, by outcome.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		for i, name := range reports.OutcomeNames() {
			if i != reports.Dropped { // the endpoint counts it; the client counts the same attempt as a timeout
				e.sample("", float64(g.Outcomes[i]), append(labels, "outcome", name)...)
			}
		}
	})},
	{"tenement_run_first_tries_total", "counter", "Requests that were not retries.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		e.sample("", float64(g.FirstTries), labels...)
	})},
	{"tenement_run_call_duration_seconds", "histogram", "Time from the scheduled instant of calls to their end, by whether they failed.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		e.histogram(g.Histograms.Latency, append(labels, "failed", "false")...)
		e.histogram(g.Histograms.FailureLatency, append(labels, "failed", "true")...)
	})},
	{"tenement_run_attempt_duration_seconds", "histogram", "Time from the sending of requests to their end.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		e.histogram(g.Histograms.AttemptLatency, labels...)
	})},
	{"tenement_run_lateness_seconds", "histogram", "How late calls began: the generator's own fault.", perGroup(func(e *exposition, g *reports.Group, labels []string) {
		e.histogram(g.Histograms.Lateness, labels...)
	})},
	{"tenement_run_simulated_seeds", "gauge", "Seeds that the simulated figures are over.", perSimulated(func(e *exposition, s *reports.Simulated, labels []string) {
		e.sample("", float64(s.Seeds), labels...)
	})},
	{"tenement_run_simulated_failure_ratio", "gauge", "Share of calls that fail, over all simulated seeds.", perSimulated(func(e *exposition, s *reports.Simulated, labels []string) {
		e.optional(s.FailureRate, labels...)
	})},
	{"tenement_run_simulated_attempts_per_call", "gauge", "Requests per call, over all simulated seeds.", perSimulated(func(e *exposition, s *reports.Simulated, labels []string) {
		e.optional(s.Amplification, labels...)
	})},
	{"tenement_run_simulated_call_duration_seconds", "histogram", "Time from the scheduled instant of successful calls to their end, over all simulated seeds.", perSimulated(func(e *exposition, s *reports.Simulated, labels []string) {
		e.histogram(s.Histogram, labels...)
	})},
	{"tenement_run_endpoint_requests_total", "counter", "Requests that the endpoint counted, by verdict; none where it was not ours. Those of a further endpoint have its name.", perCase(func(e *exposition, c *reports.Case, labels []string) {
		e.verdicts(c.Endpoint.Tally, labels...)
		for i := range c.Endpoints {
			e.verdicts(c.Endpoints[i].Tally, append(labels[:2:2], "endpoint", c.Endpoints[i].Name)...)
		}
	})},
	{"tenement_run_gate_ok", "gauge", "Whether a gate holds in a case.", func(e *exposition, r *reports.Report) {
		for _, g := range r.Gates {
			ok := 0.0
			if g.OK {
				ok = 1
			}
			e.sample("", ok, "case", g.Case, "gate", g.Expr)
		}
	}},
}

// writePrometheus writes the metrics.
func writePrometheus(w io.Writer, d *diagnosis.Diagnosis) error {
	e := &exposition{profile: d.Report.Profile.Name}
	for _, f := range families {
		e.family, e.begun = f, false
		f.write(e, d.Report)
	}
	_, err := io.WriteString(w, e.b.String())
	return err
}

// verdicts writes what became of requests, if that is known.
func (e *exposition) verdicts(t *throttle.Tally, labels ...string) {
	if t == nil {
		return
	}
	e.sample("", float64(t.Admitted), append(labels, "verdict", "admitted")...)
	e.sample("", float64(t.Throttled), append(labels, "verdict", "throttled")...)
	e.sample("", float64(t.Dropped), append(labels, "verdict", "dropped")...)
	e.sample("", float64(t.Failed), append(labels, "verdict", "failed")...)
}

// perCase writes samples of each case.
func perCase(write func(e *exposition, c *reports.Case, labels []string)) func(*exposition, *reports.Report) {
	return func(e *exposition, r *reports.Report) {
		for i := range r.Cases {
			c := &r.Cases[i]
			write(e, c, []string{"case", c.Name})
		}
	}
}

// perGroup writes samples of each group of each case.
func perGroup(write func(e *exposition, g *reports.Group, labels []string)) func(*exposition, *reports.Report) {
	return perCase(func(e *exposition, c *reports.Case, labels []string) {
		for i := range c.Groups {
			g := &c.Groups[i]
			write(e, g, append(labels[:2:2], "group", g.Name))
		}
	})
}

// perSimulated writes samples of each group that was simulated over seeds.
func perSimulated(write func(e *exposition, s *reports.Simulated, labels []string)) func(*exposition, *reports.Report) {
	return perGroup(func(e *exposition, g *reports.Group, labels []string) {
		if g.Simulated != nil {
			write(e, g.Simulated, labels)
		}
	})
}

// exposition is metrics in the making.
type exposition struct {
	b       strings.Builder
	profile string
	family  family
	begun   bool // the family has a sample
}

// sample writes a sample of the family. Labels are names and values in turn.
func (e *exposition) sample(suffix string, value float64, labels ...string) {
	if !e.begun {
		fmt.Fprintf(&e.b, "# HELP %s %s\n# TYPE %s %s\n", e.family.name, e.family.help, e.family.name, e.family.kind)
		e.begun = true
	}
	fmt.Fprintf(&e.b, "%s%s{profile=%s", e.family.name, suffix, label(e.profile))
	for i := 0; i+1 < len(labels); i += 2 {
		fmt.Fprintf(&e.b, ",%s=%s", labels[i], label(labels[i+1]))
	}
	fmt.Fprintf(&e.b, "} %s\n", strconv.FormatFloat(value, 'g', -1, 64))
}

// optional writes a sample of a figure that may not exist.
func (e *exposition) optional(value *float64, labels ...string) {
	if value != nil {
		e.sample("", *value, labels...)
	}
}

// histogram writes the samples of a distribution.
func (e *exposition) histogram(h reports.Histogram, labels ...string) {
	labels = labels[:len(labels):len(labels)]
	counts, all, sum := h.Upto(prometheusBounds)
	for i, bound := range prometheusBounds {
		e.sample("_bucket", float64(counts[i]), append(labels, "le", strconv.FormatFloat(bound.Seconds(), 'g', -1, 64))...)
	}
	e.sample("_bucket", float64(all), append(labels, "le", "+Inf")...)
	e.sample("_sum", sum, labels...)
	e.sample("_count", float64(all), labels...)
}

// mostLabel bounds a label's value, which every sample repeats. No name of a profile is
// as long.
const mostLabel = 1000

// label is a label's value in quotes.
func label(text string) string {
	return `"` + labelEscapes.Replace(words.Visible(words.Shortened(text, mostLabel))) + `"`
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
