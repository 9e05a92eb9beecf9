package explain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/timeline"
)

// What policies do to requests is part of a timeline, and of its text.
func TestHolds(t *testing.T) {
	with := func(change func(*strategy.Strategy)) strategy.Strategy {
		s := patient
		change(&s)
		return s
	}
	for _, test := range []struct {
		name     string
		strategy strategy.Strategy
		calls    int
		holds    string // of each call
		text     string
	}{
		{"a bucket delays", with(func(s *strategy.Strategy) {
			s.Door.Bucket = strategy.Bucket{Tokens: 1, Per: 4 * time.Second, Burst: 2}
		}), 1, "bucket at 2 for 2 s", "(bucket)              delayed by 2.000"},
		{"a breaker refuses", with(func(s *strategy.Strategy) {
			s.Door.Breaker = strategy.Breaker{Failures: 2, Open: time.Hour}
		}), 3, "breaker at 2 refuses; breaker at 10 refuses; breaker at 20 refuses", "calls 2 to 3, from 10.000 to 20.000 s: withheld by the breaker, without a request"},
		{"a quota refuses a retry", with(func(s *strategy.Strategy) {
			s.Quota = strategy.Quota{Tokens: 7, Cost: 5}
		}), 2, "quota at 1 refuses; quota at 10 refuses", "=> throttled, after 1 request"},
		{"nothing is held back", patient, 1, "", "=> throttled, after 3 requests"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ask(t, Client{Name: "x", Strategy: test.strategy}, "429", Question{Calls: test.calls, Every: 10 * time.Second})
			var all []string
			for _, c := range got.Calls {
				for _, h := range c.Holds {
					did := "refuses"
					if !h.Refused {
						did = fmt.Sprintf("for %.0f s", h.Wait)
					}
					all = append(all, fmt.Sprintf("%s at %.0f %s", h.By, h.T, did))
				}
			}
			if holds := strings.Join(all, "; "); holds != test.holds {
				t.Errorf("got %q, want %q", holds, test.holds)
			}
			var text strings.Builder
			if err := timeline.WriteText(&text, []timeline.Timeline{got}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(text.String(), test.text) {
				t.Errorf("want %q in\n%s", test.text, &text)
			}
		})
	}
}
