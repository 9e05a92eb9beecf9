package render

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports/tuning"
)

// tuningTitle says what was tuned.
func tuningTitle(r *tuning.Result) string {
	of := r.Title
	if r.Preset != "" && r.Preset != r.Title {
		of += " (" + r.Preset + ")"
	}
	return fmt.Sprintf("%s: %s, tuned over %s", r.Profile.Name, of, words.Plural(uint64(len(r.Parameters)), "parameter", "parameters"))
}

// tuningBasis says what the figures stand on.
func tuningBasis(r *tuning.Result) string {
	text := fmt.Sprintf("%s tried in %s", words.Plural(uint64(r.Spent.Candidates), "candidate", "candidates"), words.Plural(r.Spent.Runs, "simulated run", "simulated runs"))
	if r.Spent.JudgedOn > 0 {
		return text + fmt.Sprintf("; the figures are of %s of seeds that the search did not see", words.Plural(uint64(r.Spent.JudgedOn), "block", "blocks"))
	}
	return text + "; the figures are of the seeds that the search chose by, so they flatter"
}

// tuningPartial says that the search ended early.
func tuningPartial(r *tuning.Result) string {
	return "the search ended early, because " + r.Partial + ": this is the best so far"
}

// tuningCells are the cells of a candidate's row.
func tuningCells(c *tuning.Candidate) []string {
	f := &c.Figures
	harm := "–"
	if f.Harm != nil {
		harm = shareWords(*f.Harm)
	}
	return []string{c.Name, shareWords(f.FailureRate), latencyWords(f.P99, c), words.Significant(f.Attempts.Value, 2), harm, staleWords(f.Staleness), workWords(f.Effort)}
}

// shareWords are a share and the half-width of its interval; of none, its upper bound.
func shareWords(f tuning.Figure) string {
	if f.Value == 0 {
		return words.Below(f.High)
	}
	half := 100 * max(f.High-f.Value, f.Value-f.Low)
	if half < 0.005 {
		return words.Percent(f.Value)
	}
	return words.Percent(f.Value) + " ±" + words.Significant(half, 1)
}

// latencyWords are the p99 of successes, – without any.
func latencyWords(f tuning.Figure, c *tuning.Candidate) string {
	if c.Figures.FailureRate.Value == 1 {
		return "–"
	}
	return words.Milliseconds(f.Value)
}

// staleWords are a share, – for none.
func staleWords(f tuning.Figure) string {
	if f.Value == 0 {
		return "–"
	}
	return words.Percent(f.Value)
}

// workWords are the effort, – for none.
func workWords(effort float64) string {
	if effort == 0 {
		return "–"
	}
	return words.Significant(effort, 2)
}

// settingsWords are what a candidate changes, in a line.
func settingsWords(c *tuning.Candidate) string {
	var parts []string
	for _, s := range c.Settings {
		if s.Parameter == s.Change { // its parts say how
			parts = append(parts, s.Parameter)
			continue
		}
		parts = append(parts, settingWords(&s))
	}
	return strings.Join(parts, ", ")
}

// settingWords are a setting and its value, once if they say the same.
func settingWords(s *tuning.Setting) string {
	if s.Parameter == "static keys" || s.Value == "true" || s.Value == "task" || s.Value == "per-process" {
		return s.Parameter
	}
	return s.Parameter + " " + s.Value
}

// plotted is a candidate's place in the plot, from 0 to 1.
type plotted struct {
	x, y float64
	mark rune
	of   *tuning.Candidate
}

// axis is the ends of an axis in words.
type axis struct{ low, high string }

// leastPlotted is the lowest p99 of the plot, in milliseconds: less than that is as good.
const leastPlotted = 1.0

// tuningPoints are the places of the front in the plot: the logarithm of the p99, and the
// failure rate.
func tuningPoints(r *tuning.Result) (points []plotted, x, y axis) {
	low, high, most := math.Inf(1), math.Inf(-1), 0.0
	at := func(c *tuning.Candidate) float64 { return math.Log(max(c.Figures.P99.Value, leastPlotted)) }
	for i := range r.Front {
		c := &r.Front[i]
		low, high = min(low, at(c)), max(high, at(c))
		most = max(most, c.Figures.FailureRate.Value)
	}
	for i := range r.Front {
		c := &r.Front[i]
		p := plotted{mark: []rune(c.Name)[0], of: c}
		if c.Name == r.Today.Name {
			p.mark = 'o'
		}
		if high > low {
			p.x = (at(c) - low) / (high - low)
		}
		if most > 0 {
			p.y = c.Figures.FailureRate.Value / most
		}
		points = append(points, p)
	}
	lowest := words.Milliseconds(math.Exp(low))
	if low == 0 {
		lowest = "up to " + lowest
	}
	return points, axis{lowest, words.Milliseconds(math.Exp(high))}, axis{"0 %", words.Percent(most)}
}

// adviceTitle is the name of a recommendation, and which candidate it is.
func adviceTitle(r *tuning.Result, a *tuning.Recommendation) string {
	text := strings.ToUpper(a.Name) + " (" + a.Title + "): "
	if a.Candidate.Name == r.Today.Name {
		return text + "leave it as it is"
	}
	text += a.Candidate.Name
	for i := range r.Recommendations {
		if o := &r.Recommendations[i]; o.Name == a.Name {
			break
		} else if o.Candidate.Name == a.Candidate.Name {
			return text + ", the same as " + o.Name
		}
	}
	return text
}

