package diagnosis

import (
	"fmt"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/internal/words"
)

// sayExpired says how many of your calls used credentials past their expiry.
func (d *Diagnosis) sayExpired() string {
	results := &d.You.Results
	expired, stale := results[strategy.Expired], results[strategy.Stale]
	of := func(n uint64) string { return words.Roughly(stat.Ratio(n, results.Total())) + " of your calls" }
	switch {
	case expired > 0 && stale > 0:
		return fmt.Sprintf("%s get credentials that have expired, which AWS refuses, or fail because of it; %s get such credentials within the grace.", words.Capital(of(expired)), of(stale))
	case expired > 0:
		return words.Capital(of(expired)) + " get credentials that have expired, which AWS refuses, or fail because of it."
	case stale > 0:
		return words.Capital(of(stale)) + " get credentials past their expiry, but within the grace, so they count as successes."
	}
	return ""
}
