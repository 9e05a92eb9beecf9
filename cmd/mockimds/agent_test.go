package main

import (
	"strconv"
	"strings"
	"testing"

	"tenement/internal/throttle"
)

// TestAgentLimit is the agent's own examples, and the order of its rules.
// Source: amazon-ecs-agent agent/config/config_test.go.
func TestAgentLimit(t *testing.T) {
	for _, test := range []struct {
		value, want string
		fine        bool
	}{
		{"40,60", "40,60", true},
		{"  10 ,5  ", "10,5", true},
		{"10,0", "10,60", true},
		{"0,10", "40,10", true},
		{"0,0", "40,60", true},
		{"1000000,1", "1000000,1", true},
		{"\t7,\n8", "7,8", true},
		{"+7,8", "7,8", true},
		{" ,10", "40,60", false},
		{"10,", "40,60", false},
		{"10", "40,60", false},
		{"10,10,10", "40,60", false},
		{"", "40,60", false},
		{"-10,10", "40,60", false},
		{"10,-10", "40,60", false},
		{"0,-1", "40,60", false},
		{"2.5,10", "40,60", false},
		{"10/m,10", "40,60", false},
		{"99999999999999999999,1", "40,60", false},
		{"a,b", "40,60", false},
	} {
		got, notice := agentLimit(test.value)
		if got.String() != test.want || (notice == "") != test.fine {
			t.Errorf("%q: got %v, %q, want %s, %t", test.value, got, notice, test.want, test.fine)
		}
	}
}

// The agent knows no maximum. Where our limiter has one, that is in force, and
// both figures are told.
func TestAgentLimitBeyondCounting(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{"5,1000000000000", "5,11529215046"},
		{"7, 1000000000000", "7,2305843009"},
		{"40,9223372036854775807", "40,92233720368"},
		{"9223372036854775807,5", "9223372036854775805,5"},
		{"9223372036854775807,9223372036854775807", "9223372036854775805,11529215046"},
	} {
		got, notice := agentLimit(test.value)
		if got.String() != test.want {
			t.Errorf("%s: got %v, want %s", test.value, got, test.want)
		}
		if want := limitVariable + " " + strconv.Quote(test.value) + ": more than mockimds can count; the limit is " + test.want; notice != want {
			t.Errorf("got notice %q, want %q", notice, want)
		}
		l := throttle.Limit{Rate: got.rate, Burst: got.burst}
		if err := l.Check(); err != nil {
			t.Errorf("%s: got a limit that cannot be: %v", test.value, err)
		}
		if l.Burst++; got.burst != 5 && l.Check() == nil {
			t.Errorf("%s: got %v, where a burst of %d can be", test.value, got, l.Burst)
		}
	}
	// What can be counted is as the agent has it, however high.
	if got, notice := agentLimit("1000000000,1000000000000000000"); notice != "" || got.burst != 1e18 {
		t.Errorf("got %v, %q", got, notice)
	}
}

// TestLimitPrecedence: flag beats environment beats profile.
func TestLimitPrecedence(t *testing.T) {
	for _, test := range []struct{ name, args, variable, want, notice string }{
		{"neither", "", "", "40,60", ""},
		{"flag", "--limit 1,2", "", "1,2", ""},
		{"environment", "", "3,4", "3,4", ""},
		{"both", "--limit 1,2", "3,4", "1,2", ""},
		{"flag beside nonsense", "--limit 1,2", "x", "1,2", ""},
		{"nonsense", "", "x", "40,60", `ECS_TASK_METADATA_RPS_LIMIT "x": want two whole numbers, 0 or more, such as 40,60; the limit is 40,60, as for the agent`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(limitVariable, test.variable)
			o, err := parse(strings.Fields(test.args))
			if err != nil {
				t.Fatal(err)
			}
			if o.limit.String() != test.want || o.notice != test.notice {
				t.Errorf("got %v, %q, want %s, %q", o.limit, o.notice, test.want, test.notice)
			}
		})
	}
}
