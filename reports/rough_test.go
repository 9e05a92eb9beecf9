package reports

import (
	"time"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// roughDay are cases of the model in which limits change and things go wrong.
func roughDay() []fakeCase {
	base := noisyNeighbour(nil)[1]
	second := throttle.Limit{Name: "each-task", Kind: throttle.SlidingWindow, Count: 30, Window: 10 * time.Second, Scope: throttle.TaskScope}
	base.limits = []throttle.Limit{second}
	lower := base.all()[0]
	lower.Rate.Tokens = 20
	base.changes = []throttle.Change{{At: 45 * time.Second, Index: 0, To: lower}}
	base.faults = []throttle.Fault{
		{Name: "restart", Kind: throttle.RestartFault, From: 20 * time.Second, For: 2 * time.Second, After: 5 * time.Second},
		{Name: "flaky", Kind: throttle.StatusFault, Status: 503, From: 50 * time.Second, For: 4 * time.Second, Share: 0.3, Routes: throttle.CredentialsRoute},
		{Name: "drops", Kind: throttle.ResetFault, From: 58 * time.Second, Share: 0.5},
	}
	base.groups = append([]fakeGroup{}, base.groups...)
	base.groups[0].rate = 1.3
	patient, calm := base, base
	patient.name, patient.title = "patient", "full jitter, 8 tries"
	patient.groups = append([]fakeGroup{}, base.groups...)
	patient.groups[1].client = fakeClient{attempts: 8, base: 100 * time.Millisecond, cap: 5 * time.Second}
	calm.name, calm.title, calm.kind = "no restart", "no restart", WhatIfCase
	calm.set = map[string]string{"endpoint.faults.restart.for": "1ms", "endpoint.faults.restart.pending": "0s"}
	calm.faults = append([]throttle.Fault{{Name: "restart", Kind: throttle.RestartFault, From: 20 * time.Second, For: time.Millisecond}}, base.faults[1:]...)
	return []fakeCase{base, patient, calm}
}

// answered is what a client sees of a request.
func answered(e *throttle.Endpoint, now time.Duration, r *throttle.Request) *strategy.Outcome {
	if e.Refuses(now) {
		return &strategy.Outcome{Err: strategy.ConnRefused}
	}
	var v throttle.Verdict
	e.Decide(now, r, &v)
	switch {
	case v.Kind.Served():
		return &strategy.Outcome{Status: 200}
	case v.Kind == throttle.Failed && v.Effect.Kind == throttle.ResetFault:
		return &strategy.Outcome{Err: strategy.ConnReset}
	case v.Kind == throttle.Failed:
		return &strategy.Outcome{Status: 503, Body: strategy.BodyText}
	}
	return &strategy.Outcome{Status: 429, Body: strategy.BodyText}
}
