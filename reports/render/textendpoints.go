package render

import (
	"fmt"
	"strings"

	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

// textEndpoints is the table of what each endpoint of the hosts did in the first case, if
// there are several.
func textEndpoints(b *strings.Builder, d *diagnosis.Diagnosis) {
	if d.Base == nil || len(d.Base.Endpoints) == 0 || d.Base.Endpoint.Tally == nil {
		return
	}
	fmt.Fprintf(b, "\n%-*s%10s%10s%11s%9s%8s\n", labelWidth, "what answered", "requests", "admitted", "throttled", "dropped", "failed")
	row := func(name string, t *throttle.Tally) {
		if t == nil {
			return
		}
		fmt.Fprintf(b, "%-*s%10s%10s%11s%9s%8s\n", labelWidth, words.Shortened(words.Visible(name), labelWidth-1),
			words.Number(t.Requests), words.Number(t.Admitted), words.Number(t.Throttled), words.Number(t.Dropped), words.Number(t.Failed))
	}
	row(d.Base.Endpoint.Service, d.Base.Endpoint.Tally)
	for i := range d.Base.Endpoints {
		row(d.Base.Endpoints[i].Name, d.Base.Endpoints[i].Tally)
	}
}
