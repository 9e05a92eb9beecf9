package reports

import "fmt"

// assume is what the report takes for granted about the endpoint, as far as it
// follows from the model. What a profile assumes besides is given to New.
//
// Sources: amazon-ecs-agent, ecs-agent/tmds/server.go (one limiter around all
// routes, keyed by source address and path) and agent/config (40/s, burst 60);
// Fargate's values and sharing are unpublished (aws/containers-roadmap #1649).
func assume(r *Report) []string {
	s := newStory(r)
	if s == nil || s.limit == nil {
		return nil
	}
	var out []string
	if s.base.Endpoint.Service == "ecs" {
		switch s.limit.Scope {
		case "host":
			out = append(out, "The host-wide bucket is an assumption: Fargate's is unpublished; the ECS agent on EC2 has one "+
				"per source address and path, so there a task can only starve itself.")
		case "ip+path":
			out = append(out, "One bucket per source address and path is what the ECS agent on EC2 keeps; how Fargate shares its limit is unpublished.")
		default:
			out = append(out, fmt.Sprintf("One bucket per %s is an assumption: the ECS agent on EC2 has one per source address and path, "+
				"and how Fargate shares its limit is unpublished.", s.limit.Scope))
		}
		if s.limit.RatePerS != 40 || s.limit.Burst != 60 {
			out = append(out, fmt.Sprintf("%s with a burst of %d is an assumption too: the ECS agent's default is 40/s and 60.",
				exactly(s.limit.RatePerS), s.limit.Burst))
		}
	}
	if s.base.Endpoint.Tally == nil {
		out = append(out, "The endpoint was not ours: what it admitted and turned away is known from the clients' side only.")
	}
	return out
}
