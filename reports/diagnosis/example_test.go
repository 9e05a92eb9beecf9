package diagnosis_test

import (
	"fmt"

	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// A diagnosis can be asked, and it can be read.
func ExampleOf() {
	neighbours := reportstest.Hand{Name: "neighbours", Tasks: 20, Calls: 3600, Failures: 1100, Attempts: 8000, First: 3600}
	you := reportstest.Hand{Name: "batch", You: true, Tasks: 400, Calls: 400, Failures: 250, Attempts: 400, First: 400}
	r := reportstest.HandReport(reportstest.HandCase("as it is", reports.StrategyCase, nil, reportstest.HostLimit(), neighbours, you))

	d := diagnosis.Of(r)
	fmt.Println("by the neighbours:", d.Cause.UsedBy == diagnosis.ByNeighbours)
	fmt.Printf("load: %.0f%% of the limit\n", 100*d.Limit.Load/d.Limit.Capacity)
	fmt.Println("a cache helps:", d.Cache.Use == diagnosis.CacheCanHelp)
	for _, sentence := range d.Sentences().Verdict {
		fmt.Println(sentence)
	}
	// Output:
	// by the neighbours: true
	// load: 350% of the limit
	// a cache helps: false
	// You sent 4.8 % of the requests.
	// The neighbours emptied the bucket. Over half of their load is retries.
	// A cache in your task cannot help: the task asks only once.
}
