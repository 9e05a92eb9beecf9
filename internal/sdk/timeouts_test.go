package sdk

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The chain of JavaScript v3 has a limit for its next provider alone.
func TestOtherLinkTimeout(t *testing.T) {
	js := named(t, "aws-sdk-js-v3")
	c, k := strategytest.Fresh(&js.Strategy), new(strategy.Call)
	c.Begin(0, k)
	for i := range 5 {
		want := time.Duration(0)
		if i == 4 {
			want = time.Second // the chain's next provider has a real timeout
		}
		if got := k.Request().Timeout; got != want {
			t.Errorf("request %d of js v3: timeout %v, want %v", i, got, want)
		}
		c.Resume(0, k, strategy.Event{Kind: strategy.Replied, Outcome: &strategytest.Plain429})
	}
}
