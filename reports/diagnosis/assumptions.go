package diagnosis

import (
	"fmt"
	"slices"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
)

// assumptions is what the report takes for granted about the endpoint, as far
// as it follows from the model.
//
// Sources: amazon-ecs-agent, ecs-agent/tmds/server.go (one limiter around all
// routes, keyed by source address and path) and agent/config (40/s, burst 60);
// Fargate's values and sharing are unpublished (aws/containers-roadmap #1649).
// EC2 User Guide, "Instance metadata limits": 1024 packets per second and
// network interface to all link-local services together, without saying what
// an exchange counts. eks-pod-identity-agent configuration/config.go and
// internal/middleware/rate_limiter: 1000/s with a burst of 500, for all.
func (d *Diagnosis) assumptions() []string {
	if d.Base == nil {
		return nil
	}
	var out []string
	if d.Limit.First != nil {
		if of, err := service.Parse(d.Base.Endpoint.Service); err == nil {
			assume := assumptionsOf[of]
			if !of.Row().Issues() {
				assume = (*Diagnosis).assumeAPI
			}
			out = assume(d)
		}
		if d.Base.Endpoint.Tally == nil {
			out = append(out, "The endpoint was not ours: what it admitted and turned away is known only from what clients saw.")
		}
	}
	for i := range d.Base.Endpoint.Faults {
		if f := &d.Base.Endpoint.Faults[i]; f.Is(throttle.TagsFault) {
			return append(out, fmt.Sprintf("An answer without tags counts as a success, because the agent answers 200 when it has none. "+
				"While the fault %q is on, a task that needs tags goes without them, even where nothing fails.", FaultName(f)))
		}
	}
	return out
}

// assumptionsOf are what a report takes for granted about the limit of each
// service that hands out credentials.
var assumptionsOf = map[service.Service]func(*Diagnosis) []string{
	service.ECS:         (*Diagnosis).assumeECS,
	service.IMDS:        (*Diagnosis).assumeIMDS,
	service.PodIdentity: (*Diagnosis).assumePodIdentity,
}

// assumeAPI is about the limit of an AWS API.
func (d *Diagnosis) assumeAPI() []string {
	of, _ := service.Parse(d.Base.Endpoint.Service) // its caller has
	return []string{fmt.Sprintf("AWS limits %s for an account and region as a whole; what a host gets of that is an assumption.", of.Row().Title)}
}

// plainBucket reports whether there is one limit, a token bucket with this cost.
func (l *Limit) plainBucket() bool { return l.Only && isBucket(l.First) && l.First.Cost <= 1 }

// isPublished reports whether a limit has the rate and the burst of the real agent.
func isPublished(l *reports.Limit, of service.Service) bool {
	agent := of.Row().Limit
	return l.RatePerS == float64(agent.PerSecond) && l.Burst == agent.Burst
}

func (d *Diagnosis) assumeECS() []string {
	l, agent := d.Limit.First, service.ECS.Row().Limit
	if !d.Limit.plainBucket() {
		return []string{fmt.Sprintf("The limit is an assumption. The ECS agent on EC2 has one token bucket per source address and path (%d/s, burst %d); "+
			"Fargate's limits are unpublished.", agent.PerSecond, agent.Burst)}
	}
	var out []string
	switch l.Scope {
	case throttle.HostScope.String():
		out = append(out, "The host-wide bucket is an assumption: Fargate's limit is unpublished. The ECS agent on EC2 has one bucket "+
			"per source address and path, so a task there can only starve itself.")
	case throttle.IPPathScope.String():
		out = append(out, "The ECS agent on EC2 has one bucket per source address and path; how Fargate shares its limit is unpublished.")
	default:
		out = append(out, fmt.Sprintf("One bucket per %s is an assumption: the ECS agent on EC2 has one per source address and path, "+
			"and how Fargate shares its limit is unpublished.", sharers(l)))
	}
	switch {
	case isPublished(l, service.ECS):
	case d.limitOfRecording():
		out = append(out, fmt.Sprintf("%s with a burst of %d is the limit that the trace was imported with; the ECS agent's default is %d/s with a burst of %d.",
			words.Rate(l.RatePerS), l.Burst, agent.PerSecond, agent.Burst))
	default:
		out = append(out, fmt.Sprintf("%s with a burst of %d is also an assumption: the ECS agent's default is %d/s with a burst of %d.",
			words.Rate(l.RatePerS), l.Burst, agent.PerSecond, agent.Burst))
	}
	return out
}

// limitOfRecording reports whether the limit is the one in the header of a trace that
// is replayed.
func (d *Diagnosis) limitOfRecording() bool {
	now := limitLine(d.Base)
	return slices.ContainsFunc(d.Replayed, func(r Replayed) bool { return now != "" && r.Limit == now })
}

func (d *Diagnosis) assumeIMDS() []string {
	const published = "AWS publishes one figure, 1024 packets per second and network interface"
	l := d.Limit.First
	if !d.Limit.Only || !isBucket(l) || l.Cost <= 1 || l.RatePerS != 1024 {
		return []string{"The limit is an assumption. " + published + ", and says that there are other limits."}
	}
	return []string{fmt.Sprintf("%s. The rest is assumed: an exchange is %d packets, a burst is %d packets, and nothing else on the "+
		"interface counts.", published, l.Cost, l.Burst)}
}

func (d *Diagnosis) assumePodIdentity() []string {
	limit := service.PodIdentity.Row().Limit
	agent := fmt.Sprintf("The EKS Pod Identity agent has one bucket for all pods of a node: %d/s, burst %d.", limit.PerSecond, limit.Burst)
	if l := d.Limit.First; d.Limit.plainBucket() && l.Scope == limit.Scope && isPublished(l, service.PodIdentity) {
		return []string{agent}
	}
	return []string{"The limit is an assumption. " + agent}
}
