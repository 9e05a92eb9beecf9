package reports

import (
	"strings"
	"testing"
)

// An interval that is no two numbers is refused, of whatever figure it is.
func TestIntervalsAreTwoNumbers(t *testing.T) {
	report := func(group string) string {
		return `{"version":1,"engine":"sim","cases":[{"name":"x","groups":[{"name":"g",` + group + `}]}]}`
	}
	for group, want := range map[string]string{
		`"failure_rate_ci95":null`:                    "",
		`"failure_rate_ci95":[0.1,0.2]`:               "",
		`"failure_rate_ci95":[]`:                      "cases.groups.failure_rate_ci95: got a JSON array of 0, want an array of two numbers",
		`"failure_rate_ci95":[0.1]`:                   "cases.groups.failure_rate_ci95: got a JSON array of 1, want an array of two numbers",
		`"failure_rate_ci95":[0.1,0.2,0.3]`:           "cases.groups.failure_rate_ci95: got a JSON array of 3, want an array of two numbers",
		`"failure_rate_ci95":[0.1,null]`:              "cases.groups.failure_rate_ci95: got a JSON array with null, want an array of two numbers",
		`"failure_rate_ci95":{}`:                      "cases.groups.failure_rate_ci95: got a JSON value, want an array of two numbers",
		`"simulated":{"failure_rate_ci95":[0.1,"x"]}`: "cases.groups.simulated.failure_rate_ci95: got a JSON value, want an array of two numbers",
		`"p99_ci95_ms":[1,null]`:                      "",
		`"p99_ci95_ms":[]`:                            "cases.groups.p99_ci95_ms: got a JSON array of 0, want an array of two numbers, the second of which may be null",
		`"p99_ci95_ms":[null,1]`:                      "cases.groups.p99_ci95_ms: got a JSON array that begins with null, want an array of two numbers, the second of which may be null",
		`"simulated":{"p99_ci95_ms":[1,2,3]}`:         "cases.groups.simulated.p99_ci95_ms: got a JSON array of 3, want an array of two numbers, the second of which may be null",
		`"failure_rate_ci95":[0.2,0.1]`:               "cases[0].groups[0].failure_rate_ci95: 0.2 is above 0.1",
	} {
		_, err := Read("r.json", strings.NewReader(report(group)))
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "r.json: ")
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", group, got, want)
		}
	}
}
