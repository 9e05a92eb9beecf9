package sim

import (
	"net/http"

	"tenement/internal/imds"
	"tenement/internal/strategy"
	"tenement/profiles"
)

// answer is what an admitted request for a resource gets.
type answer struct {
	outcome strategy.Outcome
	expires bool // the document has an expiry
	limited bool // the limiter is asked at all
}

// surface asks the wire package once, for every resource of a plan, what its
// server answers, so that a simulated endpoint knows the same routes.
func surface(plan *profiles.Plan) []answer {
	server := imds.New(imds.Config{Registered: append([]string{"{credentials_id}", "{endpoint_id}"}, plan.Registered...)})
	answers := make([]answer, len(plan.Resources))
	for i, r := range plan.Resources {
		a := server.Answer(r.Method, r.Path)
		answers[i] = answer{
			outcome: strategy.Outcome{Status: uint16(a.Status), Body: bodies[a.Body]},
			expires: a.Expires, limited: a.Limited,
		}
		if a.Body == imds.NoBody && a.Status == http.StatusOK {
			answers[i].outcome.Body = strategy.BodyMalformed
		}
	}
	return answers
}

// bodies is what a client makes of what the server sends.
var bodies = map[imds.Body]strategy.BodyKind{
	imds.NoBody:              strategy.BodyText,
	imds.CredentialsDocument: strategy.BodyOK,
	imds.JSONDocument:        strategy.BodyOK,
	imds.Text:                strategy.BodyText,
	imds.ErrorJSON:           strategy.BodyErrorJSON,
}
