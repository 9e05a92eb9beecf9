package reportstest

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
)

// RoughDay are cases of the model in which limits change and things go wrong.
func RoughDay() []Case {
	base := NoisyNeighbour(nil)[1]
	second := throttle.Limit{Name: "each-task", Kind: throttle.SlidingWindow, Count: 30, Window: 10 * time.Second, Scope: throttle.TaskScope}
	base.More = []throttle.Limit{second}
	lower := base.Limits()[0]
	lower.Rate.Tokens = 20
	base.Changes = []throttle.Change{{At: 45 * time.Second, Index: 0, To: lower}}
	base.Faults = []throttle.Fault{
		{Name: "restart", Kind: throttle.RestartFault, From: 20 * time.Second, For: 2 * time.Second, After: 5 * time.Second},
		{Name: "flaky", Kind: throttle.StatusFault, Status: 503, From: 50 * time.Second, For: 4 * time.Second, Share: 0.3, Routes: service.CredentialsRoute},
		{Name: "drops", Kind: throttle.ResetFault, From: 58 * time.Second, Share: 0.5},
	}
	base.Groups = append([]Group{}, base.Groups...)
	base.Groups[0].Rate = 1.3
	patient, calm := base, base
	patient.Name, patient.Title = "patient", "full jitter, 8 tries"
	patient.Groups = append([]Group{}, base.Groups...)
	patient.Groups[1].Client = Client{Attempts: 8, Base: 100 * time.Millisecond, Cap: 5 * time.Second}
	calm.Name, calm.Title, calm.Kind = "no restart", "no restart", reports.WhatIfCase
	calm.Set = map[string]string{"endpoint.faults.restart.for": "1ms", "endpoint.faults.restart.pending": "0s"}
	calm.Faults = append([]throttle.Fault{{Name: "restart", Kind: throttle.RestartFault, From: 20 * time.Second, For: time.Millisecond}}, base.Faults[1:]...)
	return []Case{base, patient, calm}
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
