package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// FailureShare is a kind of failure and its share of your failures.
type FailureShare struct {
	Result strategy.Result
	Share  float64
	Status int // that a fault answers, if rejections can only be that one's; else 0
}

// The least share of a kind of failure that is mentioned, and how many kinds are.
const (
	failureShare = 0.05
	mostFailures = 3
)

// failureNouns are what a failure is, and what several are, in a sentence.
var failureNouns = map[strategy.Result][2]string{
	strategy.Empty: {"an empty answer taken for success", "empty answers taken for success"}, strategy.Expired: {"expired credentials", "expired credentials"},
	strategy.Rejected: {"a rejection other than a throttle", "rejections other than throttles"}, strategy.Timeout: {"a timeout", "timeouts"},
	strategy.Refused: {"a refused connection", "refused connections"}, strategy.Reset: {"a broken connection", "broken connections"},
	strategy.Truncated: {"an answer cut short", "answers cut short"}, strategy.Malformed: {"an unusable answer", "unusable answers"},
	strategy.Error: {"a server error", "server errors"}, strategy.Unfinished: {"a call still open when the run ended", "calls still open when the run ended"},
	strategy.Throttled: {"a throttle", "throttles"}, strategy.Withheld: {"a call that a policy of the client held back", "calls that a policy of the client held back"},
}

// Excess is what the limits have to do with failures most of which are not
// throttles.
type Excess int

// What the limits have to do with such failures.
const (
	ExcessUnknown     Excess = iota
	NobodyTurnedAway         // by any limit
	Delayed                  // the limit delays requests and refuses none
	DroppedUnanswered        // the limit drops requests, and clients time out
	AnsweredOtherwise        // the limit answers with another status than 429
)

// findFailures fills in what your failures are, if most are not throttles.
func (d *Diagnosis) findFailures() {
	all := d.You.Results
	failures := all.Failures()
	if failures == 0 || failures == all[strategy.Expired] || stat.Ratio(all[strategy.Throttled], failures) >= 0.5 {
		return
	}
	var out []FailureShare
	for i := range all {
		if k := strategy.Result(i); k.Failed() && stat.Ratio(all[k], failures) >= failureShare {
			out = append(out, FailureShare{Result: k, Share: stat.Ratio(all[k], failures)})
			if k == strategy.Rejected {
				out[len(out)-1].Status = d.rejectionStatus()
			}
		}
	}
	slices.SortStableFunc(out, func(a, b FailureShare) int { return cmp.Compare(all[b.Result], all[a.Result]) })
	if d.Failures = out[:min(len(out), mostFailures)]; len(out) > 0 {
		d.Excess = d.excess(out[0].Result)
	}
}

// rejectionStatus is the one status of the class 4xx that faults answer, or 0.
func (d *Diagnosis) rejectionStatus() int {
	status := 0
	for _, of := range d.faultsOfEndpoints() {
		for i := range of.faults {
			f := &of.faults[i]
			if !f.Is(throttle.StatusFault) || f.Status/100 != 4 || f.Status == 429 {
				continue
			}
			if status != 0 && status != f.Status {
				return 0
			}
			status = f.Status
		}
	}
	return status
}

// excess is what the limits have to do with failures most of which are of one kind,
// and not throttles.
func (d *Diagnosis) excess(most strategy.Result) Excess {
	l := &d.Limit
	if l.First == nil {
		return ExcessUnknown
	}
	failed := d.Endpoint.Failed + d.Endpoint.Refused
	exceed, late := l.First.OnExceed, most == strategy.Timeout || most == strategy.Unfinished
	waits := exceed == throttle.Delay.String() || l.First.Is(throttle.LeakyBucket)
	switch {
	case l.TurnedAway == 0 && (d.Base.Endpoint.Tally == nil || l.OtherSeeds):
		return ExcessUnknown // or a limit did with another seed
	case furtherTroubles(d.Base) > 0:
		return ExcessUnknown // it may be those, and sentences of their own say so
	case l.TurnedAway == 0 && l.Only && waits && late && failed == 0:
		return Delayed
	case l.TurnedAway == 0:
		return NobodyTurnedAway
	case !l.Only || l.TurnedAway < failed:
		return ExcessUnknown
	case late && exceed == throttle.Drop.String():
		return DroppedUnanswered
	case most == strategy.Error && strings.HasPrefix(exceed, "5"), most == strategy.Rejected && strings.HasPrefix(exceed, "4"):
		return AnsweredOtherwise
	}
	return ExcessUnknown
}

// sayFailures says what your failures are, if most are not throttles.
func (d *Diagnosis) sayFailures() string {
	var parts []string
	for i, f := range d.Failures {
		nouns := failureNouns[f.Result]
		if f.Status != 0 {
			nouns = [2]string{fmt.Sprintf("a rejection such as the fault's %d", f.Status), fmt.Sprintf("rejections such as the fault's %d", f.Status)}
		} else if f.Result == strategy.Rejected && d.furtherRejects() {
			nouns = [2]string{"a rejection", "rejections"} // of which those by a limit are throttles in other words
		}
		noun := nouns[1]
		switch {
		case d.You.Results.Failures() == 1:
			parts = append(parts, "your one failure is "+nouns[0])
		case i > 0:
			parts = append(parts, fmt.Sprintf("%s are %s", words.Roughly(f.Share), noun))
		case f.Share == 1:
			parts = append(parts, "all your failures are "+noun)
		default:
			parts = append(parts, fmt.Sprintf("%s of your failures are %s", words.Roughly(f.Share), noun))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	sentence := words.Capital(words.List(parts, "and")) + "."
	if why := d.excessWords(); why != "" {
		return why + " " + sentence
	}
	return sentence
}

// excessWords is the sentence that goes before what your failures are.
func (d *Diagnosis) excessWords() string {
	switch d.Excess {
	case NobodyTurnedAway:
		if d.Limit.Only {
			return "The limit turned no request away."
		}
		return "The limits turned no request away."
	case Delayed:
		return "The limit delays requests and refuses none."
	case DroppedUnanswered:
		return "The limit drops requests without an answer."
	case AnsweredOtherwise:
		return "The limit answers excess requests with " + d.Limit.First.OnExceed + "."
	}
	return ""
}
