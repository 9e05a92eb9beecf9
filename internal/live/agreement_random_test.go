package live

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tenement/profiles"
)

var (
	firstSeed = flag.Uint64("first-seed", 0, "the first seed of TestAgreementOnRandomProfiles")
	seeds     = flag.Uint64("seeds", 40, "how many seeds TestAgreementOnRandomProfiles plays")
	most      = flag.Int("most", 500, "the most calls that an agreement test plays of one case")
)

// Random profiles: the seed draws limits, faults, strategies and arrivals from a
// grammar. To play many more than the usual ones, run
//
//	go test ./internal/live -run RandomProfiles -timeout 30m -first-seed 1000 -seeds 5000
//
// A seed that fails prints its profile.
func TestAgreementOnRandomProfiles(t *testing.T) {
	n := *seeds
	if testing.Short() {
		n = min(n, 30)
	}
	for seed := *firstSeed; seed < *firstSeed+n; seed++ {
		text := drawProfile(seed)
		p, err := profiles.Load(fmt.Sprintf("seed-%d.yaml", seed), []byte(text))
		if err != nil {
			t.Errorf("the grammar is wrong: %v\n%s", err, text)
			continue
		}
		for _, c := range p.Cases() {
			t.Run(fmt.Sprintf("%d/%s", seed, c.Name), func(t *testing.T) {
				t.Parallel()
				plan := p.Plan(c, seed)
				cutShort(plan, *most)
				agree(t, plan)
				if t.Failed() {
					var shown strings.Builder
					if err := p.Show(&shown); err != nil {
						t.Error(err)
					}
					t.Logf("the profile of seed %d:\n%s", seed, shown.String())
				}
			})
		}
	}
}

// grammar is what profiles are drawn from: <name> stands for one of the
// alternatives of that name, all equally likely, and <1-9> for a number. A part
// of a mapping includes its comma, so that alternatives can be empty.
//
// Two events of a client must not fall on the same nanosecond unless their order
// is keyed: a call that begins in the nanosecond in which another gives up comes
// first in the simulation, and in either order in the live engine. So no arrivals
// are aligned, and few times are round.
type grammar map[string][]string

