package strategy_test

import (
	"fmt"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// An engine begins a call and carries out its steps until it has finished. Here
// the endpoint throttles the first attempt; the client waits and tries again.
func ExampleClient() {
	retrying := &strategy.Strategy{
		Retry: &strategy.Backoff{Attempts: 3, On: strategy.On429, Wait: strategy.Wait{Base: time.Second, Factor: 2}},
	}
	host := strategy.NewHost(1, 0, []strategy.Clients{{
		Strategy: retrying, Tasks: 1, Processes: 1,
		Key: func(task int) draw.Key { return draw.Key(task) },
	}})
	client := host.Client(0, 0, 0)
	answers := []strategy.Outcome{
		{Status: 429, Body: strategy.BodyText},
		{Status: 200, Body: strategy.BodyOK, Expires: time.Hour},
	}

	now := time.Duration(0)
	call := &strategy.Call{}
	step := client.Begin(now, call)
	for step.Do == strategy.Send {
		now += step.For
		fmt.Printf("at %v: send\n", now)
		now += 5 * time.Millisecond // the answer takes so long
		answer := &answers[call.Attempts]
		fmt.Printf("at %v: status %d\n", now, answer.Status)
		step = client.Resume(now, call, strategy.Event{Kind: strategy.Replied, Outcome: answer})
	}
	fmt.Printf("%v after %d attempts, %v\n", call.Result, call.Attempts, call.Served)
	// Output:
	// at 0s: send
	// at 5ms: status 429
	// at 1.005s: send
	// at 1.01s: status 200
	// ok after 2 attempts, fetched
}
