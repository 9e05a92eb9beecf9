package tune

import (
	"fmt"
	"io"

	"tenement/internal/plan"
	"tenement/profiles"
	"tenement/reports/tuning"
)

// WriteProfile writes a profile that reproduces a result: today's strategy, and a case for
// each recommendation. A recommendation that several names have is written once.
func WriteProfile(w io.Writer, p *profiles.Profile, r *tuning.Result) error {
	var cases []profiles.Further
	written := map[string]bool{r.Today.Name: true}
	for i := range r.Recommendations {
		a := &r.Recommendations[i]
		if written[a.Candidate.Name] {
			continue
		}
		written[a.Candidate.Name] = true
		one := profiles.Further{Name: a.Name}
		for _, s := range a.Candidate.Settings {
			for _, path := range s.Paths {
				one.Set = append(one.Set, plan.Setting{Path: path.Path, Value: path.Value})
			}
		}
		cases = append(cases, one)
	}
	return p.WriteCases(w, r.Case, fmt.Sprintf("%s as it is today, and as loadgen tune recommends\n", r.Profile.Name), cases)
}
