package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"tenement/internal/throttle"
)

// limitVariable is the agent's own setting of its limit.
const limitVariable = "ECS_TASK_METADATA_RPS_LIMIT"

// agentRate and agentBurst are the agent's limit as it comes.
const agentRate, agentBurst = 40, 60

// agentsLimit is the agent as it comes.
var agentsLimit = limit{throttle.Rate{Tokens: agentRate, Seconds: 1}, agentBurst}

// agentLimit is what the agent makes of the value of limitVariable, and what
// there is to be said of it, which is nothing if the agent has it as well. The
// value is two whole numbers with a comma between them and spaces around; a
// number that is 0 is the default's; what is otherwise not so is the default
// altogether. The agent knows no maximum, but our limiter does, because it counts
// exactly: beyond it the limit is the most that can be counted.
// Source: amazon-ecs-agent agent/config/parse.go and agent/config/config.go.
func agentLimit(value string) (l limit, notice string) {
	l, ok := readAgentLimit(value)
	if !ok {
		return l, fmt.Sprintf("%s %q: want two whole numbers, 0 or more, such as 40,60; the limit is %v, as the agent's would be", limitVariable, value, l)
	}
	most := l.countable()
	if most != l {
		notice = fmt.Sprintf("%s %q: more than mockimds can count; the limit is %v", limitVariable, value, most)
	}
	return most, notice
}

// readAgentLimit reads a limit as the agent does, and says whether it was as
// the agent wants it.
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
	if rate == 0 {
		rate = agentRate
	}
	if burst == 0 {
		burst = agentBurst
	}
	if rate < 0 || burst < 0 {
		return agentsLimit, false
	}
	return limit{throttle.Rate{Tokens: int64(rate), Seconds: 1}, int64(burst)}, true
}

// countable is the highest limit up to l that the limiter can count exactly,
// as the limiter itself says. The rate of l is a whole number a second.
func (l limit) countable() limit {
	can := func(burst int64) bool { return throttle.Limit{Rate: l.rate, Burst: burst}.Check() == nil }
	for !can(1) {
		l.rate.Tokens-- // a few times: every multiple of four can be counted
	}
	// How high a burst can be depends on the rate.
	l.burst = int64(sort.Search(int(l.burst), func(n int) bool { return !can(int64(n) + 1) }))
	return l
}
