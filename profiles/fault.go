package profiles

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// fault is an item of `endpoint.faults`.
type fault struct {
	Name, Kind string
	From, For  time.Duration
	Share      float64
	Routes     throttle.Routes
	Latency    latency
	Status     int
	Body       string
	After      time.Duration // of a cut
	Pending    time.Duration
	Field      string
	Shift      time.Duration
}

// faultKinds are the kinds of fault, with the keys that each must have and may
// have.
var faultKinds = []struct {
	kind      throttle.FaultKind
	must, may []string
}{
	{throttle.SlowFault, []string{"latency"}, []string{"for", "share", "routes"}},
	{throttle.StatusFault, []string{"status"}, []string{"for", "share", "routes", "body"}},
	{throttle.HangFault, nil, []string{"for", "share", "routes"}},
	{throttle.ResetFault, nil, []string{"for", "share", "routes"}},
	{throttle.CutFault, []string{"after"}, []string{"for", "share", "routes"}},
	{throttle.TruncateFault, nil, []string{"for", "share", "routes"}},
	{throttle.MalformedFault, nil, []string{"for", "share", "routes"}},
	{throttle.EmptyFault, nil, []string{"for", "share", "routes"}},
	{throttle.MissingFieldFault, nil, []string{"for", "share", "field"}},
	{throttle.ExpiryFault, []string{"shift"}, []string{"for", "share"}},
	{throttle.TagsFault, []string{"latency"}, []string{"for", "share"}},
	{throttle.RestartFault, []string{"for"}, []string{"pending"}},
}

func faultForm() form[fault] {
	var kinds []variant[fault]
	for _, k := range faultKinds {
		zero := fault{Kind: k.kind.String()}
		if slices.Contains(k.may, "share") {
			zero.Share = 1
		}
		if slices.Contains(k.may, "field") {
			zero.Field = throttle.DefaultMissingField
		}
		kinds = append(kinds, variant[fault]{
			kind: zero.Kind, zero: zero,
			must: k.must, may: append([]string{"from"}, k.may...),
		})
	}
	return variants[fault]{
		kinds: kinds,
		kind:  func(v *fault) *string { return &v.Kind },
		doc:   "What goes wrong.",
		before: []key[fault]{field("fault", "Its name, by which paths and logs know it.",
			nameForm(), func(v *fault) *string { return &v.Name })},
		keys:  faultKeys(),
		check: checkFault,
	}.form()
}

func faultKeys() []key[fault] {
	var fields []word[string]
	for _, name := range credentialFields {
		fields = append(fields, word[string]{name, name})
	}
	return []key[fault]{
		field("from", "When it begins, since the run began.",
			durationForm(0, 0), func(v *fault) *duration { return &v.From }),
		field("for", "How long it is on; none is to the end. Of a restart, how long connections are refused.",
			boundForm(), func(v *fault) *duration { return &v.For }),
		field("share", "The share of the requests that it befalls, at random.",
			fractionForm(), func(v *fault) *float64 { return &v.Share }),
		field("routes", "The routes that it befalls.",
			routesForm(), func(v *fault) *throttle.Routes { return &v.Routes }),
		field("latency", "By how much an answer is later, log-normal through p50 and p99; of tags, that of the documents with tags, which come without them.",
			latencyForm(), func(v *fault) *latency { return &v.Latency }),
		field("status", "What is answered.",
			integerForm(400, 599), func(v *fault) *int { return &v.Status }),
		field("body", "The body of the answer; what the real server says with that status if left out.",
			textForm(), func(v *fault) *string { return &v.Body }),
		field("after", "How long after its arrival a request's connection is closed without an answer.",
			durationForm(1, 0), func(v *fault) *duration { return &v.After }),
		field("pending", "How long after the restart there are no credentials yet (503).",
			durationForm(0, 0), func(v *fault) *duration { return &v.Pending }),
		field("field", "What is missing in the credentials.",
			words(fields...), func(v *fault) *string { return &v.Field }),
		field("shift", "By how much the expiration in the credentials is moved, in whole seconds; -1h is an hour earlier.",
			shiftForm(), func(v *fault) *duration { return &v.Shift }),
	}
}

// compiled is the fault as throttle has it. tabulated makes the table of a
// latency.
func (v *fault) compiled(tabulated func(latency) *draw.Table) throttle.Fault {
	f := throttle.Fault{
		Name: v.Name, From: v.From, For: v.For, Share: v.Share, Routes: v.Routes,
		After:  v.After + v.Pending, // no kind has both
		Status: v.Status, Body: v.Body, Shift: v.Shift, Field: v.Field,
	}
	for _, k := range faultKinds {
		if k.kind.String() == v.Kind {
			f.Kind = k.kind
		}
	}
	if v.Latency != (latency{}) {
		f.Latency = tabulated(v.Latency)
	}
	return f
}

func checkFault(r *reader, n *node, path string, v *fault) {
	switch {
	case n.get("share") != nil && v.Share == 0:
		r.fail(n.at("share"), join(path, "share"), "nothing: want more than 0")
		return
	case n.get("latency") != nil && v.Latency.P50 == 0:
		r.fail(n.at("latency"), join(path, "latency.p50"), "want more than 0")
		return
	}
	// Whether it is sound does not depend on what the table holds.
	f := v.compiled(func(latency) *draw.Table { return new(draw.Table) })
	if err := f.Check(); err != nil {
		r.fail(n, path, "%v", err)
	}
}

// routeNames are the names of routes, in the order of their bits.
var routeNames = slices.SortedFunc(maps.Keys(throttle.RouteNames), func(a, b string) int {
	return int(throttle.RouteNames[a]) - int(throttle.RouteNames[b])
})

// routesForm is all, or a list of routes.
func routesForm() form[throttle.Routes] {
	var one []word[throttle.Routes]
	for _, name := range routeNames {
		one = append(one, word[throttle.Routes]{name, throttle.RouteNames[name]})
	}
	return wordOr(setOf(words(one...), one), "a list of routes", word[throttle.Routes]{"all", 0})
}

// shiftForm is a duration of whole seconds, for documents tell their expiration
// in those; with a sign if it is negative, and not 0.
func shiftForm() form[time.Duration] {
	f := secondsForm(1)
	return form[time.Duration]{
		read: func(r *reader, n *node, path string) time.Duration {
			if d, problem := parseDuration(n.text); n.kind == scalar && problem == "" && d == 0 {
				r.fail(n, path, "%s: want other than 0, such as -1h", n.text)
				return 0
			}
			size, negative := strings.CutPrefix(n.text, "-")
			if n.kind != scalar || !negative || size == "" {
				return f.read(r, n, path)
			}
			positive := *n
			positive.text = size
			return -f.read(r, &positive, path)
		},
		write: func(v time.Duration, full bool) *node {
			if v >= 0 {
				return f.write(v, full)
			}
			return plain("-" + formatDuration(-v))
		},
		schema: func() *schema {
			return &schema{Type: "string", Pattern: strings.Replace(durationPattern, "^", "^-?", 1)}
		},
	}
}
