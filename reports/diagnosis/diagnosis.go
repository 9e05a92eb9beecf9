// Package diagnosis says what the figures of a report mean: who used the limit
// up, which fault the failures fall into, what each further case does. Of computes
// all of that once, into one value. The verdict, the assumptions and the warnings
// are functions of that value, and so are the tables and charts of package render.
// A sentence decides nothing: it puts a fact of the value into words.
//
// "You" are the groups under test, "your other tasks" the other groups of their
// tenants, "the neighbours" the groups of other tenants. What fails is said of each;
// what is sent, of you and your other tasks together.
package diagnosis

import (
	"tenement/reports"
)

// Diagnosis is what is true of a report. It is about the first case, the base, and
// about what the other cases change.
type Diagnosis struct {
	Report *reports.Report
	// Measured is that a live run parts from its simulation. Then everything here is
	// about what the run itself counted; otherwise about the simulation, if there is one,
	// because many seeds show more than one run.
	Measured bool
	Rows     []Row     // of all cases, in the report's order
	Sections []Section // the same rows, by what they change

	Base *reports.Case // nil in a report without cases; then nothing below is set

	You, Yours, Neighbours Totals

	Mine    Totals // you, and your other tasks that share the first limit with you
	Sharing Totals // the neighbours that share it with you

	Limit    Limit
	Cause    Cause
	Endpoint EndpointFailures
	InFault  *FailuresInFault // nil if no fault has a good part of your failures in its time
	Failures []FailureShare   // by kind, the most frequent first; nil if most are throttles
	Excess   Excess           // what the limits have to do with those
	Cache    Cache
	Others   Others     // what the further cases do to you
	Sample   Sample     // how far the figures can be trusted
	Replayed []Replayed // recordings, beside their replays

	// Control is what is true of the report of a control plane; nil of any other. With it,
	// nothing else is set but Report and Base.
	Control *Control
}

// Of computes the diagnosis of a report.
func Of(r *reports.Report) *Diagnosis {
	d := &Diagnosis{Report: r}
	if r.ControlPlane() {
		d.Base, d.Control = &r.Cases[0], controlOf(r)
		return d
	}
	d.Sample = sampleOf(r)
	d.Measured = r.Engine == reports.Live && len(d.Sample.Agreement.Off) > 0
	d.findRows()
	if len(d.Rows) == 0 {
		return d
	}
	first := &d.Rows[0]
	d.Base, d.You, d.Yours, d.Neighbours = first.Case, first.You, first.Yours, first.Neighbours
	d.findLimit()
	d.findEndpointFailures()
	d.findCause()
	d.findFailuresInFault()
	d.findFailures()
	d.findCache()
	d.findOthers()
	d.findReplayed()
	return d
}

// hosts is how many hosts of the base have a task.
func (d *Diagnosis) hosts() float64 { return hostsWith(d.Base) }

// Sentences are all sentences of the report; given ones come first.
func (d *Diagnosis) Sentences() reports.Sentences {
	given := &d.Report.Given
	if c := d.Control; c != nil {
		warnings := append([]string{}, given.Warnings...)
		if d.Report.Partial {
			warnings = append(warnings, interrupted(d.Report))
		}
		return reports.Sentences{
			Assumptions: append(append([]string{}, given.Assumptions...), c.assumptions()...),
			Verdict:     c.verdict(),
			Warnings:    warnings,
		}
	}
	return reports.Sentences{
		Assumptions: append(append([]string{}, given.Assumptions...), d.assumptions()...),
		Verdict:     d.verdict(),
		Warnings:    append(append([]string{}, given.Warnings...), d.warnings()...),
	}
}

// verdict is the sentences that the figures support, in reading order.
func (d *Diagnosis) verdict() []string {
	if d.Base == nil {
		return nil
	}
	var out []string
	for _, say := range []func() string{
		d.sayParted, d.sayNothingFails, d.sayYours, d.sayFailuresInFault, d.sayEndpointFailures, d.sayUpstream, d.sayFurther,
		d.sayShare, d.sayCause, d.sayRefusalCost, d.sayStarts, d.sayEndings, d.sayOrder, d.sayNotStarted, d.sayActivities, d.sayFailures, d.sayCutOff, d.sayExpired, d.sayCache,
		d.sayHelp, d.sayHarm, d.saySilent, d.sayLimits, d.sayHarmless, d.sayRisk,
	} {
		if sentence := say(); sentence != "" {
			out = append(out, sentence)
		}
	}
	return out
}
