package strategy_test

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// Calls beside a first use: they load too, wait for its further fetch, or are
// served meanwhile.
func TestFirstUseOfSeveral(t *testing.T) {
	near, soon := reply(strategytest.Good(4*minute)), reply(strategytest.Good(11*minute))
	s := strategy.Strategy{
		Cache:  &strategy.Refresh{Window: 15 * minute, Mandatory: 10 * minute},
		Flight: strategy.Flight{Kind: strategy.Serial, FirstEach: true}, FirstUse: 2,
	}
	t.Run("all load; then one refreshes and the others wait", func(t *testing.T) {
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", near, "send"},
			{3, "b", near, "await"},
			{4, "c", nil, "await"},
			{5, "a", success, "ok fetched; b ok fetched; c ok joined"},
		})
	})
	t.Run("or are served", func(t *testing.T) {
		run(t, s, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", soon, "send"},
			{3, "b", soon, "ok fetched"},
			{4, "c", nil, "ok cached"},
			{5, "a", success, "ok fetched"},
		})
	})
	t.Run("a join waits for both", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: &strategy.Refresh{Window: 5 * minute}, Flight: strategy.Flight{Kind: strategy.Join}, FirstUse: 2}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", near, "send"},
			{3, "c", nil, "await"},
			{4, "a", near, "ok fetched; b ok joined; c ok joined"},
			{5, "d", nil, "send"},
			{6, "d", near, "ok fetched"},
		})
	})
	t.Run("a use that refreshes behind", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: &strategy.Refresh{Window: 5 * minute, Behind: true}, Flight: strategy.Flight{Kind: strategy.Join}, FirstUse: 2}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", near, "ok fetched; behind send; b ok joined"},
		})
	})
}

// firstCall is a script up to its second call.
func firstCall(script string) string {
	first, rest, _ := strings.Cut(script, "begin")
	rest, _, _ = strings.Cut(rest, "begin")
	return strings.TrimSpace(first + "begin" + rest)
}
