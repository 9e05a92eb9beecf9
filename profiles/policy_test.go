package profiles

import (
	"strings"
	"testing"

	"tenement/internal/form"
)

// What a strategy cannot be, with the place of the mistake.
func TestPolicyErrors(t *testing.T) {
	for _, r := range []struct{ name, text, want string }{
		{"two kinds of wait", "{retry: {fixed: {wait: 1s, attempts: 2}, listed: {waits: [1s], attempts: 2}}}",
			`1:9: retry: want one of fixed, exponential and listed`},
		{"no waits", "{retry: {listed: {waits: [], attempts: 2}}}",
			`1:26: retry.listed.waits: is empty: want at least 1`},
		{"a list that is decorrelated", "{retry: {listed: {waits: [1s], attempts: 2, jitter: decorrelated}}}",
			`1:53: retry.listed.jitter: decorrelated is not for a list of waits: want none, full or equal`},
		{"an exact cap of nothing", "{retry: {exponential: {base: 1s, attempts: 2, cap_exact: true}}}",
			`1:58: retry.exponential.cap_exact: needs cap beside it`},
		{"a class without waits", "{retry: {fixed: {wait: 1s, attempts: 2}, classes: [{on: [429]}]}}",
			`1:52: retry.classes[0]: want base or waits`},
		{"a class with both", "{retry: {fixed: {wait: 1s, attempts: 2}, classes: [{on: [429], waits: [1s], base: 1s}]}}",
			`1:83: retry.classes[0].base: is not for a class with waits`},
		{"a class of nothing", "{retry: {fixed: {wait: 1s, attempts: 2}, classes: [{base: 1s}]}}",
			`1:52: retry.classes[0]: on is missing`},
		{"a class whose cap is low", "{retry: {fixed: {wait: 1s, attempts: 2}, classes: [{on: [429], base: 2s, cap: 1s}]}}",
			`1:79: retry.classes[0].cap: 1s is below base, 2s`},
		{"another header", "{retry: {fixed: {wait: 1s, attempts: 2}, retry_after: {use: added, header: x-retry-after}}}",
			`1:76: retry.retry_after.header: want retry-after, x-amz-retry-after or either, got "x-retry-after"; did you mean "retry-after"?`},
		{"a sum within bounds", "{retry: {fixed: {wait: 1s, attempts: 2}, retry_after: {use: added, within: 5s}}}",
			`1:76: retry.retry_after.within: is for at_least only`},
		{"another word", "{retry: {fixed: {wait: 1s, attempts: 2}, retry_after: honor}}",
			`1:55: retry.retry_after: want ignore, honour or a mapping, got "honor"; did you mean "honour"?`},
		{"looking again in series", "{flight: {serial: {look_again: true}}}",
			`1:20: flight.serial: unknown key "look_again"; there is max_wait, first and waiters_refresh`},
		{"windows out of order", "{cache: {refresh: {window: 1h, windows: [{below: 90m, window: 15m}, {below: 20m, window: 5m}]}}}",
			`1:41: cache.refresh.windows: below 20m comes after below 1h30m: want the shorter ones first`},
		{"mandatory before every window", "{cache: {refresh: {window: 1m, windows: [{below: 90m, window: 2m}], mandatory: 3m}}}",
			`1:80: cache.refresh.mandatory: 3m is longer than window, 2m`},
		{"the earliest after the latest", "{cache: {refresh: {earliest: 2h, latest: 1h}}}",
			`1:30: cache.refresh.earliest: 2h is more than latest, 1h`},
		{"an hourly look beside windows", "{cache: {refresh: {windows: [{below: 90m, window: 2m}], latest: 1h, latest_again: true}}}",
			`1:83: cache.refresh.latest_again: needs latest, and mode block without mandatory, share and windows`},
		{"two jitters", "{cache: {refresh: {window: 1m, jitter: 10%, jitter_to: 5s}}}",
			`1:56: cache.refresh: want one of jitter and jitter_to`},
		{"a cap without growth", "{cache: {refresh: {extend: {least: 1s, most: 2s, cap: 3s}}}}",
			`1:55: cache.refresh.extend.cap: needs factor beside it`},
		{"growth to less", "{cache: {refresh: {extend: {least: 1s, most: 2s, factor: 2, cap: 1s}}}}",
			`1:66: cache.refresh.extend.cap: 1s is below most, 2s`},
		{"a class that nothing reaches", "{retry: {fixed: {wait: 1s, attempts: 2}, classes: [{on: [4xx], base: 1s}, {on: [timeout], base: 1s}, {on: [429, timeout], base: 2s}]}}",
			`1:107: retry.classes[2].on: an earlier class has all of it: the first that fits counts`},
		{"growth of a document that arrives old", "{cache: {refresh: {extend_old: {least: 1s, most: 2s, factor: 2}}}}",
			`1:54: cache.refresh.extend_old: unknown key "factor"; there is least, most, early and defer`},
		{"its bound", "{cache: {refresh: {extend_old: {least: 1s, most: 2s, cap: 3s}}}}",
			`1:54: cache.refresh.extend_old: unknown key "cap"; there is least, most, early and defer`},
		{"the failures of a document that arrives old", "{cache: {refresh: {extend_old: {least: 1s, most: 2s, on: [429]}}}}",
			`1:54: cache.refresh.extend_old: unknown key "on"; there is least, most, early and defer`},
		{"a failed refresh that is early", "{cache: {refresh: {extend: {least: 1s, most: 2s, early: true}}}}",
			`1:50: cache.refresh.extend: unknown key "early"; there is least, most, on, defer, factor, cap and past`},
		{"early, and the document does not expire", "{cache: {refresh: {extend_old: {least: 1s, most: 2s, early: true, defer: attempts}}}}",
			`1:61: cache.refresh.extend_old.early: is for defer all only`},
		{"sticky without a fallback", "{session: {sticky: [429]}}",
			`1:20: session.sticky: fall_back lacks [429], and only a fallback is sticky`},
		{"sticky beyond the fallback", "{session: {fall_back: [4xx], sticky: [403, timeout, throttle_code, 5xx]}}",
			`1:38: session.sticky: fall_back lacks [5xx, timeout], and only a fallback is sticky`},
		{"a cost of nothing", "{quota: {tokens: 5, cost: 1, throttle_cost: 0}}",
			`1:45: quota.throttle_cost: 0: want at least 1`},
		{"a breaker of two kinds", "{breaker: {failures: 3, rate: 50%, calls: 10, open: 1s}}",
			`1:11: breaker: want one of failures and rate, above 0`},
		{"a breaker that never opens", "{breaker: {open: 1s}}",
			`1:11: breaker: want one of failures and rate, above 0`},
		{"a breaker that is open for no time", "{breaker: {failures: 3}}",
			`1:11: breaker: open is missing`},
		{"a window of failures in a row", "{breaker: {failures: 3, window: 10s, open: 1s}}",
			`1:33: breaker.window: is for rate only`},
		{"two windows", "{breaker: {rate: 50%, calls: 10, window: 10s, open: 1s}}",
			`1:11: breaker: want one of calls and window beside rate`},
		{"a window of anything", "{breaker: {rate: 50%, window: 10s, open: 1s}}",
			`1:31: breaker.window: needs least beside it`},
		{"more than it looks back on", "{breaker: {rate: 50%, calls: 10, least: 20, open: 1s}}",
			`1:41: breaker.least: 20 is more than calls, 10`},
		{"slow without a share", "{breaker: {rate: 50%, calls: 10, slow: 2s, open: 1s}}",
			`1:11: breaker: want both of slow and slow_rate, or neither`},
		{"a library that it does not know", "{breaker: resilience}",
			`1:11: breaker: want none, failsafe-go, resilience4j, polly or a mapping, got "resilience"; did you mean "resilience4j"?`},
		{"less than what is accepted", "{throttling: {k: 0.5}}",
			`1:18: throttling.k: 0.5: want 1 to 1000`},
		{"a budget of nothing", "{budget: {ratio: 0%}}",
			`1:10: budget: want ratio, per_second or floor: without them no retry is ever made; that is retry: none`},
		{"a bucket that both waits and refuses", "{bucket: {rate: 1/s, when_empty: refuse, max_wait: 1s}}",
			`1:52: bucket.max_wait: is for when_empty: wait only`},
	} {
		t.Run(r.name, func(t *testing.T) {
			n, errs := form.ParseYAML(form.NewSource("p", []byte(r.text)), []byte(r.text))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			reader := form.Reader{}
			strategyForm().Read(&reader, n, "")
			if len(reader.Errs) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(reader.Errs), reader.Errs)
			}
			if got, _, _ := strings.Cut(reader.Errs[0].Error(), "\n"); got != "p:"+r.want {
				t.Errorf("got  %s\nwant p:%s", got, r.want)
			}
		})
	}
}
