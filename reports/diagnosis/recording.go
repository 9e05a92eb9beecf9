package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/tracestat"
	"tenement/internal/words"
)

// Fact is one thing that is true of a recording, under a label of one word.
type Fact struct{ Label, Text string }

// Facts are what a reader of a recording's statistics should know, the most
// important first.
func Facts(s *tracestat.Stats) []Fact {
	var out []Fact
	for _, f := range []Fact{
		{"refused", factRefused(s)}, {"peak", factPeak(s)}, {"limit", factLimit(s)}, {"tokens", factUse(s)},
		{"bursts", factBursts(s)}, {"latency", factLatency(s)}, {"times", factTimes(s)}, {"paths", factCut(s)},
	} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

// RecordingHeadline is how much a recording holds.
func RecordingHeadline(s *tracestat.Stats) string {
	text := fmt.Sprintf("%s of %s for %s", words.Plural(s.Requests, "request", "requests"),
		words.Plural(uint64(s.Tasks), "task", "tasks"), words.Plural(uint64(s.Paths), "path", "paths"))
	if took := s.LastS - s.FirstS; took > 0 {
		text += fmt.Sprintf(" in %s, %s", words.Span(took), words.PerSecond(s.PerS))
	}
	return text
}

func factRefused(s *tracestat.Stats) string {
	switch {
	case s.Requests == 0:
		return ""
	case s.Answered == 0:
		return "not recorded: the recording has no statuses"
	case s.Refused == 0:
		return fmt.Sprintf("none of %s", words.Number(s.Answered))
	}
	text := fmt.Sprintf("%s of %s", words.Percent(*s.RefusedShare), words.Number(s.Answered))
	if s.Answered < s.Requests {
		text += " whose status was recorded"
	}
	var most *tracestat.Part
	for i := range s.LargestTasks {
		if p := &s.LargestTasks[i]; p.Refused > 0 && (most == nil || p.Refused > most.Refused) {
			most = p
		}
	}
	if s.Inferred > 0 {
		text += fmt.Sprintf(" (%s of them concluded, in no line)", words.Number(s.Inferred))
	}
	text += fmt.Sprintf(": %s", words.Plural(s.Refused, "request", "requests"))
	if most != nil && s.Tasks > 1 {
		text += fmt.Sprintf(", %s of them of %s", words.Roughly(float64(most.Refused)/float64(s.Refused)), name(most.Name))
	}
	return text
}

func factPeak(s *tracestat.Stats) string {
	if len(s.Peaks) == 0 {
		return ""
	}
	var all, one []string
	for i, p := range s.Peaks {
		of, granted := "", ", where %s are granted"
		if i == 0 {
			of = " requests"
		} else {
			granted = " (%s)"
		}
		all = append(all, fmt.Sprintf("%s%s in %s", words.Number(p.Requests), of, words.Span(p.WindowS)))
		if p.BucketRequests != nil {
			one = append(one, fmt.Sprintf("%s in %s"+granted, words.Number(*p.BucketRequests), words.Span(p.WindowS), words.Significant(*p.Grants, 4)))
		}
	}
	text := words.List(all, "and")
	if s.LastS > s.FirstS {
		text += ", at " + words.Span(s.Peaks[0].AtS)
	}
	switch {
	case len(one) > 0 && s.Limit.Buckets > 1:
		text += fmt.Sprintf("; the busiest bucket, %s, gets %s", BucketName(s.Peaks[0].Bucket), strings.Join(one, ", and "))
	case len(one) > 0:
		text += fmt.Sprintf("; the bucket grants %s in %s", words.Significant(*s.Peaks[0].Grants, 4), words.Span(s.Peaks[0].WindowS))
	}
	return text
}

// BucketName names what shares a bucket.
func BucketName(b *tracestat.Bucket) string {
	var who, what string
	switch {
	case b.Source != "":
		who = name(b.Source)
	case b.Task != "" && !b.OwnPath:
		who = name(b.Task)
	}
	switch {
	case b.Path == "":
	case b.OwnPath && b.Source == b.Task:
		what = "its own " + name(b.Path) + "/…"
	case b.OwnPath:
		what = name(b.Path) + "/… of " + name(b.Task)
	default:
		what = name(b.Path)
	}
	switch {
	case who == "" && what == "":
		return "the host's"
	case what == "":
		return "of " + who
	case who == "":
		return "for " + what
	}
	return who + " for " + what
}

// name is a name from a recording as a sentence may hold it.
func name(s string) string { return words.Middle(s, 48) }

func factLimit(s *tracestat.Stats) string {
	l := s.Limit
	if l == nil {
		if of, err := service.Parse(s.Service); err == nil && s.Requests > 0 && of.Row().Limit.PerSecond == 0 {
			return "none is published for " + of.Row().Title + "; --limit names one to measure against"
		}
		return ""
	}
	text := l.Limit
	switch l.From {
	case tracestat.FromService:
		text += " (published for the service: an assumption; --limit names another)"
	case tracestat.FromRefusals:
		text += " (fitted to the recorded refusals)"
	case tracestat.FromHeader:
		text += " (the trace's own)"
	}
	if l.WouldRefuse == nil {
		return text + ": the recorded times are too coarse to say what it refuses"
	}
	of, err := throttle.ParseLimit(l.Limit)
	if err != nil || s.Requests == 0 {
		return text
	}
	text += fmt.Sprintf(" refuses %s of these requests at the recorded times (%s)", words.Number(*l.WouldRefuse), words.Percent(float64(*l.WouldRefuse)/float64(s.Requests)))
	if *l.BurstNeeded > float64(of.Burst) {
		text += fmt.Sprintf("; a burst of %s would refuse none", words.Number(uint64(*l.BurstNeeded)+1))
	}
	return text
}

func factUse(s *tracestat.Stats) string {
	u := s.Use
	if u == nil {
		return ""
	}
	var parts []string
	before := words.Span(u.WindowS)
	if explained := u.Refusals - u.Unexplained; explained > 0 {
		own := *u.OwnShare
		if u.Shared == 0 {
			parts = append(parts, fmt.Sprintf("in the %s before a refusal nobody else had used the bucket: those refused had emptied it themselves", before))
		} else {
			others := float64(explained) * (1 - own)
			most := words.Roughly(u.Tasks[0].OfOthers/others) + " of that by "
			if len(u.Tasks) == 1 || u.Tasks[1].OfOthers == 0 {
				most = "all by "
			}
			parts = append(parts, fmt.Sprintf("in the %s before a refusal other tasks had taken %s of what the bucket gave, %s; the refused tasks themselves %s",
				before, words.Roughly(1-own), most+name(u.Tasks[0].Task), words.Roughly(own)))
		}
	}
	if u.Unexplained > 0 {
		parts = append(parts, fmt.Sprintf("before %s of the %s nobody in the recording had used the bucket", words.Number(u.Unexplained), words.Plural(u.Refusals, "refusal", "refusals")))
	}
	return strings.Join(parts, "; ")
}

func factBursts(s *tracestat.Stats) string {
	b := &s.Burstiness
	var parts []string
	if b.CV != nil {
		parts = append(parts, "the gaps' coefficient of variation is "+words.Significant(*b.CV, 3))
	}
	if b.Dispersion != nil {
		parts = append(parts, "the index of dispersion over 1 s is "+words.Significant(*b.Dispersion, 3))
	}
	if len(parts) == 0 {
		return ""
	}
	return words.List(parts, "and") + " (1 is a Poisson process)"
}

func factLatency(s *tracestat.Stats) string {
	l := s.LatencyMS
	if l == nil {
		return ""
	}
	text := fmt.Sprintf("median %s, p90 %s, p99 %s, at most %s", words.Milliseconds(l.P50), words.Milliseconds(l.P90), words.Milliseconds(l.P99), words.Milliseconds(l.Max))
	if l.Count < s.Requests {
		text += fmt.Sprintf(", of %s", words.Plural(l.Count, "request", "requests"))
	}
	return text
}

func factTimes(s *tracestat.Stats) string {
	if s.ResolutionS == 0 {
		return ""
	}
	text := "recorded in steps of " + words.Span(s.ResolutionS)
	switch {
	case s.PlacedBy == "limit":
		return text + ", placed within them so that " + s.PlacedFor + " gives the recorded answers: shorter windows show what fits, not what was seen"
	case s.PlacedBy != "":
		return text + ", spread evenly within them: shorter windows show no bursts"
	case s.ResolutionS > time.Millisecond.Seconds():
		return text + ": shorter windows and gaps are unknown"
	}
	return ""
}

func factCut(s *tracestat.Stats) string {
	var parts []string
	if s.Cut > 0 {
		parts = append(parts, words.Plural(s.Cut, "request was recorded without an ID and is", "requests were recorded without an ID and are")+" taken for the task's own")
	}
	if s.Inferred > 0 {
		parts = append(parts, fmt.Sprintf("%s concluded from refusals that came close together", words.Plural(s.Inferred, "request is", "requests are")))
	}
	return strings.Join(parts, "; ")
}
