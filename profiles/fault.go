package profiles

import (
	"slices"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/form"
	"tenement/internal/quantity"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// fault is an item of `endpoint.faults`.
type fault struct {
	Name, Kind string
	From, For  time.Duration
	Share      float64
	Routes     service.Routes
	Latency    latency
	Status     int
	Body       string
	After      after
	Pending    time.Duration
	Field      string
	Shift      time.Duration
	Answers    []throttle.Answer
	Stay       bool
	Count      int
	Scope      throttle.Scope
}

// faultKinds are the kinds of fault, with the keys that each must have and may
// have.
var faultKinds = []struct {
	kind      throttle.FaultKind
	must, may []string
}{
	{throttle.SlowFault, []string{"latency"}, []string{"for", "share", "routes", "count", "after", "scope"}},
	{throttle.StatusFault, []string{"status"}, []string{"for", "share", "routes", "count", "after", "scope", "body"}},
	{throttle.HangFault, nil, []string{"for", "share", "routes", "count", "after", "scope"}},
	{throttle.ResetFault, nil, []string{"for", "share", "routes", "count", "after", "scope"}},
	{throttle.CutFault, []string{"after"}, []string{"for", "share", "routes", "count", "scope"}},
	{throttle.TruncateFault, nil, []string{"for", "share", "routes", "count", "after", "scope"}},
	{throttle.MalformedFault, nil, []string{"for", "share", "routes", "count", "after", "scope"}},
	{throttle.EmptyFault, nil, []string{"for", "share", "routes", "count", "after", "scope"}},
	{throttle.MissingFieldFault, nil, []string{"for", "share", "field", "count", "after", "scope"}},
	{throttle.ExpiryFault, []string{"shift"}, []string{"for", "share", "count", "after", "scope"}},
	{throttle.TagsFault, []string{"latency"}, []string{"for", "share", "count", "after", "scope"}},
	{throttle.RestartFault, []string{"for"}, []string{"pending"}},
	{throttle.AnswersFault, []string{"answers"}, []string{"stay", "for", "share", "routes", "after", "scope"}},
}

func faultForm() form.Form[fault] {
	var kinds []form.Variant[fault]
	for _, k := range faultKinds {
		zero := fault{Kind: k.kind.String()}
		if slices.Contains(k.may, "share") {
			zero.Share = 1
		}
		if slices.Contains(k.may, "field") {
			zero.Field = throttle.DefaultMissingField
		}
		kinds = append(kinds, form.Variant[fault]{
			Kind: zero.Kind, Zero: zero,
			Must: k.must, May: append([]string{"from"}, k.may...),
		})
	}
	return withSequence(form.Variants[fault]{
		Kinds: kinds,
		Kind:  func(v *fault) *string { return &v.Kind },
		Doc:   "What goes wrong.",
		Before: []form.Key[fault]{form.Field("fault", "Its name in paths and logs.",
			form.Name(), func(v *fault) *string { return &v.Name })},
		Keys:  faultKeys(),
		Check: checkFault,
	}.Form())
}

func faultKeys() []form.Key[fault] {
	var fields []form.Word[string]
	for _, name := range service.Fields() {
		fields = append(fields, form.NewWord[string](name, name))
	}
	return []form.Key[fault]{
		form.Field("from", "When it begins, since the run began.",
			form.Duration(0, 0), func(v *fault) *duration { return &v.From }),
		form.Field("for", "How long it lasts; none is to the end. For a restart, how long connections are refused.",
			form.Bound(), func(v *fault) *duration { return &v.For }),
		form.Field("share", "The share of the requests that it affects, at random.",
			form.Fraction(), func(v *fault) *float64 { return &v.Share }),
		form.Field("routes", "The routes that it affects.",
			routesForm(), func(v *fault) *service.Routes { return &v.Routes }),
		form.Field("latency", "How much later answers come, log-normal through p50 and p99. For kind tags, only documents with tags are late, and they come without tags.",
			latencyForm(), func(v *fault) *latency { return &v.Latency }),
		form.Field("status", "What is answered.",
			form.Integer(400, 599), func(v *fault) *int { return &v.Status }),
		form.Field("body", "The body of the answer; the real server's for that status if left out.",
			form.Text(), func(v *fault) *string { return &v.Body }),
		form.OmitZero(form.Field("after", "How many requests that it fits it leaves alone first; for a cut, how long after its arrival a request's connection is closed without an answer.",
			afterForm(), func(v *fault) *after { return &v.After })),
		form.OmitZero(form.Field("count", "How many requests it strikes, the next that it fits and no limit refuses; then the endpoint is itself again. Left out: any number.",
			form.Integer(1, mostCount), func(v *fault) *int { return &v.Count })),
		form.OmitZero(form.Field("scope", "Whether count, after and answers are for all requests together (host), or for those of each task (task).",
			form.Words(form.NewWord("host", throttle.HostScope), form.NewWord("task", throttle.TaskScope)), func(v *fault) *throttle.Scope { return &v.Scope })),
		form.Field("pending", "How long after the restart there are no credentials yet (503).",
			form.Duration(0, 0), func(v *fault) *duration { return &v.Pending }),
		form.Field("field", "The field that is missing in the credentials.",
			form.Words(fields...), func(v *fault) *string { return &v.Field }),
		form.Field("shift", "How far the expiration in the credentials is moved, in whole seconds; -1h is an hour earlier.",
			shiftForm(), func(v *fault) *duration { return &v.Shift }),
		form.Field("answers", "What the next requests get that it can affect and no limit refuses, one after another: "+answerForms()+
			" (S is seconds or a duration). ok is for requests for credentials, unless routes says otherwise. It may be called sequence, and then needs no kind.",
			form.List(answerForm(), 1), func(v *fault) *[]throttle.Answer { return &v.Answers }),
		form.Field("stay", "Whether the last answer stays; otherwise the endpoint is itself again once all are used.",
			form.Boolean(), func(v *fault) *bool { return &v.Stay }),
	}
}

// compiled is the fault as throttle has it. tabulated makes the table of a
// latency.
func (v *fault) compiled(tabulated func(latency) *draw.Table) throttle.Fault {
	f := throttle.Fault{
		Name: v.Name, From: v.From, For: v.For, Share: v.Share, Routes: v.Routes,
		After:  v.After.wait + v.Pending, // no kind has both
		Status: v.Status, Body: v.Body, Shift: v.Shift, Field: v.Field,
		Answers: v.Answers, Stay: v.Stay,
		Count: v.Count, Skip: v.After.skip, Scope: v.Scope,
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

func checkFault(r *form.Reader, n *form.Node, path string, v *fault) {
	switch {
	case n.Get("share") != nil && v.Share == 0:
		r.Fail(n.At("share"), form.Join(path, "share"), "nothing: want more than 0")
		return
	case n.Get("latency") != nil && v.Latency.P50 == 0:
		r.Fail(n.At("latency"), form.Join(path, "latency.p50"), "want more than 0")
		return
	}
	if v.After.wait > 0 && v.Kind != throttle.CutFault.String() {
		r.Fail(n.At("after"), form.Join(path, "after"), "%s: want a number of requests; a time is for kind cut alone", form.FormatDuration(v.After.wait))
		return
	}
	// Whether it is sound does not depend on what the table holds.
	f := v.compiled(func(latency) *draw.Table { return new(draw.Table) })
	if err := f.Check(); err != nil {
		r.Fail(n, path, "%v", err)
	}
	if i := throttle.RefusesAt(f.Answers); i > 0 {
		r.Fail(n.At("answers"), form.Join(path, "answers"), "answer %d: refuse: a port cannot refuse one connection and accept the next: want kind restart", i)
	}
}

// answerForms are the answers that the endpoint of a profile can give, as a list in
// words.
func answerForms() string {
	var all []string
	for _, f := range throttle.AnswerForms() {
		if a, err := throttle.ParseAnswer(f.Form); err != nil || a.Kind != throttle.RefuseFault {
			all = append(all, f.Form)
		}
	}
	return words.List(all, "or")
}

// answerForm is an answer in one word.
func answerForm() form.Form[throttle.Answer] {
	return form.Form[throttle.Answer]{
		Read: func(r *form.Reader, n *form.Node, path string) throttle.Answer {
			text, ok := r.Scalar(n, path, "an answer, such as 429 or ok")
			if !ok {
				return throttle.Answer{}
			}
			a, err := throttle.ParseAnswer(text)
			if err != nil {
				r.Fail(n, path, "%v", err)
			}
			return a
		},
		Write: func(a throttle.Answer, _ bool) *form.Node { return form.Plain(a.String()) },
		Schema: func() *form.Schema {
			return &form.Schema{AnyOf: []*form.Schema{
				form.Integer(400, 599).Schema(),
				{Type: "string", Pattern: throttle.AnswerPattern},
			}}
		},
	}
}

// routesForm is all, or a list of routes.
func routesForm() form.Form[service.Routes] {
	var one []form.Word[service.Routes]
	for _, name := range service.RouteNames() {
		one = append(one, form.NewWord[service.Routes](name, service.RouteNamed(name)))
	}
	return form.WordOr(form.SetOf(form.Words(one...), one), "a list of routes", form.NewWord[service.Routes]("all", 0))
}

// shiftForm is a duration of whole seconds, for documents tell their expiration
// in those; with a sign if it is negative, and not 0.
func shiftForm() form.Form[time.Duration] {
	f := form.Seconds(1)
	return form.Form[time.Duration]{
		Read: func(r *form.Reader, n *form.Node, path string) time.Duration {
			if d, problem := form.ParseDuration(n.Text); n.Kind == form.Scalar && problem == "" && d == 0 {
				r.Fail(n, path, "%s: want other than 0, such as -1h", n.Text)
				return 0
			}
			size, negative := strings.CutPrefix(n.Text, "-")
			if n.Kind != form.Scalar || !negative || size == "" {
				return f.Read(r, n, path)
			}
			positive := *n
			positive.Text = size
			return -f.Read(r, &positive, path)
		},
		Write: func(v time.Duration, full bool) *form.Node {
			if v >= 0 {
				return f.Write(v, full)
			}
			return form.Plain("-" + form.FormatDuration(-v))
		},
		Schema: func() *form.Schema {
			return &form.Schema{Type: "string", Pattern: strings.Replace(quantity.DurationPattern, "^", "^-?", 1)}
		},
	}
}
