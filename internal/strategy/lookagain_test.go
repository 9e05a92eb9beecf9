package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// In Go v1, ten calls at once against an endpoint that throttles are 8 requests:
// those that come while the first fetches wait, look again, and join one more
// fetch.
func TestLookAgain(t *testing.T) {
	const second = time.Second
	s := strategy.Strategy{
		Cache: &strategy.Refresh{Window: 5 * minute}, Flight: strategy.Flight{Kind: strategy.Join, LookAgain: true},
		Retry: &strategy.Backoff{Attempts: 4, On: strategy.On429, Wait: strategy.Wait{Base: second}}, // the waits of Go v1 without their jitter
	}
	t.Run("one more fetch", func(t *testing.T) {
		run(t, s, []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "await"},
			{1, "c", nil, "await"},
			{2, "a", failure, "send in 1s"},
			{second, "a", failure, "send in 2s"},
			{3 * second, "a", failure, "send in 4s"},
			{7 * second, "a", failure, "throttled fetched; b send; c await"},
			{7 * second, "b", failure, "send in 1s"},
			{8 * second, "d", nil, "await"}, // late for this one
			{8 * second, "b", failure, "send in 2s"},
			{10 * second, "b", failure, "send in 4s"},
			{14 * second, "b", failure, "throttled fetched; c throttled joined; d send"},
		})
	})
	t.Run("what came answers them", func(t *testing.T) {
		run(t, s, []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "await"},
			{1, "c", nil, "await"},
			{2, "a", success, "ok fetched; b ok joined; c ok joined"},
		})
	})
	t.Run("a document that is due already does not", func(t *testing.T) {
		run(t, s, []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "await"},
			{0, "c", nil, "await"},
			{2, "a", reply(strategytest.Good(4 * minute)), "ok fetched; b send; c await"},
			{4, "b", reply(strategytest.Good(4 * minute)), "ok fetched; c ok joined"},
		})
	})
	t.Run("patience ends", func(t *testing.T) {
		s := s
		s.Flight.MaxWait = 5 * second
		run(t, s, []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "await 5s"},
			{5 * second, "b", due, "send"},
		})
		run(t, s, []row{
			{0, "a", nil, "send"},
			{0, "b", nil, "await 5s"},
			{0, "c", nil, "await 5s"},
			{2 * second, "a", reply(strategy.Outcome{Status: 403}), "rejected fetched; b send; c await 3s"},
			{5 * second, "c", due, "send"},
		})
	})
}

// Calls of Java that have waited for the lock refresh what is due, one by one.
func TestWaitersRefresh(t *testing.T) {
	s := strategy.Strategy{Cache: &strategy.Refresh{Window: 15 * minute, Mandatory: minute}, Flight: strategy.Flight{Kind: strategy.Serial}}
	near := reply(strategytest.Good(10 * minute))
	rows := []row{
		{0, "a", nil, "send"},
		{1, "b", nil, "await"},
		{2, "c", nil, "await"},
		{3, "a", near, "ok fetched; b ok joined; c ok joined"},
	}
	run(t, s, rows)
	s.Flight.WaitersRefresh = true
	run(t, s, append(rows[:3],
		row{3, "a", near, "ok fetched; b send"},
		row{4, "d", nil, "ok cached"},
		row{5, "b", failure, "ok cached; c send"},
		row{6, "c", success, "ok fetched"}))
}

// Java's lock: while a refresh is not mandatory, one call makes it and the others
// are served. Later they wait for it for 5 s at most, and then go themselves.
func TestPatientLock(t *testing.T) {
	const second = time.Second
	run(t, strategy.Strategy{Cache: &strategy.Refresh{Window: 15 * minute, Mandatory: minute}, Flight: strategy.Flight{Kind: strategy.Serial, MaxWait: 5 * second}}, []row{
		{0, "a", nil, "send"},
		{1, "a", reply(strategytest.Good(hour)), "ok fetched"},
		{50 * minute, "b", nil, "send"},
		{50*minute + 1, "c", nil, "ok cached"},
		{50*minute + second, "b", failure, "ok cached"},
		{59*minute + 30*second, "d", nil, "send"},
		{59*minute + 31*second, "e", nil, "await 5s"},
		{59*minute + 32*second, "f", nil, "await 5s"},
		{59*minute + 36*second, "e", due, "send"},
		{59*minute + 36500*time.Millisecond, "d", reply(strategytest.Good(2 * hour)), "ok fetched; f ok joined"},
	})
}