// anyService is common to all services.
var anyService = grammar{
	"profile": {`version: 1
name: random
description: drawn from a grammar
duration: 20s
drain: <drain>
endpoint:
  service: <service>
  hosts: <hosts>
  credentials: <credentials>
<latency><limit><limits><on_exceed><write_timeout><keep_alive><faults><more>fleet:
<others>  - {group: tested, <group>, under_test: true}
strategies:
  one: <client>
  two: <client>
`},
	"drain":         {"10.0007331s", "3.0011177s", "131ms", "30.017s"},
	"hosts":         {"1", "1", "1", "2", "2", "{count: <1-3><host_start>}", "{count: <2-3><host_start>, differ: [{hosts: other, share: 60%, <differing>}]}"},
	"host_start":    {"", "", ", start: {within: 4.<ms>s}", ", start: {within: 11.00003s}"},
	"differing":     {"latency: <slow>", "faults: []", "faults: [{fault: own, <fault>}]", "latency: <fast>, faults: [{fault: own, <fault>}, {fault: more, <fault>}]"},
	"credentials":   {"{lifetime: 12s, renew_before: 4s}", "{lifetime: 6h}", "{lifetime: 5s, renew_before: 0s}"},
	"latency":       {"", "  latency: <fast>\n", "  latency: <fast>\n"},
	"fast":          {"{p50: 1ms}", "{p50: 3ms, p99: 9ms}", "{p50: 20ms, p99: 400ms}", "{p50: 200ms}", "{p50: 500ms, p99: 2s}"},
	"slow":          {"{p50: 1ms}", "{p50: 20ms, p99: 400ms}", "{p50: 300ms}", "{p50: 1s, p99: 4s}", "{p50: 3s, p99: 6s}"},
	"write_timeout": {"", "", "  write_timeout: <cut>\n"},
	"keep_alive":    {"", "", "  keep_alive: 1.0007s\n", "  keep_alive: 60s\n", "  keep_alive: none\n"},
	"cut":           {"300.07ms", "1.0033s", "5.00017s", "30s"},
	"more":          {""},

	// Of a further endpoint and of the activities that ask it; see addEndpoints.
	"further": {"<latency><limit><limits><on_exceed><write_timeout><keep_alive><faults>"},
	"asking":  {"flow: <flow>, arrivals: <arrivals><required>, strategy: <client>", "flow: <flow>, arrivals: <soon><required>, strategy: <client>"},
	"tasks":   {"tasks: <1-3>, processes: <1-2><tenant><per_call><start><lifetime><deploy>"},

	"limit": {"", "  limit: {<limited>}\n", "  limit: {<limited>}\n", "  limit: {<limited>}\n"},
	"limits": {"", "",
		"  limits: [{limit: a, <limited>}]\n",
		"  limits: [{limit: a, <limited>}, {limit: b, <limited>}, {limit: c, <limited>}]\n"},
	"limited": {
		"<bucket>, <scope><exceeding>", "<window>, <scope><exceeding>", "<queue>, <scope><exceeding>",
		"<concurrency>, <scope><exceeding>", "<packets>, <scope><exceeding>"},
	"bucket": {"rate: <rate>, burst: <1-20>", "rate: <rate>, burst: <4-20>, refusal_cost: <0-4>",
		"rate: <rate>, burst: <1-20>, schedule: [{at: 2.<ms>s, rate: <rate>}, {at: 9.<ms>s, rate: <rate>, burst: <20-40>}]"},
	"window": {"<windowed>, count: <1-12>, window: <period>",
		"<windowed>, count: <1-12>, window: <period>, schedule: [{at: 1.<ms>s, count: <1-20>}, {at: 6.<ms>s, window: <period>}]"},
	"windowed": {"kind: fixed-window", "kind: sliding-window"},
	"period":   {"101ms", "333ms", "1.0037s", "1.57s", "5.0017s", "7s"},
	"queue": {"kind: leaky-bucket, rate: <rate>, queue: <0-9>",
		"kind: leaky-bucket, rate: <rate>, queue: <0-9>, schedule: [{at: 3.<ms>s, rate: <rate>, queue: <0-9>}]"},
	"concurrency": {"kind: concurrency, count: <1-6>",
		"kind: concurrency, count: <1-6>, schedule: [{at: 4.<ms>s, count: <1-8>}, {at: 12.<ms>s, count: <1-8>}]"},
	"packets": {"kind: packet-rate, rate: <packet_rate>, burst: <20-120>, packets: <1-20>",
		"kind: packet-rate, rate: <packet_rate>, burst: <20-120>, packets: <1-20>, refusal_cost: <0-20>",
		"kind: packet-rate, rate: <packet_rate>, burst: <20-120>, packets: <1-20>, schedule: [{at: 5.<ms>s, packets: <1-20>}]"},
	"packet_rate": {"60/s", "300/s", "1024/s"},
	"rate":        {"1.1/s", "2.3/s", "5.7/s", "7/s", "15/s", "39.999/s", "20/m", "30/s", "100/h", "123456.789/s"},
	"ms":          {"<101-999>"},
	"scope": {"scope: host", "scope: tenant", "scope: task", "scope: ip", "scope: path", "scope: ip+path",
		"scope: task+path", "scope: tenant+path", "scope: tenant+ip", "scope: tenant+task+ip+path"},
	"exceeding": {"", ", on_exceed: <exceed>"},
	"on_exceed": {"", "  on_exceed: <exceed>\n"},
	"exceed": {"drop", "delay", "reject", "{status: 429}", "{status: 503}", "{status: 500, body: busy}",
		"{status: 429, retry_after: exact}", `{status: 503, retry_after: 2s, body: '{"code":"SlowDown"}'}`},

	"faults": {"",
		"  faults: [{fault: a, <fault>}]\n",
		"  faults: [{fault: a, <fault>}, {fault: b, <fault>}]\n",
		"  faults: [{fault: a, <fault>}, {fault: b, <fault>}, {fault: c, <fault>}, {fault: d, <fault>}]\n"},
	"fault": {
		"kind: slow, latency: <slow><when><share><routes><counted>",
		"kind: status, status: <status><body><when><share><routes><counted>",
		"kind: hang<when><share><routes><counted>", "kind: hang<when><share><routes><counted>",
		"kind: reset<when><share><routes><counted>", "kind: reset, share: 30%",
		"kind: cut, after: <after><when><share><routes><cut_count>",
		"kind: truncate<when><share><routes><counted>",
		"kind: malformed<when><share><counted>", "kind: empty<when><share><counted>",
		"kind: missing-field<field><when><share><counted>",
		"kind: expiry, shift: <shift><when><share><counted>",
		"kind: restart, for: <span><from><pending>", "kind: restart, for: <span><from><pending>",
		"kind: answers, answers: [<answer>]<when><share>",
		"kind: answers, answers: [<answer>, <answer>, <answer>, <answer>]<stay><when><share><skipped>",
		"sequence: [<any_route>, <any_route>, ok]<stay><when><share><routes><skipped>",
		"<own_fault>"},
	"answer": {"ok", "ok", "ok:<1-30>s", "expired:<1-30>", "badjson", "empty", "missing", "truncate", "<any_route>", "<any_route>"},
	"any_route": {"429", "503", "404", "429json", "500json", "403json", "429ra:<1-3>", "503ra:1", "hang", "cut", "reset", "truncate",
		"slow:0.3001", "slow:4.0007", "ok"},
	"stay":      {"", "", ", stay: true"},
	"counted":   {"", "", "", ", count: <1-9>", ", count: <1-40><skipped>", ", after: <1-30>", ", count: <1-4>, scope: task", ", after: <1-9>, scope: task"},
	"skipped":   {"", "", ", after: <1-9>", ", after: <1-5>, scope: task"},
	"cut_count": {"", "", ", count: <1-9>", ", count: <1-3>, scope: task"},
	"own_fault": {"kind: reset, share: 5%"},
	"when":      {"<from>", "<from>, for: <span>"},
	"from":      {"", ", from: 0s", ", from: 1ns", ", from: 3.000771s", ", from: 4.500313s", ", from: 8.0017713s", ", from: 12.0077s", ", from: 19.0003331s"},
	"span":      {"1ns", "500ms", "1s", "2s", "3.7s", "6s"},
	"share":     {"", ", share: 10%", ", share: 30%", ", share: 0.9", ", share: 1"},
	"routes":    {"", "", ", routes: [<route>]"},
	"route":     {"credentials"},
	"status":    {"400", "401", "403", "404", "429", "500", "503"},
	"body":      {"", "", ", body: busy", ", body: '{}'", `, body: '{"code":"SlowDown"}'`, `, body: '{"Code":"Throttling"}'`},
	"after":     {"1ns", "10ms", "1s", "5s"},
	"field":     {"", ", field: Token", ", field: SecretAccessKey", ", field: Expiration", ", field: AccessKeyId"},
	"shift":     {"-1h", "-20s", "-5s", "3s", "1h"},
	"pending":   {"", ", pending: 1s", ", pending: 4s", ", pending: 10s"},

	"others": {"",
		"  - {group: others, <group>, strategy: <client>}\n",
		"  - {group: others, <group>, strategy: <client>}\n  - {group: neighbours, <group>, strategy: <client>}\n"},
	"group": {"<fresh>", "<fresh>", "<fresh>", "arrivals: {trace: <trace>}<tenant><per_call><hops>"},
	"fresh": {"<placed>, processes: <1-3>, flow: <flow>, arrivals: <arrivals><tenant><per_call><hops>",
		"<placed>, processes: <1-3>, <doing><tenant><per_call><hops><start><lifetime><deploy>",
		"<placed>, processes: <1-2>, <starting><tenant><per_call><hops><start><lifetime><deploy><relaunch>"},
	"placed": {"tasks: <1-5>", "tasks: <1-5>", "tasks: <1-5>", "placement: {spread: {total: <1-8>}}"},
	"doing": {"flow: <flow>, arrivals: <arrivals>",
		"activities: [{activity: a, flow: <flow>, arrivals: <arrivals><required>}]",
		"activities: [{activity: a, flow: <flow>, arrivals: <arrivals><required>}, {activity: b, <then>}]",
		"activities: [{activity: a, flow: <flow>, arrivals: <soon>, required: true}, {activity: b, <then>}, {activity: c, <then>}, {activity: d, after: b, <later>}]"},
	"starting": {"activities: [{activity: a, flow: <flow>, arrivals: <soon>, required: true}]",
		"activities: [{activity: a, flow: <flow>, arrivals: <soon>, required: true}, {activity: b, <then>}, {activity: c, after: b, <later>}]"},
	"then":     {"after: a, <later>", "after: a, <later>", "<later>"},
	"later":    {"flow: <flow>, arrivals: <arrivals><required><own>", "flow: <flow>, arrivals: <soon><required><own>"},
	"soon":     {"{once: {within: 0s}}", "{once: {within: 900.<ms>ms}}", "{burst: {calls: 2}}", "{burst: {calls: 2, delay: 700.<ms>ms}}", "{timer: {every: 1.0<ms>s}}"},
	"required": {"", "", ", required: true"},
	"own":      {"", "", ", strategy: <client>"},
	"start":    {"", "", "", ", start: 1.<ms>s", ", start: {within: 3.<ms>s}", ", start: {at: 2.<ms>s, within: 700.0001ms}"},
	"lifetime": {"", "", ", lifetime: 6.<ms>0007s", ", lifetime: 2.<ms>0013s", ", lifetime: 7<ms>.0011ms"},
	"deploy": {"", "", ", deploy: {at: [4.<ms>0017s]}", ", deploy: {at: [3.<ms>s], within: 5.<ms>s}",
		", deploy: {at: [3.<ms>s, 4.<ms>s, 9.<ms>s], within: 1.5s}", ", deploy: {at: [4.<ms>001s, 6.<ms>s], rolling: {batch: <1-3>, every: 60<ms>us}}"},
	"relaunch": {"", ", relaunch: none", ", relaunch: {backoff: {base: 300.0<ms>ms, cap: 1.<ms>s}}"},
	"trace": {"<recording>", "{file: <recording>, loop: true<speed><part><copies><jitter><thin><max_gap>}",
		"{file: <recording>, loop: true, fit: <fit><part><copies><jitter><thin><max_gap>}",
		"{file: <recording>, from: 10.<ms>s, for: 40.<ms>s, speed: 1.9<copies><jitter><thin>}", "{file: <recording>, fit: 25.<ms>s<copies><jitter><thin>}"},
	"speed":   {"", ", speed: 0.3", ", speed: 1.7", ", speed: 4.000001", ", speed: 10"},
	"part":    {"", ", from: 9.<ms>s", ", for: 7.<ms>s", ", from: 30s, for: 29.<ms>s"},
	"copies":  {"", "", ", copies: <2-4>"},
	"jitter":  {"", "", ", jitter: 30.7ms", ", jitter: 2.<ms>s"},
	"thin":    {"", "", ", thin: 50%"},
	"max_gap": {"", "", ", max_gap: 310ms", ", max_gap: 3s"},
	"fit":     {"7.<ms>s", "31.<ms>s"},
	"flow":    {"credentials"},
	"arrivals": {"{poisson: 1/s}", "{poisson: 2/s}", "{poisson: 5/s}", "{once: {within: 15s}}", "{gamma: {rate: 3/s, cv: 2}}",
		"{timer: {every: 500ms, phase: spread, jitter: 50ms}}"},
	"tenant":   {"", "", ", tenant: shared"},
	"per_call": {"", "", "", ", client: per-call"},
	"hops":     {""},

	"client": {"{preset: <preset>}",
		"{<tended><retry><quota><door><hedge><timeouts><connections><resend><odd><session>}", "{<hosted><retry><quota><door><hedge><timeouts><connections><resend><odd><session>}",
		"{<cache><flight><retry><quota><door><hedge><timeouts><connections><resend><odd><session>}",
		"{<cache><flight><retry><quota><door><hedge><timeouts><connections><resend><odd><session>}"},
	"hosted": {"cache: {ttl: 1.0<ms>s, scope: host<early>}, flight: join, ", "cache: {refresh: {window: 3s, mandatory: 1s}, scope: host<negative>}, flight: join, ",
		"cache: {refresh: {window: 4s, mode: behind<short>}, stale_on_error: 2s, scope: host<early>}, flight: {join: {look_again: true}}, ",
		"cache: {refresh: {window: 3s<extend><extend_old>}, scope: host<negative>}, flight: join, ", "cache: {scope: host}, flight: join, "},
	"tended": {"cache: {ttl: 1.0<ms>s, scope: task, sidecar: {ahead: 30<ms>us, again: 90<ms>us}}, flight: join, ", "cache: {refresh: {window: 3s, jitter: 0.5}, scope: host, sidecar: true<negative>}, flight: join, ",
		"cache: {refresh: {window: 1.5s<extend>}, scope: task, sidecar: {again: 1.<ms>s}}, flight: serial, "},
	"cache": {"", "cache: {ttl: 500ms<early>}, ", "cache: {ttl: 2s, jitter: 0.4, stale_on_error: 1s<early>}, ", "cache: {ttl: 1s, scope: task<negative>}, ", "cache: {negative: <remembered>}, ",
		"cache: {refresh: {window: 3s, jitter: 0.5}, scope: task<early>}, ",
		"cache: {refresh: {window: 5s, mode: behind}, stale_on_error: 2s<negative><early>}, ",
		"cache: {refresh: {window: 3s, mandatory: 1s<short><extend><extend_old>}<negative>}, ",
		"cache: {refresh: {window: 4s, mode: behind<short><extend><extend_old>}}, ",
		"cache: {refresh: {<windows><extend><extend_old>}, stale_on_error: 20s}, ",
		"cache: {refresh: {<windows>, mandatory: 200ms<extend><extend_old>}}, ",
		"cache: {refresh: {window: 1.1s, latest: 1.7003s, latest_again: true<extend>}, stale_on_error: 2s}, "},
	"early":      {"", ", early: 1", ", early: {beta: 3, least: 200.0<ms>ms}"},
	"negative":   {"", ", negative: <remembered>"},
	"remembered": {"300.0<ms>ms", "1.0<ms>s", "{for: 2.<ms>s, jitter: 0.7}", "{for: 0s, classes: [{on: [429, timeout], for: 900.0<ms>ms}]}", "{for: 3.<ms>s, classes: [{on: [5xx], for: 0s}]}"},
	"windows": {"share: 0.3", "share: 0.5, earliest: 1.7s", "latest: 2.3s", "latest: 3.1s, mode: behind", "window: 6s, windows: [{below: 4s, window: 700ms}, {below: 13s, window: 5s}]",
		"window: 9s, jitter_to: 1.1s", "window: 9s, latest: 2s, jitter_to: 500ms"},
	"short":      {"", "", ", short: 6s", ", at_most: 4s", ", empty_on_error: true"},
	"extend":     {"", ", extend: {<extended>}"},
	"extend_old": {"", ", extend_old: {<extended_old>}"},
	"extended": {"least: 700ms, most: 3.1s", "least: 2s, most: 4s, on: [429, timeout]",
		"least: 1s, most: 2.7s, defer: attempts", "least: 900ms, most: 2.1s, past: 2.3<ms>s", "least: 1s, most: 2.7s, defer: mandatory", "least: 3ms, most: 100ms, factor: 2, cap: 1.9s, defer: mandatory"},
	"extended_old": {"least: 700ms, most: 3.1s", "least: 1.3s, most: 1.3s, early: true", "least: 1s, most: 2.7s, defer: attempts", "least: 1s, most: 2.7s, defer: mandatory"},
	"flight": {"", "flight: each, ", "flight: join, ", "flight: serial, ",
		"flight: {join: {max_wait: 250ms}}, ", "flight: {join: {look_again: true}}, ", "flight: {serial: {waiters_refresh: true}}, ", "flight: {join: {look_again: true, max_wait: 700ms}}, ", "flight: {serial: {max_wait: 1s}}, "},
	"retry":   {"", "retry: <retried>, ", "retry: <retried>, "},
	"retried": {"{<retries><classes><retry_on><retry_after>}"},
	"retries": {"fixed: {wait: 300ms, attempts: 3<counting>}",
		"exponential: {base: 100ms, cap: 1s, jitter: full, attempts: 4<counting>}",
		"exponential: {base: 50ms, cap: 1s, jitter: decorrelated, attempts: 3<counting>}",
		"exponential: {base: 200ms, cap: 2s, jitter: equal, attempts: 6<counting>}",
		"exponential: {base: 100ms, cap: 1s, jitter: none, attempts: 5<counting>}",
		"exponential: {base: 100ms, cap: 300ms, cap_exact: true, jitter: full, attempts: 5<counting>}",
		"listed: {waits: [0s, 120ms, 1.5s], attempts: 5<counting>}", "listed: {waits: [200ms, 400ms], jitter: full, attempts: 3<counting>}"},
	"classes": {"", "", ", classes: [{on: [429, throttle_code], base: 70ms, jitter: full, cap: 100ms, cap_exact: true}, {on: [timeout, 5xx], waits: [0s, 210ms], spread: 30ms, jitter: equal}]",
		", classes: [{on: [connection], base: 40ms, factor: 1.5}]"},
	"counting": {"", "", "", ", spread: 77ms", ", after_last: true", ", malformed_attempts: 5", ", other_link: [429, timeout, 5xx]",
		", restart: true", ", shared: true", ", restart: true, shared: true"},
	"retry_on": {"", "", ", retry_on: [429, 5xx, timeout, connection]", ", retry_on: [timeout]", ", retry_on: [connection]", ", retry_on: [refused, reset]", ", retry_on: [truncated, timeout]",
		", retry_on: [401, 429, 5xx, timeout]"},
	"retry_after": {"", ", retry_after: honour", ", retry_after: {use: added, on: [429, timeout]}",
		", retry_after: {use: at_least, within: 700ms, header: either}", ", retry_after: {use: instead, most: 1.30007s}"},
	"quota": {"", "", "quota: {tokens: <10-50>, cost: 5, timeout_cost: 10}, ", "quota: {tokens: <10-50>, cost: 14, throttle_cost: 5}, "},
	"door":  {"", "<breaker><throttling>", "<budget><own_bucket>", "<adaptive>", "<breaker><throttling><budget><adaptive><own_bucket>"},
	"breaker": {"", "breaker: failsafe-go, ", "breaker: resilience4j, ", "breaker: polly, ",
		"breaker: {failures: <1-4>, open: 1.<ms>7s, trials: <1-3><on>}, ",
		"breaker: {rate: 40%, calls: <4-9>, least: <1-4>, open: 2.<ms>3s, trials: <1-5><on>}, ",
		"breaker: {rate: 60%, window: 3.<ms>s, least: <1-4>, slow: 20.<ms>1ms, slow_rate: 70%, open: 70<ms>us<on>}, "},
	"throttling": {"", "throttling: sre, ", "throttling: {k: 1.1, window: 2.<ms>s<on>}, "},
	"budget": {"", "budget: finagle, ", "budget: {ratio: 10%}, ", "budget: {ratio: 10%, floor: <1-3>}, ",
		"budget: {per_second: 0.3, window: 5.<ms>s}, ", "budget: {ratio: 20%, per_second: 0.1, floor: <1-3>}, "},
	"adaptive": {"adaptive: wait, ", "adaptive: wait, ", "adaptive: refuse, "},
	"own_bucket": {"", "bucket: {rate: <client_rate>, burst: <1-5>}, ", "bucket: {rate: <client_rate>, when_empty: refuse}, ",
		"bucket: {rate: <client_rate>, burst: <2-4>, max_wait: 900.<ms>ms}, "},
	"client_rate": {"1.1/s", "3.1/s", "47/m", "9/s"},
	"on":          {"", "", ", on: [429]", ", on: [timeout, 5xx, 429, reset]"},
	"hedge":       {"", "", "hedge: 50.0<ms>ms, ", "hedge: {after: 20.0<ms>ms, copies: <2-4>}, ", "hedge: {after: 1.0<ms>s, copies: 3}, "},
	"timeouts": {"", "timeouts: {attempt: 3.000017s}, ", "timeouts: {attempt: 1.0000131s}, ", "timeouts: {call: 2.00000211s}, ",
		"timeouts: {attempt: 60.0011ms, call: 900.0023ms}, ", "timeouts: {attempt: 2.00027s, call: 5.00043s}, ",
		"timeouts: {attempt: 1.20017s, fetch: 2.1003s}, ", "timeouts: {fetch: 800.0019ms, call: 3.00097s}, "},
	"connections": {"", "", "connections: per-request, ", "connections: {keep: <1-3>}, ", "connections: {idle: 700.003ms}, ", "connections: {keep: <1-3>, idle: 2.00031s}, "},
	"resend": {"", "", "resend: true, ", "resend: kept, ", "resend: kept, ",
		"resend: {times: <1-3>, on: [reset]}, ", "resend: {kept: true, on: [response_timeout, reset], put: true}, "},
	"odd":     {"", "", "", "accept_empty: true, ", "accept_incomplete: true, ", "first_use: 2, ", "first_use: 3, accept_empty: true, ", "reject_expired: true, ", "ignore_eof: true, ", "hang_on: [truncated], ", "hang_on: [truncated, 503], ", "first_use: 2, reject_expired: true, ", "first_use: 2, fail_for_good: true, ", "fail_for_good: true, "},
	"session": {""},
}

