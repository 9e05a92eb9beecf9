package reports_test

import (
	"fmt"
	"time"

	"tenement/internal/strategy"
	"tenement/reports"
)

// An engine tells a recorder of every attempt and of every call; a case has the
// figures. Here one call succeeds at its second attempt, 900 ms after it was
// due, and another fails.
func ExampleRecorder() {
	recorder := reports.NewRecorder(1, time.Second, 5*time.Second)
	ok := &strategy.Outcome{Status: 200}
	refused := &strategy.Outcome{Status: 429, Body: strategy.BodyText}
	const ms = time.Millisecond

	call := &strategy.Call{}
	recorder.Attempted(call, 0, 10*ms, refused)
	call.Attempts++
	recorder.Attempted(call, 890*ms, 900*ms, ok)
	call.Attempts++
	call.Ended, call.Result = 900*ms, strategy.OK
	recorder.Finished(call)

	call = &strategy.Call{Scheduled: time.Second, Begun: time.Second}
	recorder.Attempted(call, 1000*ms, 1010*ms, refused)
	call.Attempts++
	call.Ended, call.Result = 1010*ms, strategy.Throttled
	recorder.Finished(call)

	c := reports.NewCase(reports.CaseInput{
		Name: "retry once", Kind: reports.StrategyCase, EndpointInfo: reports.EndpointInfo{Service: "ecs"}, Duration: 5 * time.Second,
		Groups:   []reports.GroupInfo{{Name: "batch", UnderTest: true, Tasks: 2}},
		Recorder: recorder,
	})
	g := &c.Groups[0]
	fmt.Println("calls:", g.Calls)
	fmt.Println("attempts per call:", *g.Amplification)
	fmt.Println("failure rate:", *g.FailureRate)
	fmt.Println("throttled attempts:", g.Outcomes[reports.Throttled])
	fmt.Printf("median success: %.0f ms\n", g.LatencyMS.P50)
	// Output:
	// calls: 2
	// attempts per call: 1.5
	// failure rate: 0.5
	// throttled attempts: 2
	// median success: 900 ms
}
