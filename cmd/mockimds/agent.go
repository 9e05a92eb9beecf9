package main

import (
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

// agentLimit is what the agent makes of the value of limitVariable, and
// whether the value was as the agent wants it. Two whole numbers with a comma
// between them and spaces around; a number that is 0 is the default's; what is
// otherwise not so is the default altogether.
// Source: amazon-ecs-agent agent/config/parse.go and agent/config/config.go.
func agentLimit(value string) (l limit, fine bool) {
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
