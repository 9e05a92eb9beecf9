package sim

import (
	"tenement/internal/imds"
	"tenement/internal/strategy"
	"tenement/profiles"
)

// answer is what an admitted request for a resource gets.
type answer struct {
	outcome strategy.Outcome
	expires bool // the document has an expiry
}

// surface asks the wire package once, for every resource of a plan, what its
// server answers, so that a simulated endpoint knows the same routes.
func surface(plan *profiles.Plan) []answer {
	answers := make([]answer, len(plan.Resources))
	for i, r := range plan.Resources {
		a := imds.AnswerECS(r.Method, r.Path, plan.Registered)
		answers[i] = answer{outcome: strategy.Outcome{Status: a.Status, Body: a.Body()}, expires: a.Expires}
	}
	return answers
}
