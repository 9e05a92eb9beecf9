package reports

// Activity is one of the things that a group's tasks do, and how its calls ended.
type Activity struct {
	Name     string `json:"activity"`           // its name within the group
	Flow     string `json:"flow"`               // what its calls ask for, as in a profile
	Endpoint string `json:"endpoint,omitempty"` // which of `endpoints` they ask; none is the host's own
	Required bool   `json:"required"`           // a task's start depends on it

	Calls       uint64   `json:"calls"`        // that its processes made
	Results     Results  `json:"results"`      // how its calls ended
	Attempts    uint64   `json:"attempts"`     // requests sent
	FirstTries  uint64   `json:"first_tries"`  // of those, the first for what they ask for
	Throttled   uint64   `json:"throttled"`    // attempts
	FailureRate *float64 `json:"failure_rate"` // of its calls; null without one
}

// ActivityInfo is what a report says of an activity besides figures.
type ActivityInfo struct {
	Name, Flow string
	Endpoint   string // "" is the host's own
	Required   bool
}

// activityTally is what a recorder counts of one activity.
type activityTally struct {
	results                         Results
	attempts, firstTries, throttled uint64
}

// CountActivities counts so many activities of a group apart. Call it before anything
// is counted.
func (r *Recorder) CountActivities(group, n int) {
	r.groups[group].activities = make([]activityTally, n)
}

// attempted counts an attempt of an activity, the first or a further one, and how it
// ended.
func (t *activityTally) attempted(first bool, how uint8) {
	t.attempts++
	if first {
		t.firstTries++
	}
	if how == Throttled {
		t.throttled++
	}
}

func (t *activityTally) merge(o *activityTally) {
	add(t.results[:], o.results[:])
	t.attempts += o.attempts
	t.firstTries += o.firstTries
	t.throttled += o.throttled
}

// newActivities are the activities of a group with what was counted of each.
func newActivities(infos []ActivityInfo, tallies []activityTally) []Activity {
	var out []Activity
	for i, info := range infos {
		a := Activity{Name: info.Name, Flow: info.Flow, Endpoint: info.Endpoint, Required: info.Required}
		if i < len(tallies) {
			t := &tallies[i]
			a.Calls, a.Results, a.Attempts, a.FirstTries, a.Throttled = t.results.Total(), t.results, t.attempts, t.firstTries, t.throttled
		}
		a.FailureRate = share(a.Results.Failures(), a.Calls)
		out = append(out, a)
	}
	return out
}

// Failures is how many calls failed.
func (a *Activity) Failures() uint64 { return a.Results.Failures() }

// add adds the counts of the same activity in another run.
func (a *Activity) add(o *Activity) {
	a.Calls += o.Calls
	add(a.Results[:], o.Results[:])
	a.Attempts += o.Attempts
	a.FirstTries += o.FirstTries
	a.Throttled += o.Throttled
	a.FailureRate = share(a.Results.Failures(), a.Calls)
}

// alike reports whether two are the same activity.
func (a *Activity) alike(o *Activity) bool {
	return a.Name == o.Name && a.Flow == o.Flow && a.Endpoint == o.Endpoint && a.Required == o.Required
}

func (a *Activity) check() error {
	return first(text("activity", a.Name), text("flow", a.Flow), text("endpoint", a.Endpoint), a.checkCounts(), failed("results", a.Failures(), a.Calls), maybe("failure_rate", a.FailureRate, 1))
}

// checkCounts checks the counts that a merge adds up.
func (a *Activity) checkCounts() error {
	return first(count("calls", a.Calls), counts("results", a.Results[:], resultName), count("attempts", a.Attempts),
		count("first_tries", a.FirstTries), count("throttled", a.Throttled))
}
