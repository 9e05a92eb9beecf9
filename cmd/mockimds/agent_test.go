package main

import (
	"strings"
	"testing"
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
		got, fine := agentLimit(test.value)
		if got.String() != test.want || fine != test.fine {
			t.Errorf("%q: got %v, %t, want %s, %t", test.value, &got, fine, test.want, test.fine)
		}
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
		{"nonsense", "", "x", "40,60", `ECS_TASK_METADATA_RPS_LIMIT "x": want two whole numbers, 0 or more, such as 40,60; the limit is 40,60, as the agent's would be`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(limitVariable, test.variable)
			o, err := parse(strings.Fields(test.args))
			if err != nil {
				t.Fatal(err)
			}
			if o.limit.String() != test.want || o.notice != test.notice {
				t.Errorf("got %v, %q, want %s, %q", &o.limit, o.notice, test.want, test.notice)
			}
		})
	}
}
