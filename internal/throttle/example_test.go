package throttle_test

import (
	"fmt"
	"time"

	"tenement/internal/throttle"
)

// An endpoint that admits 2 requests at once and then 10 a second.
func Example() {
	rate, err := throttle.ParseRate("10/s")
	if err != nil {
		panic(err)
	}
	endpoint := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate, Burst: 2}}})
	request := throttle.Request{Slot: -1, Group: -1}
	for _, ms := range []time.Duration{0, 1, 2, 102} {
		var verdict throttle.Verdict
		endpoint.Decide(ms*time.Millisecond, &request, &verdict)
		fmt.Printf("at %v: %v", ms*time.Millisecond, verdict.Kind)
		if verdict.Kind == throttle.Rejected {
			fmt.Printf(" with %d, room again after %v", verdict.Status, verdict.RetryAfter)
		}
		fmt.Println()
	}
	// Output:
	// at 0s: admitted
	// at 1ms: admitted
	// at 2ms: rejected with 429, room again after 98ms
	// at 102ms: admitted
}
