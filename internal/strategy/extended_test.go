package strategy_test

import (
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The test cases that the SDKs share for the extended path, as scripts.
// Source: aws-sdk-go-v2 credentials/ec2rolecreds.
func TestExtendedPath(t *testing.T) {
	s := strategy.Strategy{Cache: &strategy.Refresh{}, Session: strategy.Session{Keep: true, NameOnce: true, Extended: true}}
	for _, r := range []struct{ name, script string }{
		{"today's instances: 4 requests, and a refresh is 1", `
			begin -> put 6h0m0s
			ok -> extended role t1
			404 -> role t1
			ok -> keys t1
			near -> ok after 4
			5m
			begin -> keys t1
			near -> ok after 1`},
		{"an instance that has it: 3 requests, and a refresh is 1", `
			begin -> put 6h0m0s
			ok -> extended role t1
			ok -> extended keys t1
			near -> ok after 3
			5m
			begin -> extended keys t1
			near -> ok after 1`},
		{"credentials that are not found: the name again, below the same path", `
			begin -> put 6h0m0s
			ok -> extended role t1
			ok -> extended keys t1
			near -> ok after 3
			5m
			begin -> extended keys t1
			404 -> extended role t1
			ok -> extended keys t1
			near -> ok after 3`},
		{"twice is a failure, and the next call asks for the name", `
			begin -> put 6h0m0s
			ok -> extended role t1
			404 -> role t1
			ok -> keys t1
			404 -> role t1
			ok -> keys t1
			404 -> rejected after 6
			begin -> keys t1
			404 -> role t1
			404 -> rejected after 2
			begin -> role t1`},
		{"no role at all", `
			begin -> put 6h0m0s
			ok -> extended role t1
			404 -> role t1
			404 -> rejected after 3
			begin -> role t1`},
		{"other failures do not tell of the path", `
			begin -> put 6h0m0s
			ok -> extended role t1
			503 -> error after 2
			begin -> extended role t1`},
	} {
		t.Run(r.name, func(t *testing.T) {
			strategytest.Play(t, strategytest.New(&s, false), r.script)
			strategytest.Play(t, strategytest.New(&s, true), firstCall(r.script))
		})
	}
}

// The request below the other path is no retry: nobody has asked for it before.
func TestExtendedPathIsAFirstTry(t *testing.T) {
	m := strategytest.New(&strategy.Strategy{Session: strategy.Session{Extended: true}}, false)
	m.Begin()
	m.Answer(strategytest.Good(hour))
	m.Answer(strategytest.Bad404)
	if !m.Call.First() || m.Call.Wants().Resource != 1 {
		t.Errorf("got first %v for resource %d, want a first try for 1", m.Call.First(), m.Call.Wants().Resource)
	}
}