// ownService is what a service adds to what all share, or replaces in it.
var ownService = []grammar{{
	"service":   {"ecs"},
	"recording": {"testdata/replay-ecs.jsonl", "testdata/replay-ecs-seconds.jsonl"},
	"more":      {"", "", "  flavour: fargate\n"},
	"own_fault": {"kind: tags, latency: <slow><when><share><counted>"},
	"route":     {"credentials", "metadata", "tags", "stats", "protection"},
	"flow":      {"credentials", "credentials", "metadata", "task", "stats", "tags"},
	"preset":    {"aws-sdk-go-v2", "aws-sdk-js-v3", "aws-sdk-php", "aws-sdk-ruby", "botocore"},
}, {
	"service":   {"imds"},
	"recording": {"testdata/replay-imds.jsonl"},
	"more": {"", "  imds: {tokens: required}\n", "  imds: {role: none}\n", "  imds: {hop_limit: 2}\n",
		"  imds: {tokens: required, role: app, hop_limit: 3}\n", "  imds: {extended: true}\n"},
	"own_fault": {"kind: empty<when><share><counted>, routes: [<route>]", "kind: malformed<when><share><counted>, routes: [<route>]"},
	"route":     {"credentials", "role", "token", "metadata"},
	"flow":      {"credentials", "credentials", "metadata", "document", "token"},
	"hops":      {"", "", ", hops: <1-3>"},
	"hedge":     {""},
	"preset":    {"aws-sdk-go-v2@imds", "aws-sdk-js-v3@imds", "aws-sdk-php@imds", "aws-sdk-ruby@imds", "botocore@imds"},
	"session": {"", "session: {ttl: 5s, keep: true}, ", "session: {timeout: 250.0033ms, fall_back: [timeout]}, ", "session: {ttl: 2s, keep: true, renew: true}, ",
		"session: {fall_back: [4xx, timeout], sticky: [429], renew: true}, ",
		"session: {ttl: 1s, keep: true, every: true, early: 300ms, fall_back: [429, 5xx, timeout], retry: none}, ",
		"session: {keep: true, fall_back: [403, 5xx], retry: <retried>}, ", "session: {retry: {fixed: {wait: 400.0<ms>ms, attempts: <1-3>, after_last: true}}}, ", "session: {name_once: true, retry: <retried>}, ",
		"session: {extended: true}, ", "session: {extended: true, name_once: true, keep: true, ttl: 3s}, ",
		"session: {connect_first: true, fall_back: [4xx, timeout, connection]}, ", "session: {one_use: true, fall_back: [4xx, timeout], retry: <retried>}, "},
}, {
	"service":   {"eks-pod-identity"},
	"recording": {"testdata/replay-pods.jsonl"},
	"more": {"  pod_identity: {token_lifetime: 10m, token_renewal: <renewal>, " +
		"upstream: {limit: {rate: 2/s, burst: 2}, latency: {p50: 300ms, p99: 2s}<upstream>}<agent_cache>}\n"},
	"renewal":     {"spread", "aligned, token_age: 7m55s"},
	"upstream":    {"", ", timeout: 2s", ", status: 503"},
	"agent_cache": {"", ", cache: {keep: 2s, size: 4}"},
	"preset":      {"aws-sdk-go-v2", "aws-sdk-js-v3@eks-pod-identity", "botocore"},
}}

