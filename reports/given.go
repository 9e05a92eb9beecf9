package reports

import (
	"regexp"
	"slices"
)

// Given are the sentences that no figure shows: only the caller of New knows that
// they are true. Sentences that follow from figures are not stored; they are
// computed whenever a report is rendered.
type Given struct {
	Assumptions []string `json:"assumptions"` // what the caller takes for granted
	Warnings    []string `json:"warnings"`    // what only the run itself could know
}

// WarnSharedAddresses is the warning of a live run in which tasks had no source
// address each: on a system without 127.0.0.0/8, at a target beyond it, or with
// more tasks than addresses.
const WarnSharedAddresses = "the tasks shared one source address: limits by address count them as one"

// normal is a copy with empty lists in place of missing ones.
func (g Given) normal() Given {
	return Given{append([]string{}, g.Assumptions...), append([]string{}, g.Warnings...)}
}

// givens are the sentences of several reports, each once.
type givens struct {
	Given
	assumed, warned map[string]bool
}

func newGivens() *givens {
	return &givens{Given{}.normal(), make(map[string]bool), make(map[string]bool)}
}

// add adds the sentences of a report.
func (g *givens) add(o Given) {
	join := func(to *[]string, known map[string]bool, more []string) {
		for _, s := range more {
			if !known[s] {
				known[s] = true
				*to = append(*to, s)
			}
		}
	}
	join(&g.Assumptions, g.assumed, o.Assumptions)
	join(&g.Warnings, g.warned, o.Warnings)
}

// givenBefore are the warnings that were given to reports before the field `given`
// existed. Those reports hold them among computed warnings, which are dropped and
// computed again. No assumption was ever given.
var givenBefore = []*regexp.Regexp{
	regexp.MustCompile(`^the run ended at its limit of [0-9]+ requests to the target$`),
	regexp.MustCompile(`^the cases ran one after the other at one target, whose buckets and credentials they shared$`),
	regexp.MustCompile(`^what the target does on a schedule, faults and changes of limits, goes by its own start, and not by that of a case$`),
	regexp.MustCompile(`^left out, because they change the endpoint and a target is as it is: .+$`),
	regexp.MustCompile(`^the tasks shared one source address(, because this system has no 127\.0\.0\.0/8)?: limits by address count them as one$`),
	regexp.MustCompile(`^this system has no loopback address for every task, so tasks share one: a limit per source address is shared too$`),
	regexp.MustCompile(`^the (fault|change of the limit)( .+)? at [0-9.a-zµ]+ never comes: the run, its drain included, ends at [0-9.a-zµ]+$`),
	regexp.MustCompile(`^[0-9]+ of the trace's [0-9]+ requests were recorded without a credentials ID and are sent as the task's own: whether they shared a bucket with others is a guess$`),
	regexp.MustCompile(`^[0-9]+ of the trace's [0-9]+ requests come after the end of the run and are left out$`),
}

// givenOf is the given part of the warnings of a report without the field `given`.
func givenOf(warnings []string) Given {
	var g Given
	for _, w := range warnings {
		if slices.ContainsFunc(givenBefore, func(p *regexp.Regexp) bool { return p.MatchString(w) }) {
			g.Warnings = append(g.Warnings, w)
		}
	}
	return g
}
