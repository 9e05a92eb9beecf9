// Package tuning is the answer to what to change: the settings that were tried on a
// profile, those that no other beats in every respect, and the ones that are recommended
// against today's, each as what to set. Package tune finds it; package render draws it.
package tuning

// Version is that of the JSON. It changes when a key changes its meaning.
const Version = 1

// Result is a search for better settings. Nothing in it depends on the machine, or on how
// long the search took, unless it was ended early.
type Result struct {
	Version int     `json:"version"`
	Model   int     `json:"model"` // of the strategies
	Profile Profile `json:"profile"`
	Seed    uint64  `json:"seed"`
	// Case is the strategy of the profile that is today's, and Preset the SDK that it is
	// of; empty if it is of none.
	Case   string `json:"case"`
	Title  string `json:"title"`
	Preset string `json:"preset,omitempty"`
	// Neighbours is whether others than the groups under test ask: without any, nothing
	// is said of harm.
	Neighbours bool               `json:"neighbours"`
	Weights    map[string]float64 `json:"weights,omitempty"` // that were given; absent if none were
	Parameters []Parameter        `json:"parameters"`
	// LeftOut are the parameters and variants that were not tried.
	LeftOut []LeftOut `json:"left_out,omitempty"`
	Spent   Spent     `json:"spent"`
	Today   Candidate `json:"today"`
	// Front are the candidates that no other beats in every objective, today's among them
	// if it is one, in order of their failure rates. Their figures are of seeds that the
	// search did not see.
	Front           []Candidate      `json:"front"`
	Variants        []Variant        `json:"variants"`
	Recommendations []Recommendation `json:"recommendations"`
	// Partial is why the search ended early; absent if it did not.
	Partial string `json:"partial,omitempty"`
}

// Profile is what was tuned.
type Profile struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Parameter is something that was changed.
type Parameter struct {
	Name   string   `json:"name"`
	Who    string   `json:"who"`    // can change it: you, neighbours, endpoint
	Effort string   `json:"effort"` // in words
	Option string   `json:"option,omitempty"`
	Source string   `json:"source,omitempty"` // where it was read that it can be set
	Values []string `json:"values"`           // besides today's
}

// LeftOut is what was not tried for one reason.
type LeftOut struct {
	What []string `json:"what"`
	Why  string   `json:"why"`
}

// Spent is the work of the search.
type Spent struct {
	Candidates int    `json:"candidates"` // that were simulated
	Runs       uint64 `json:"runs"`       // seeds of candidates, those of the judgement included
	Calls      uint64 `json:"calls"`      // of those runs
	Halvings   []int  `json:"halvings"`   // how many candidates were left in each round
	Steps      int    `json:"steps"`      // of the local search
	JudgedOn   int    `json:"judged_on"`  // blocks of seeds that the search did not see
}

// Candidate is today's settings with some changed.
type Candidate struct {
	Name     string    `json:"name"` // today, or a letter
	Settings []Setting `json:"settings"`
	Figures  Figures   `json:"figures"`
	OnFront  bool      `json:"on_front"`
}

// Setting is a parameter that is not as it is today, and how it is set.
type Setting struct {
	Parameter string `json:"parameter"`
	Who       string `json:"who"`
	Value     string `json:"value"`
	Effort    string `json:"effort"`
	Option    string `json:"option,omitempty"` // what is set
	Code      string `json:"code,omitempty"`   // a line that sets it
	Change    string `json:"change,omitempty"` // the piece of work that it is a part of
	// Paths are those of the profile that it moves, and their values.
	Paths []Path `json:"paths"`
}

// Path is a value in a profile.
type Path struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// Figures are the objectives; less is better in each.
type Figures struct {
	FailureRate Figure  `json:"failure_rate"` // share of your calls
	P99         Figure  `json:"p99_ms"`       // of your successes
	Attempts    Figure  `json:"attempts"`     // per call of yours
	Harm        *Figure `json:"harm"`         // share of the neighbours' calls that fail; null without neighbours
	Staleness   Figure  `json:"staleness"`    // share of your calls served past the expiry, or with keys that nothing renews
	// Effort counts 1 for a config line, 3 for a code change and 9 for what somebody else
	// must do, once for each piece of work, and 0.1 for each further setting of a piece.
	Effort float64 `json:"effort"`
}

// Figure is a mean over seeds and its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"lo"`
	High  float64 `json:"hi"`
}

// Change is how far a figure is from today's on the same seeds, with its 95 % interval,
// and the chance of so much by luck (Wilcoxon's signed ranks, two-sided).
type Change struct {
	Objective string  `json:"objective"`
	By        float64 `json:"by"`
	Low       float64 `json:"lo"`
	High      float64 `json:"hi"`
	P         float64 `json:"p"`
}

// Better reports whether the figure is lower than today's beyond chance.
func (c *Change) Better() bool { return c.High < 0 }

// Worse reports whether it is higher beyond chance.
func (c *Change) Worse() bool { return c.Low > 0 }

// Variant is a scenario that the search did not see.
type Variant struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Paths []Path `json:"paths"`
}

// Recommendation is the best candidate for somebody who wants one thing most.
type Recommendation struct {
	Name      string    `json:"name"`  // safest, fastest, kindest or yours
	Title     string    `json:"title"` // what that means
	Candidate Candidate `json:"candidate"`
	// Changes are its figures against today's, on seeds that the search did not see.
	Changes []Change `json:"changes"`
	// Under are the failure rates in each variant, in the order of Result.Variants.
	Under []Under `json:"under"`
}

// Under is what a recommendation does in a variant.
type Under struct {
	Variant string  `json:"variant"`
	Today   Figure  `json:"today"`  // failure rate
	Figure  Figure  `json:"figure"` // failure rate with the recommendation
	Change  Change  `json:"change"` // of the failure rate
	Harm    *Change `json:"harm"`   // of the neighbours' failure rate; null without neighbours
}

// Named is the recommendation of a name, nil if there is none.
func (r *Result) Named(name string) *Recommendation {
	for i := range r.Recommendations {
		if r.Recommendations[i].Name == name {
			return &r.Recommendations[i]
		}
	}
	return nil
}

// Of is the change of an objective, nil if nothing is known of it.
func (r *Recommendation) Of(objective string) *Change {
	for i := range r.Changes {
		if r.Changes[i].Objective == objective {
			return &r.Changes[i]
		}
	}
	return nil
}
