package diagnosis

import (
	"fmt"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// burstWords says that bursts use up the limit, not the mean load; or that the limit is too
// low on some hosts.
func (d *Diagnosis) burstWords() string {
	l := &d.Limit
	sentence := "Bursts " + wordsOf(l.First).use
	switch {
	case l.Tight != nil:
		sentence = fmt.Sprintf("%s, because a host is sent %s on average", words.Capital(d.tightWords()), words.PerSecond(l.Sent))
	case l.Peak != nil:
		sentence += ": " + d.peakWords()
	}
	asked, load := words.Roughly(l.Asked/l.Capacity), words.Roughly(l.Load/l.Capacity)
	sentence += fmt.Sprintf(". The average load is %s of %s", asked, l.name())
	if load != asked {
		sentence += ", " + load + " with retries"
	}
	return sentence + "."
}

// tightWords says on which hosts the limit is too low, as a clause.
func (d *Diagnosis) tightWords() string {
	var tight []string
	for _, x := range d.Limit.Tight {
		tight = append(tight, x.Name+" ("+gives(&x.Limits[0], "it", words.Rate(x.Limits[0].Capacity()))+")")
	}
	return "the limit is too low on the hosts " + words.List(tight, "and")
}

// peakWords is the most that came at once, and how much the limit has room for.
func (d *Diagnosis) peakWords() string {
	l := &d.Limit
	text := fmt.Sprintf("up to %s within %s", words.Plural(l.Peak.Requests, "request", "requests"), words.Span(l.Peak.WithinS))
	subject := "it"
	switch hosts := d.hosts(); {
	case hosts > 1:
		text += fmt.Sprintf(" on %.0f hosts", hosts)
		subject = "each " + wordsOf(l.First).noun
	case !l.Shared:
		subject = "the " + wordsOf(l.First).noun
	}
	return text + ", and " + holds(l.First, subject)
}

// taskWords is for limits that tasks do not share.
func (d *Diagnosis) taskWords() string {
	limit := wordsOf(d.Limit.First)
	each := fmt.Sprintf("Each %s has its own %s", sharers(d.Limit.First), limit.noun)
	if !d.You.Fail() {
		return each + ", so the neighbours affect only themselves."
	}
	sentence := each + ", so only you can " + limit.useYours + ". " + words.Capital(d.perTask()) + "."
	if uneven := d.unevenWords(); uneven != "" {
		sentence += " " + words.Capital(uneven) + "."
	}
	return sentence
}

// unevenWords is why limits that tasks do not share are used up although the average task stays
// below its own, as a clause; nothing if it does not.
func (d *Diagnosis) unevenWords() string {
	limit, tasks := wordsOf(d.Limit.First), d.You.AllTasks(d.Base.Endpoint.Hosts)
	switch {
	case d.here() > d.Limit.PerTask*tasks:
		return ""
	case d.Limit.Tight != nil:
		return d.tightWords()
	case tasks == 1 && d.Limit.Peak != nil:
		return fmt.Sprintf("bursts %s: %s", limit.use, d.peakWords())
	case tasks == 1:
		return "bursts " + limit.use
	}
	return "bursts, or a few of the tasks, " + limit.useTheirs
}

// perTask is what the average task sends, beside the limit that it has to
// itself.
func (d *Diagnosis) perTask() string {
	one := 0.0
	if tasks := d.You.AllTasks(d.Base.Endpoint.Hosts); tasks > 0 {
		one = d.here() / tasks
	}
	its := words.Rate(d.Limit.PerTask)
	if d.Limit.Varies {
		its = words.PerSecond(d.Limit.PerTask) + " on average"
	}
	return fmt.Sprintf("a task sends %s on average, and its limit is %s", words.PerSecond(one), its)
}

// here is how many requests a second you send to the host's own endpoint.
func (d *Diagnosis) here() float64 {
	you := d.You.Here()
	return you.PerSecond(you.Attempts)
}

// refusalWords says how many requests were turned away, where there is no
// telling who left no room.
func (d *Diagnosis) refusalWords() string {
	l := &d.Limit
	requests := fmt.Sprintf("%s (%s)", words.Plural(l.TurnedAway, "request", "requests"), words.Roughly(stat.Ratio(l.TurnedAway, l.Attempts)))
	if l.Only {
		return words.Capital(d.ofRun(fmt.Sprintf("the limit, %s, turned away %s.", Terms(l.First), requests)))
	}
	return words.Capital(d.ofRun(fmt.Sprintf("the %d limits turned away %s%s.", len(d.Base.Endpoint.Limits), requests, byLimit(&d.Base.Endpoint))))
}

// byLimit says which of several limits of an endpoint turned requests away; nothing
// where that is not known.
func byLimit(e *reports.Endpoint) string {
	var total uint64
	for _, n := range e.TurnedAwayBy {
		total += n
	}
	var parts []string
	for i, n := range e.TurnedAwayBy {
		name := "the first limit"
		if e.Limits[i].Name != "" {
			name = fmt.Sprintf("the limit %q", e.Limits[i].Name)
		}
		switch n {
		case 0:
		case total:
			return ", all of them by " + name
		default:
			parts = append(parts, words.Roughly(stat.Ratio(n, total))+" by "+name)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + words.List(parts, "and")
}
