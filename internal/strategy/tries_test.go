package strategy_test

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// scripted is a policy that does as it is told, and keeps what it was asked.
type scripted struct {
	moves []told
	tries []strategy.Try
}

type told struct {
	after time.Duration
	move  strategy.Move
}

func (s *scripted) Next(t strategy.Try) (time.Duration, strategy.Move) {
	t.Outcome, t.U = nil, 0
	next := s.moves[len(s.tries)]
	s.tries = append(s.tries, t)
	return next.after, next.move
}

// What a policy hears of a try: N and Prev begin anew with each leg and link;
// once the fetch has begun again, N counts its failures instead.
func TestTries(t *testing.T) {
	const ms = time.Millisecond
	s := &scripted{moves: []told{{10 * ms, strategy.Again}, {20 * ms, strategy.Again}, {5 * ms, strategy.Again}, {7 * ms, strategy.Restart}, {ms, strategy.Again}, {3 * ms, strategy.Again}, {2 * ms, strategy.OtherLink}, {0, strategy.GiveUp}}}
	strategytest.Play(t, strategytest.New(&strategy.Strategy{Retry: s}, false), `
		begin -> put 6h0m0s
		503 -> put 6h0m0s in 10ms
		503 -> put 6h0m0s in 20ms
		ok -> role t1
		503 -> role t1 in 5ms
		503 -> put 6h0m0s in 7ms
		503 -> put 6h0m0s in 1ms
		ok -> role t2
		503 -> role t2 in 3ms
		503 -> role t2 in 2ms
		503 -> error after 10`)
	want := []strategy.Try{
		{N: 1, Total: 1},
		{N: 2, Total: 2, Prev: 10 * ms},
		{N: 1, Total: 4},
		{N: 2, Total: 5, Prev: 5 * ms},
		{N: 1, Total: 6, Prev: 7 * ms},
		{N: 3, Total: 8},
		{N: 4, Total: 9, Prev: 3 * ms},
		{Link: 1, N: 1, Total: 10},
	}
	if !slices.Equal(s.tries, want) {
		t.Errorf("got  %+v\nwant %+v", s.tries, want)
	}
}

// The second fetch of a first use begins as the first did.
func TestTriesOfFirstUse(t *testing.T) {
	const ms = time.Millisecond
	s := &scripted{moves: []told{{ms, strategy.Restart}, {2 * ms, strategy.Again}, {3 * ms, strategy.OtherLink}, {0, strategy.GiveUp}, {4 * ms, strategy.Again}, {0, strategy.GiveUp}}}
	strategytest.Play(t, strategytest.New(&strategy.Strategy{Cache: &strategy.Refresh{EmptyOnError: true}, Retry: s, FirstUse: 2}, false), `
		begin -> put 6h0m0s
		ok -> role t1
		503 -> put 6h0m0s in 1ms
		ok -> role t2
		503 -> role t2 in 2ms
		503 -> role t2 in 3ms
		503 -> put 6h0m0s
		ok -> role t3
		503 -> role t3 in 4ms
		ok -> keys t3
		503 -> empty after 10`)
	want := []strategy.Try{
		{N: 1, Total: 2},
		{N: 2, Total: 4},
		{N: 3, Total: 5, Prev: 2 * ms},
		{Link: 1, N: 1, Total: 6},
		{N: 1, Total: 2}, // of the second fetch
		{N: 1, Total: 4},
	}
	if !slices.Equal(s.tries, want) {
		t.Errorf("got  %+v\nwant %+v", s.tries, want)
	}
}
