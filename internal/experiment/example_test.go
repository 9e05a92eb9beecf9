package experiment_test

import (
	"context"
	"fmt"

	"tenement/internal/experiment"
	"tenement/profiles"
	"tenement/reports"
)

// Every case of a profile is simulated with the same 20 seeds; the report has
// the failure rate of each.
func ExampleExperiment() {
	profile, err := profiles.Open("fork-bomb", profiles.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := experiment.New(profile, experiment.Options{
		Name: profile.Name, Engine: reports.Sim, Seed: profile.Seed, Seeds: 20,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := x.Run(context.Background()); err != nil {
		fmt.Println(err)
		return
	}
	report, err := x.Report()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range report.Cases {
		for _, g := range c.Groups {
			if g.UnderTest {
				fmt.Printf("%s: %.1f %% fail\n", c.Title, 100**report.OverSeeds(&g).FailureRate)
			}
		}
	}
	// Output:
	// one try each: 40.0 % fail
	// full jitter, 3 tries: 0.2 % fail
	// one cache for the task: 0.0 % fail
	// start within 1 s: 1.6 % fail
	// start within 2 s: 0.0 % fail
}
