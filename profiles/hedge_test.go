package profiles

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
)

// hedging is a profile whose strategy hedges.
func hedging(service, fleet, strategies string) []byte {
	return []byte("version: 1\nname: hedging\ndescription: copies of slow requests\nduration: 1m\n" +
		"endpoint: {service: " + service + "}\nfleet:\n  - {group: mine, arrivals: {poisson: 1/s}, under_test: true" + fleet + "}\n" +
		"strategies:\n" + strategies + "\n")
}

func TestHedges(t *testing.T) {
	for text, want := range map[string]strategy.Hedge{
		"100ms":                     {After: 100 * time.Millisecond},
		"none":                      {},
		"{after: 1s}":               {After: time.Second},
		"{after: 20ms, copies: 2}":  {After: 20 * time.Millisecond},
		"{after: 20ms, copies: 10}": {After: 20 * time.Millisecond, Copies: 10},
	} {
		p, err := Load("p.yaml", hedging("ecs", "", "  s: {hedge: "+text+"}"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := p.Plan(p.Cases()[0], 1).Groups[0].Strategy.Hedge; got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

func TestHedgesRefused(t *testing.T) {
	for _, test := range []struct{ name, service, fleet, strategies, want string }{
		{"an instance", "imds", "", "  s: {hedge: 100ms}", "p.yaml:9:14: strategies.s.hedge: is for fetches of a single request, and those of the group mine on imds may take several"},
		{"one request of an instance, which needs a token", "imds", ", flow: metadata", "  s: {hedge: 100ms}", "p.yaml:9:14: strategies.s.hedge: is for fetches of a single request, and those of the group mine on imds may take several"},
		{"a strategy of a group", "imds", "}\n  - {group: theirs, arrivals: {poisson: 1/s}, strategy: {hedge: 1s}", "  s: {}", "p.yaml:8:65: fleet.theirs.strategy.hedge: is for fetches of a single request, and those of the group theirs on imds may take several"},
		{"a strategy of an activity", "imds", "}\n  - {group: theirs, activities: [{activity: x, arrivals: {poisson: 1/s}, strategy: {hedge: {after: 1s}}}]", "  s: {}", "p.yaml:8:92: fleet.theirs.activities.x.strategy.hedge: is for fetches of a single request, and those of the group theirs on imds may take several"},
		{"another strategy that is extended", "imds", "", "  s: {hedge: 100ms}\n  t: {extends: s, retry: none}", "p.yaml:9:14: strategies.s.hedge: is for fetches of a single request, and those of the group mine on imds may take several"},
		{"no time", "ecs", "", "  s: {hedge: 0s}", "p.yaml:9:14: strategies.s.hedge: 0s: want more than 0"},
		{"a mapping without a time", "ecs", "", "  s: {hedge: {copies: 2}}", "p.yaml:9:14: strategies.s.hedge: after is missing"},
		{"one copy", "ecs", "", "  s: {hedge: {after: 1s, copies: 1}}", "p.yaml:9:34: strategies.s.hedge.copies: 1: want at least 2"},
		{"many copies", "ecs", "", "  s: {hedge: {after: 1s, copies: 11}}", "p.yaml:9:34: strategies.s.hedge.copies: 11: want at most 10"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load("p.yaml", hedging(test.service, test.fleet, test.strategies))
			if got, _, _ := strings.Cut(fmt.Sprint(err), "\n"); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
