package reports

import (
	"fmt"

	"tenement/internal/throttle"
)

// assume is what the report takes for granted about the endpoint, as far as it
// follows from the model. What a profile assumes besides is given to New.
//
// Sources: amazon-ecs-agent, ecs-agent/tmds/server.go (one limiter around all
// routes, keyed by source address and path) and agent/config (40/s, burst 60);
// Fargate's values and sharing are unpublished (aws/containers-roadmap #1649).
// EC2 User Guide, "Instance metadata limits": 1024 packets per second and
// network interface to all link-local services together, without saying what
// an exchange counts. eks-pod-identity-agent configuration/config.go and
// internal/middleware/rate_limiter: 1000/s with a burst of 500, for all.
func assume(r *Report) []string {
	s := newStory(r)
	if s == nil {
		return nil
	}
	return append(s.assumeLimit(), s.assumeTags()...)
}

// assumeTags is that a client which is not given tags does not mind.
func (s *story) assumeTags() []string {
	for i := range s.base.Endpoint.Faults {
		if f := &s.base.Endpoint.Faults[i]; f.is(throttle.TagsFault) {
			return []string{fmt.Sprintf("An answer without tags counts as a success: the agent answers 200 when it has none. "+
				"Who needs the tags goes without as long as the fault %q is on, also where nothing fails.", f.called())}
		}
	}
	return nil
}

func (s *story) assumeLimit() []string {
	if s.limit == nil {
		return nil
	}
	var out []string
	switch s.base.Endpoint.Service {
	case "ecs":
		out = s.assumeECS()
	case "imds":
		out = s.assumeIMDS()
	case "eks-pod-identity":
		out = s.assumePodIdentity()
	}
	if s.base.Endpoint.Tally == nil {
		out = append(out, "The endpoint was not ours: what it admitted and turned away is known from the clients' side only.")
	}
	return out
}

func (s *story) assumeECS() []string {
	if !s.sole || !s.limit.is(throttle.TokenBucket) || s.limit.Cost > 1 {
		return []string{"The ECS agent on EC2 has one token bucket per source address and path, of 40/s and 60; " +
			"any other limit is an assumption, and Fargate's are unpublished."}
	}
	var out []string
	switch s.limit.Scope {
	case "host":
		out = append(out, "The host-wide bucket is an assumption: Fargate's is unpublished; the ECS agent on EC2 has one "+
			"per source address and path, so there a task can only starve itself.")
	case "ip+path":
		out = append(out, "One bucket per source address and path is what the ECS agent on EC2 keeps; how Fargate shares its limit is unpublished.")
	default:
		out = append(out, fmt.Sprintf("One bucket per %s is an assumption: the ECS agent on EC2 has one per source address and path, "+
			"and how Fargate shares its limit is unpublished.", s.limit.sharers()))
	}
	if s.limit.RatePerS != 40 || s.limit.Burst != 60 {
		out = append(out, fmt.Sprintf("%s with a burst of %d is an assumption too: the ECS agent's default is 40/s and 60.",
			exactly(s.limit.RatePerS), s.limit.Burst))
	}
	return out
}

func (s *story) assumeIMDS() []string {
	const published = "AWS publishes one figure, 1024 packets a second for each network interface"
	if !s.sole || !s.limit.is(throttle.TokenBucket) || s.limit.Cost <= 1 || s.limit.RatePerS != 1024 {
		return []string{"The limit is an assumption: " + published + ", and says that there are others."}
	}
	return []string{fmt.Sprintf("%s. That an exchange is %d packets, that a burst is %d of them, and that nothing else on the "+
		"interface counts are assumptions.", published, s.limit.Cost, s.limit.Burst)}
}

func (s *story) assumePodIdentity() []string {
	if s.sole && s.limit.is(throttle.TokenBucket) && s.limit.Cost <= 1 && s.limit.Scope == "path" && s.limit.RatePerS == 1000 && s.limit.Burst == 500 {
		return []string{"One bucket for all pods of a node, of 1000/s and 500, is what the EKS Pod Identity agent keeps."}
	}
	return []string{"The limit is an assumption: the EKS Pod Identity agent keeps one bucket for all pods of a node, of 1000/s and 500."}
}
