package explain

import (
	"testing"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// The copies of a request are those of the call that makes it: one that another has
// beaten is cancelled, one that nobody waits for any more is unanswered.
func TestHedged(t *testing.T) {
	hedged := strategy.Strategy{Hedge: strategy.Hedge{After: 2 * time.Second}}
	for _, test := range []struct {
		name, answers, want string
		calls               int
		every               time.Duration
	}{
		{"the copy wins", "slow:9,ok", "0:credentials!cancelled 2:credentials=200 2:ok", 1, 0},
		{"the first wins", "slow:3,slow:9", "0:credentials=200 2:credentials!cancelled 3:ok", 1, 0},
		{"the second call begins while the first has no copy yet", "slow:9,slow:9,ok", "0:credentials!cancelled 2:credentials=200 2:ok", 2, time.Second},
		{"nothing answers", "hang", "0:credentials!unanswered 2:credentials!unanswered 600:unfinished", 1, 0},
		{"the copy fails", "slow:9,429", "0:credentials=200 2:credentials=429 9:ok", 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ask(t, Client{Name: "x", Strategy: hedged}, test.answers, Question{Calls: test.calls, Every: test.every})
			if line := inLine(&got.Calls[0]); line != test.want {
				t.Errorf("got %q, want %q", line, test.want)
			}
		})
	}
}

// A call whose copies all fail has the error of the last one, and a policy that refuses a
// copy is seen to do so.
func TestHedgedFails(t *testing.T) {
	hedged := strategy.Strategy{
		Hedge: strategy.Hedge{After: time.Second}, Quota: strategy.Quota{Tokens: 7, Cost: 5}, Timeouts: strategy.Timeouts{Attempt: 5 * time.Second},
	}
	refused := []sdk.FinalError{{Text: "status {status}"}}
	for _, test := range []struct{ answers, want, text string }{
		{"429", "0:credentials=429 0:throttled", "status 429"},
		{"hang,429", "0:credentials!timeout 1:credentials=429 5:timeout", "status 0"},
	} {
		got := ask(t, Client{Name: "x", Strategy: hedged, Errors: refused}, test.answers, Question{})
		c := got.Calls[0]
		if line := inLine(&c); line != test.want || c.Error != test.text {
			t.Errorf("%s: got %q, %q; want %q, %q", test.answers, line, c.Error, test.want, test.text)
		}
	}
	hedged.Quota.Tokens = 4
	c := ask(t, Client{Name: "x", Strategy: hedged}, "slow:3", Question{}).Calls[0]
	if line := inLine(&c); line != "0:credentials=200 3:ok" || len(c.Holds) != 1 || c.Holds[0].T != 1 || !c.Holds[0].Refused {
		t.Errorf("got %q with holds %+v, want one request, and one refused after a second", line, c.Holds)
	}
}
