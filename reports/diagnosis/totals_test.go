package diagnosis

import (
	"testing"

	"tenement/reports/reportstest"
)

// Groups that go up and down together are no more certain than each of them.
func TestIntervalOfSeveralGroups(t *testing.T) {
	c := reportstest.Seeded()
	twin := c.Groups[0]
	twin.Name = "twin"
	c.Groups = append(c.Groups, twin)
	r := reportstest.HandReport(c)
	if you, _, _ := split(r, &r.Cases[0], false); you.Calls != 16_000 || *you.CI != [2]float64{0.08, 0.12} {
		t.Errorf("got %d calls and %v, want 16000 and [0.08 0.12]", you.Calls, *you.CI)
	}
}