// apiService is what the AWS APIs add to what all share, or replace in it. They are drawn
// as further endpoints only.
var apiService = []grammar{
	api("ecr", "login", "image", "layer-check", "layer-url"), api("ecr-dkr", "manifest", "layer"), api("s3", "layer"),
	api("secretsmanager", "secret", "secret-info"), api("ssm", "parameters", "parameter", "parameter-path"), api("logs", "log-stream", "log-group", "log-groups", "log-streams", "log-retention", "log-events"),
}

// api is the grammar of an AWS API with these flows, which has no credentials, and which
// no preset asks. Its routes have the names of its flows.
func api(name string, flows ...string) grammar {
	return grammar{
		"service": {name}, "flow": flows, "route": flows,
		"client": anyService["client"][1:],
		"fault": {
			"kind: slow, latency: <slow><when><share><routes><counted>",
			"kind: status, status: <status><body><when><share><routes><counted>",
			"kind: hang<when><share><routes><counted>", "kind: reset<when><share><routes><counted>",
			"kind: cut, after: <after><when><share><routes><cut_count>", "kind: truncate<when><share><routes><counted>",
			"kind: restart, for: <span><from><pending>",
		},
	}
}

// drawProfile is the profile of a seed.
func drawProfile(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 0))
	g := maps.Clone(anyService)
	maps.Copy(g, ownService[r.IntN(len(ownService))])
	return addEndpoints(g.draw(r, "profile"), g, rand.New(rand.NewPCG(seed, 2)))
}