// repeated reports whether a recommendation before it is of the same candidate.
func repeated(r *tuning.Result, a *tuning.Recommendation) bool {
	first := slices.IndexFunc(r.Recommendations, func(o tuning.Recommendation) bool { return o.Candidate.Name == a.Candidate.Name })
	return r.Recommendations[first].Name != a.Name
}

// adviceChanges say how a recommendation compares with today.
func adviceChanges(r *tuning.Result, a *tuning.Recommendation) []string {
	if a.Candidate.Name == r.Today.Name || repeated(r, a) {
		return nil
	}
	was, is := &r.Today.Figures, &a.Candidate.Figures
	lines := []string{fmt.Sprintf("you fail %s instead of %s%s", words.Percent(is.FailureRate.Value), words.Percent(was.FailureRate.Value), pointsChange(a.Of("failure_rate")))}
	lines = append(lines, fmt.Sprintf("p99 of successes %s instead of %s (%s to %s)", words.Milliseconds(is.P99.Value), words.Milliseconds(was.P99.Value), words.Milliseconds(is.P99.Low), words.Milliseconds(is.P99.High)))
	if c := a.Of("attempts"); c != nil && (c.Better() || c.Worse()) {
		lines = append(lines, fmt.Sprintf("%s tries per call instead of %s", words.Significant(is.Attempts.Value, 2), words.Significant(was.Attempts.Value, 2)))
	}
	if c := a.Of("harm"); c != nil && is.Harm != nil && was.Harm != nil {
		text := "the neighbours fail as often as today"
		if c.Better() || c.Worse() {
			text = fmt.Sprintf("the neighbours fail %s instead of %s%s", words.Percent(is.Harm.Value), words.Percent(was.Harm.Value), pointsChange(c))
		}
		lines = append(lines, text)
	}
	if c := a.Of("staleness"); c != nil && (c.Better() || c.Worse()) {
		lines = append(lines, fmt.Sprintf("%s of your calls get credentials past their time, or that nothing renews, instead of %s", words.Percent(is.Staleness.Value), words.Percent(was.Staleness.Value)))
	}
	return lines
}

// pointsChange is the interval of a change of a share, and its chance.
func pointsChange(c *tuning.Change) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf(" (%s to %s, %s)", words.Points(c.Low), words.Points(c.High), luckWords(c.P))
}

// luckWords are a chance.
func luckWords(p float64) string {
	if p < 0.001 {
		return "p < 0.001"
	}
	return "p " + words.Significant(p, 2)
}

// adviceStep is one piece of work.
type adviceStep struct {
	What string
	Code []string

	whole bool // the first setting is all of it, and others are parts
	parts int
}

// adviceSteps are the pieces of work of a recommendation, each as what to set; none if a
// recommendation before it is the same.
func adviceSteps(r *tuning.Result, a *tuning.Recommendation) []adviceStep {
	if repeated(r, a) {
		return nil
	}
	var steps []adviceStep
	at := map[string]int{}
	for i := range a.Candidate.Settings {
		s := &a.Candidate.Settings[i]
		key := s.Who + "/" + s.Change
		j, known := at[key]
		if s.Change == "" || !known {
			j = len(steps)
			at[key] = j
			steps = append(steps, adviceStep{What: who(s) + optionWords(s) + " (" + s.Effort + ")", whole: s.Parameter == s.Change})
		} else {
			if steps[j].parts++; steps[j].parts == 1 && steps[j].whole {
				steps[j].What += ", but with"
			} else {
				steps[j].What += ","
			}
			steps[j].What += " " + settingWords(s)
		}
		if s.Code != "" && !slices.Contains(steps[j].Code, s.Code) {
			steps[j].Code = append(steps[j].Code, s.Code)
		}
	}
	return steps
}

// optionWords are what is set to what.
func optionWords(s *tuning.Setting) string {
	if s.Option == "" {
		return settingWords(s)
	}
	switch {
	case settingWords(s) == s.Parameter:
		return s.Option
	case s.Parameter == s.Change:
		return s.Option + ": " + s.Value
	}
	return s.Option + ": " + settingWords(s)
}

// who says that somebody else has to do something.
func who(s *tuning.Setting) string {
	switch s.Who {
	case "neighbours":
		return "the neighbours: "
	case "endpoint":
		return "whoever runs the endpoint: "
	}
	return ""
}

// adviceUnder say what a recommendation does in scenarios that the search did not see.
func adviceUnder(r *tuning.Result, a *tuning.Recommendation) []string {
	if a.Candidate.Name == r.Today.Name || repeated(r, a) {
		return nil
	}
	var lines []string
	for _, u := range a.Under {
		title := u.Variant
		for _, v := range r.Variants {
			if v.Name == u.Variant {
				title = v.Title
			}
		}
		text := fmt.Sprintf("with %s: you fail %s instead of %s", title, shareWords(u.Figure), words.Percent(u.Today.Value))
		switch {
		case u.Change.Worse():
			text += ", which is worse"
		case !u.Change.Better():
			text += ", which is no better than chance"
		}
		lines = append(lines, text)
	}
	return lines
}

// tuningNotes are what else is to be known.
func tuningNotes(r *tuning.Result) []string {
	notes := []string{"work: 1 for a config line, 3 for a code change, 9 for what somebody else must do, 0.1 for each further setting of one; stale: served past the expiry, or with keys that nothing renews; no recommendation is staler than today"}
	for _, l := range r.LeftOut {
		notes = append(notes, "not tried: "+words.List(l.What, "and")+": "+l.Why)
	}
	return notes
}
