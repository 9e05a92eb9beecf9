package strategy

import (
	"strings"
	"testing"

	"tenement/internal/service"
)

// The first use of botocore and of Ruby: a load, then a use that looks at what was
// loaded. Each script is a recording of the real client.
func TestFirstUseLooksAgain(t *testing.T) {
	for _, r := range []struct{ preset, name, script string }{
		{"botocore", "a long life is served", `
			begin -> keys
			ok -> ok after 1
			begin -> ok after 0`},
		{"botocore", "240 s left, then 429s: 1 + 3 requests and an error, then 3", `
			begin -> keys
			near -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> throttled after 4
			begin -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> throttled after 3`},
		{"botocore", "700 s left, then 429s: every call succeeds after 3 s", `
			begin -> keys
			soon -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> ok after 4
			begin -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> ok after 3`},
		{"botocore", "a load that raises is no first use", `
			begin -> keys
			missing -> malformed after 1
			begin -> keys
			near -> keys
			ok -> ok after 2
			begin -> ok after 0`},
		{"botocore@imds", "a near expiry is put off, and not fetched again", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			near -> ok after 3
			begin -> ok after 0`},
		{"aws-sdk-ruby", "240 s left, then 429s: 1 + 6 requests, then 6", `
			begin -> keys
			near -> keys
			429 -> keys in 1s
			429 -> keys in 1.2s
			429 -> keys in 1.44s
			429 -> keys in 1.728s
			429 -> keys in 2.0736s
			429 -> empty after 7
			begin -> keys
			429 -> keys in 1s
			429 -> keys in 1.2s
			429 -> keys in 1.44s
			429 -> keys in 1.728s
			429 -> keys in 2.0736s
			429 -> empty after 6`},
		{"aws-sdk-ruby", "700 s left are enough", `
			begin -> keys
			soon -> ok after 1
			begin -> ok after 0`},
		{"aws-sdk-ruby@imds", "240 s left: role and keys again, with the token", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			near -> role t1
			ok -> keys t1
			ok -> ok after 5
			begin -> ok after 0`},
	} {
		t.Run(r.preset+"/"+r.name, func(t *testing.T) {
			p, _ := PresetNamed(r.preset)
			for _, perCall := range []bool{false, true} {
				m := newMachine(&p.Strategy, perCall)
				script := r.script
				if p.Service == service.ECS {
					m.client = fresh(&p.Strategy)
				}
				if perCall {
					// A client of its own remembers nothing for the second call.
					script = firstCall(script)
					if p.Service == service.ECS {
						m.client = NewHost(1, 0, []Clients{{Strategy: &p.Strategy, Tasks: 1, Processes: 1, PerCall: true, Key: taskKey("g")}}).Client(0, 0, 0)
					}
				}
				play(t, m, script)
			}
		})
	}
}

// firstCall is a script up to its second call.
func firstCall(script string) string {
	first, rest, _ := strings.Cut(script, "begin")
	rest, _, _ = strings.Cut(rest, "begin")
	return strings.TrimSpace(first + "begin" + rest)
}

// Calls beside a first use: they load too, wait for its further fetch, or are
// served meanwhile.
func TestFirstUseOfSeveral(t *testing.T) {
	near, soon := reply(good(4*minute)), reply(good(11*minute))
	botocore, _ := PresetNamed("botocore")
	t.Run("all load; then one refreshes and the others wait", func(t *testing.T) {
		run(t, botocore.Strategy, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", near, "send"},
			{3, "b", near, "await"},
			{4, "c", nil, "await"},
			{5, "a", success, "ok fetched; b ok fetched; c ok joined"},
		})
	})
	t.Run("or are served", func(t *testing.T) {
		run(t, botocore.Strategy, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "send"},
			{2, "a", soon, "send"},
			{3, "b", soon, "ok fetched"},
			{4, "c", nil, "ok cached"},
			{5, "a", success, "ok fetched"},
		})
	})
	t.Run("a join waits for both", func(t *testing.T) {
		run(t, Strategy{Cache: &Refresh{Window: 5 * minute}, Flight: Flight{Kind: Join}, FirstUse: 2}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", near, "send"},
			{3, "c", nil, "await"},
			{4, "a", near, "ok fetched; b ok joined; c ok joined"},
			{5, "d", nil, "send"},
			{6, "d", near, "ok fetched"},
		})
	})
	t.Run("a use that refreshes behind", func(t *testing.T) {
		run(t, Strategy{Cache: &Refresh{Window: 5 * minute, Behind: true}, Flight: Flight{Kind: Join}, FirstUse: 2}, []row{
			{0, "a", nil, "send"},
			{1, "b", nil, "await"},
			{2, "a", near, "ok fetched; behind send; b ok joined"},
		})
	})
}