// addEndpoints adds further endpoints to a profile that g has drawn, in most cases, and a
// group whose activities ask them: what is drawn of each is that of its service.
func addEndpoints(profile string, g grammar, r *rand.Rand) string {
	endpoints, activities, hops := "endpoints:\n", "", ""
	for n := range r.IntN(3) {
		own, all := maps.Clone(anyService), slices.Concat(ownService, apiService)
		maps.Copy(own, all[r.IntN(len(all))])
		endpoints += fmt.Sprintf("  - endpoint: f%d\n    service: %s\n", n, own["service"][0])
		for line := range strings.Lines(own.draw(r, "further")) {
			endpoints += "  " + line
		}
		activities += fmt.Sprintf("{activity: a%d, endpoint: f%d, %s%s}, ", n, n, own.draw(r, "asking"), []string{"", ", after: a0"}[min(n, r.IntN(2))])
		if hops == "" {
			hops = own.draw(r, "hops")
		}
	}
	if activities == "" {
		return profile
	}
	group := fmt.Sprintf("  - {group: more, %s%s, strategy: %s, activities: [%s{activity: own, %s}]}\n",
		g.draw(r, "tasks"), hops, "{}", activities, g.draw(r, "asking"))
	return strings.Replace(profile, "fleet:\n", endpoints+"fleet:\n"+group, 1)
}

// draw is one of the alternatives of that name.
func (g grammar) draw(r *rand.Rand, name string) string {
	if from, to, ok := strings.Cut(name, "-"); ok {
		least, _ := strconv.Atoi(from)
		most, _ := strconv.Atoi(to)
		return strconv.Itoa(least + r.IntN(most-least+1))
	}
	var text strings.Builder
	rest := g[name][r.IntN(len(g[name]))]
	for {
		plain, part, ok := strings.Cut(rest, "<")
		text.WriteString(plain)
		if !ok {
			return text.String()
		}
		part, rest, _ = strings.Cut(part, ">")
		text.WriteString(g.draw(r, part))
	}
}
