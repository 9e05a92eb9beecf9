package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

func TestNewRefusesBadSchedules(t *testing.T) {
	good := throttle.Limit{Rate: rate(t, "1/s"), Burst: 1}
	for want, config := range map[string]throttle.Config{
		"throttle: change at 1s: comes after one at 2s": {Limits: []throttle.Limit{good}, Changes: []throttle.Change{{At: 2 * time.Second, To: good}, {At: time.Second, To: good}}},
		"throttle: at -1ns: a time below 0":             {Limits: []throttle.Limit{good}, Changes: []throttle.Change{{At: -1, To: good}}},
		"throttle: limit 0: there are 0":                {Changes: []throttle.Change{{To: good}}},
		"throttle: cut: want after how long":            {Faults: []throttle.Fault{{Kind: throttle.CutFault}}},
		"throttle: write timeout -1ns: want 0s or more": {WriteTimeout: -1},
		"throttle: upstream: size -1: want 0 or more":   {Upstream: &throttle.Upstream{Size: -1}},
		"throttle: Action(9): not an action":            {OnExceed: throttle.OnExceed{Action: 9}},
		"throttle: status 200: want 400 to 599":         {OnExceed: throttle.OnExceed{Status: 200}},
		"throttle: retry after -2ns: want 0s or more":   {OnExceed: throttle.OnExceed{RetryAfter: -2}},
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic: got %v, want %v", got, want)
				}
			}()
			throttle.New(config)
		}()
	}
}
