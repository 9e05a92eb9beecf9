package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// limitVariable is the environment variable that sets the limit of the real
// agent.
const limitVariable = "ECS_TASK_METADATA_RPS_LIMIT"

// agentsLimit is the limit that the real agent has unless it is configured.
var agentsLimit = defaultLimit(service.ECS)

// agentLimit is the agent's limit for a value of limitVariable, and a notice for
// stderr if one is needed. The value is two whole numbers with a comma between
// them, and spaces around them are allowed. A number that is 0 means the
// default's; any other value means the default. The agent has no maximum. Our
// limiter has one, because it counts exactly, and a higher value is lowered to it.
// Source: amazon-ecs-agent agent/config/parse.go and agent/config/config.go.
func agentLimit(value string) (l limit, notice string) {
	l, ok := readAgentLimit(value)
	if !ok {
		return l, fmt.Sprintf("%s %q: want two whole numbers, 0 or more, such as 40,60; the limit is %v, as for the agent", limitVariable, value, l)
	}
	most := l.countable()
	if most != l {
		notice = fmt.Sprintf("%s %q: more than mockimds can count; the limit is %v", limitVariable, value, most)
	}
	return most, notice
}

// readAgentLimit reads a limit by the agent's rules. If the value breaks
// them, ok is false and the limit is the agent's default.
func readAgentLimit(value string) (l limit, ok bool) {
	first, second, ok := strings.Cut(value, ",")
	if !ok || strings.Contains(second, ",") {
		return agentsLimit, false
	}
	rate, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return agentsLimit, false
	}
	burst, err := strconv.Atoi(strings.TrimSpace(second))
	if err != nil {
		return agentsLimit, false
	}
	if rate < 0 || burst < 0 {
		return agentsLimit, false
	}
	l = agentsLimit
	if rate > 0 {
		l.rate.Tokens = int64(rate)
	}
	if burst > 0 {
		l.burst = int64(burst)
	}
	return l, true
}

// countable is l, or the highest limit below it that the limiter can count
// exactly. The limiter itself checks that, so that its bounds stand in one place.
// The rate of l must be a whole number a second.
func (l limit) countable() limit {
	can := func(burst int64) bool { return throttle.Limit{Rate: l.rate, Burst: burst}.Check() == nil }
	for !can(1) {
		l.rate.Tokens-- // a few times: every multiple of four can be counted
	}
	// How high a burst can be depends on the rate.
	l.burst = int64(sort.Search(int(l.burst), func(n int) bool { return !can(int64(n) + 1) }))
	return l
}
