package tune

import (
	"fmt"
	"testing"
)

// What is tuned is judged on the hosts that have a task under test: the parts of blocks are
// of these alone, and cover them.
func TestHostsUnderTest(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, groups, want, parts string }{
		{"no placement", "{group: a, tasks: 2, under_test: true, arrivals: {constant: 1/s}}",
			"[{0 20}] 120", "[{0 6}] [{6 6}] [{12 6}] [{0 6}]"},
		{"another's placement", "{group: a, under_test: true, arrivals: {constant: 1/s}}, {group: b, placement: {own_host: {total: 3}}, arrivals: {constant: 1/s}}",
			"[{0 20}] 69", "[{0 6}] [{6 6}] [{12 6}] [{0 6}]"},
		{"the last hosts", "{group: b, placement: {packed: {total: 9, size: 1}}, arrivals: {constant: 1/s}}, {group: a, placement: {own_host: {total: 8}}, under_test: true, arrivals: {constant: 1/s}}",
			"[{9 8}] 60", "[{9 6}] [{9 6}] [{9 6}] [{9 6}]"},
		{"two stretches", "{group: a, placement: {one_per_host: {total: 4}}, under_test: true, arrivals: {constant: 1/s}}, {group: b, placement: {own_host: {total: 3}}, arrivals: {constant: 1/s}}, {group: c, placement: {own_host: {total: 13}}, under_test: true, arrivals: {constant: 1/s}}",
			"[{0 4} {7 13}] 60", "[{0 4} {7 2}] [{9 6}] [{0 4} {7 2}] [{9 6}]"},
		{"none under test", "{group: a, placement: {own_host: {total: 3}}, arrivals: {constant: 1/s}}",
			"[{0 20}] 9", "[{0 6}] [{6 6}] [{12 6}] [{0 6}]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := load(t, fmt.Sprintf("version: 1\nname: x\nduration: 1m\nendpoint: {hosts: {count: 20, size: 1}}\nfleet: [%s]\n", row.groups))
			one := p.Plan(p.Cases()[0], 1)
			all := hostsOf(one)
			if got := fmt.Sprintf("%v %.0f", all, expectedOfHost(one)); got != row.want {
				t.Errorf("got hosts and calls of one %s, want %s", got, row.want)
			}
			parts := ""
			for block := range 4 {
				parts += fmt.Sprintf(" %v", part(all, 6, block))
			}
			if parts[1:] != row.parts {
				t.Errorf("got parts %s, want %s", parts[1:], row.parts)
			}
			if got := fmt.Sprint(part(all, 20, 3)); got != fmt.Sprint(all) {
				t.Errorf("got %s of more hosts than there are, want %v", got, all)
			}
		})
	}
}
