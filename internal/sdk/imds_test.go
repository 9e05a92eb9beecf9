package sdk

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The table of facts, "IMDSv2 — preset table", as scripts: what is asked for
// and when, fallbacks, tokens that are kept, renewals.
func TestIMDSPresets(t *testing.T) {
	rows := []struct{ preset, name, script string }{
		{"aws-sdk-go-v2@imds", "a token of 5 minutes is kept", `
			begin -> put 5m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			54m
			begin -> ok after 0
			1m
			begin -> put 5m0s`},
		{"aws-sdk-go-v2@imds", "5xx: 3 attempts, exactly 1 s apart", `
			begin -> put 5m0s
			ok -> role t1
			503 -> role t1 in 1s
			500 -> role t1 in 1s
			503 -> error after 4`},
		{"aws-sdk-go-v2@imds", "429 is retried, exactly 1 s apart", `
			begin -> put 5m0s
			429 -> put 5m0s in 1s
			ok -> role t1
			429 -> role t1 in 1s
			429 -> role t1 in 1s
			429 -> throttled after 5`},
		{"aws-sdk-go-v2@1.47@imds", "429 is not retried, and the PUT comes before every GET", `
			begin -> put 5m0s
			429 -> role
			ok -> put 5m0s
			429 -> keys
			429 -> throttled after 4`},
		{"aws-sdk-go-v2@imds", "a PUT that ends in 5xx is tried 3 times before every GET", `
			begin -> put 5m0s
			503 -> put 5m0s in 1s
			503 -> put 5m0s in 1s
			503 -> role
			ok -> put 5m0s`},
		{"aws-sdk-go-v2@imds", "403, 404, 405 fall back for good", `
			begin -> put 5m0s
			403 -> role
			ok -> keys
			404 -> rejected after 3
			begin -> role`},
		{"aws-sdk-go-v2@imds", "timeouts: 3 tries, then for good", `
			begin -> put 5m0s
			timeout -> put 5m0s in 1s
			dial -> put 5m0s in 1s
			timeout -> role
			ok -> keys
			ok -> ok after 5`},
		{"aws-sdk-go-v2@imds", "400 is an error", `
			begin -> put 5m0s
			400 -> rejected after 1`},
		{"aws-sdk-go-v2@imds", "401 renews the token", `
			begin -> put 5m0s
			ok -> role t1
			401 -> put 5m0s in 1s
			ok -> role t2
			ok -> keys t2
			ok -> ok after 5`},
		{"aws-sdk-go-v2@imds", "a failed refresh extends what is held", `
			begin -> put 5m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			55m
			begin -> put 5m0s
			ok -> role t2
			404 -> ok after 2
			5m
			begin -> ok after 0`},
		{"aws-sdk-go-v2@imds", "the first load has nothing to extend, and the next uses its token", `
			begin -> put 5m0s
			ok -> role t1
			404 -> rejected after 2
			begin -> role t1`},
		{"aws-sdk-go-v2@imds", "an empty object is no success", `
			begin -> put 5m0s
			ok -> role t1
			ok -> keys t1
			empty -> malformed after 3`},

		{"botocore@imds", "one attempt each, a token for each fetch", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			5h46m
			begin -> put 6h0m0s
			ok -> role t2
			503 -> ok after 2
			5m
			begin -> put 6h0m0s
			ok -> role t3
			429 -> throttled after 2`},
		{"botocore@imds", "any failure of the PUT but 400 goes on without, this time", `
			begin -> put 6h0m0s
			timeout -> role
			ok -> keys
			ok -> ok after 3`},
		{"botocore@imds", "the fallback is not sticky", `
			begin -> put 6h0m0s
			404 -> role
			404 -> rejected after 2
			begin -> put 6h0m0s
			400 -> rejected after 1`},

		{"aws-sdk-js-v3@imds", "one attempt each", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			503 -> error after 3`},
		{"aws-sdk-js-v3@imds", "v1 for the call, unless 400", `
			begin -> put 6h0m0s
			429 -> role
			ok -> keys
			401 -> rejected after 3
			begin -> put 6h0m0s
			403 -> role
			timeout -> timeout after 2
			begin -> put 6h0m0s
			400 -> rejected after 1`},

		{"aws-sdk-js-v3@imds", "a body cut short is never noticed", `
			begin -> put 6h0m0s
			ok -> role t1
			truncated -> await`},
		{"aws-sdk-go-v2@imds", "a body cut short: 2 requests", `
			begin -> put 5m0s
			truncated -> role
			truncated -> truncated after 2`},

		{"aws-sdk-php@imds", "4 requests in all, 1 s apart", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			503 -> keys t1 in 1s
			503 -> error after 4`},
		{"aws-sdk-php@imds", "400 and 5xx of the PUT are retried, and no fallback", `
			begin -> put 6h0m0s
			400 -> put 6h0m0s in 1s
			503 -> put 6h0m0s in 1s
			500 -> put 6h0m0s in 1s
			503 -> error after 4`},
		{"aws-sdk-php@imds", "other failures of the PUT fall back for good, until a 401", `
			begin -> put 6h0m0s
			429 -> role
			429 -> role in 1s
			403 -> rejected after 3
			begin -> role
			401 -> rejected after 1
			begin -> put 6h0m0s`},
		{"aws-sdk-php@imds", "the role is asked for once, the token each time", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			6h
			begin -> put 6h0m0s
			ok -> keys t2
			403 -> rejected after 2`},
		{"aws-sdk-php@imds", "500 leaves expired credentials in use", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			6h
			begin -> put 6h0m0s
			ok -> keys t2
			500 -> keys t2 in 1s
			500 -> keys t2 in 1s
			500 -> expired after 4
			4m
			begin -> expired after 0`},

		{"aws-sdk-ruby@imds", "the whole flow twice, and twice at first use", `
			begin -> put 6h0m0s
			ok -> role t1
			503 -> role t1 in 1s
			ok -> keys t1
			503 -> role t1
			503 -> role t1 in 1s
			503 -> empty after 6`},
		{"aws-sdk-ruby@imds", "the PUT once, then v1 for good", `
			begin -> put 6h0m0s
			429 -> role
			ok -> keys
			ok -> ok after 3
			5h55m
			begin -> role`},
		{"aws-sdk-ruby@chain@imds", "one failure, and the client has no credentials for good", `
			begin -> put 6h0m0s
			ok -> role t1
			429 -> empty after 2
			1h
			begin -> empty after 0`},
		{"aws-sdk-ruby@3.211@imds", "the PUT twice, then v1 for good", `
			begin -> put 6h0m0s
			404 -> put 6h0m0s in 1s
			404 -> role
			ok -> keys
			ok -> ok after 4
			5h55m
			begin -> role`},
		{"aws-sdk-ruby@imds", "no connection: 1 s, and 1 s again, and never v1", `
			begin -> put 6h0m0s
			refused -> put 6h0m0s in 1s
			dial -> put 6h0m0s
			dial -> put 6h0m0s in 1s
			refused -> empty after 4
			begin -> put 6h0m0s`},
		{"aws-sdk-ruby@imds", "half a token and half a name are used, half a document is read in a loop and raised", `
			begin -> put 6h0m0s
			half -> role t1
			half -> keys t1
			truncated -> role t1 in 1s
			half -> keys t1
			truncated -> role t1 in 1.2s
			half -> keys t1
			truncated -> role t1 in 1.44s
			half -> keys t1
			truncated -> malformed after 9`},
		{"aws-sdk-ruby@imds", "400 is an error, swallowed", `
			begin -> put 6h0m0s
			400 -> put 6h0m0s
			400 -> empty after 2`},
		{"aws-sdk-ruby@imds", "a 401 renews the token", `
			begin -> put 6h0m0s
			ok -> role t1
			401 -> put 6h0m0s in 1s
			ok -> role t2
			ok -> keys t2
			ok -> ok after 5`},
		{"aws-sdk-ruby@imds", "a failed refresh leaves what is held for 5 minutes", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			5h56m
			begin -> role t1
			503 -> role t1 in 1s
			503 -> ok after 2
			4m
			begin -> expired after 0
			2m
			begin -> put 6h0m0s`},
		{"aws-sdk-ruby@imds", "a timeout is sent twice", `
			begin -> put 6h0m0s
			ok -> role t1
			timeout -> role t1
			timeout -> role t1 in 1s
			ok -> keys t1
			ok -> ok after 5`},
	}
	for _, r := range rows {
		t.Run(r.preset+"/"+r.name, func(t *testing.T) {
			p := named(t, r.preset)
			strategytest.Play(t, strategytest.New(&p.Strategy, false), r.script)
		})
	}
}

// A black hole at the token: what each client's patience adds up to.
func TestIMDSBlackHole(t *testing.T) {
	for _, r := range []struct {
		preset   string
		attempts uint32
		took     time.Duration
	}{
		// 3 PUTs of 0.5 s and 2 s of waits leave 1.5 s of the operation's 5:
		// a GET, and the wait for the next runs into the end.
		{"aws-sdk-go-v2@imds", 4, 5 * time.Second},
		{"aws-sdk-go-v2@1.47@imds", 4, 5 * time.Second},
		{"botocore@imds", 2, 2 * time.Second},
		{"aws-sdk-js-v3@imds", 2, 2 * time.Second},
		{"aws-sdk-php@imds", 4, 6 * time.Second},
	} {
		p := named(t, r.preset)
		m := strategytest.New(&p.Strategy, false)
		m.Begin()
		for m.Step.Do != strategy.Finish {
			m.Now += m.Step.For
			e := strategy.Event{Kind: strategy.Due}
			if m.Step.Do == strategy.Send {
				m.Now += m.Call.Request().Timeout
				e = strategy.Event{Kind: strategy.Replied, Outcome: &strategytest.ReadTimeout}
			}
			m.Step = m.Client.Resume(m.Now, m.Call, e)
		}
		if m.Call.Attempts != r.attempts || m.Now != r.took || m.Call.Result != strategy.Timeout {
			t.Errorf("%s: %v after %d attempts and %v, want timeout after %d and %v",
				r.preset, m.Call.Result, m.Call.Attempts, m.Now, r.attempts, r.took)
		}
	}
}

// What each preset makes of a failure that does not end: how often it asks for
// the token, whether it goes on without one (v1), for this fetch or for good,
// and how often it asks for the role's name if the token came. Ruby's first use
// fetches twice, and its HTTP library sends some requests twice.
func TestIMDSOutcomes(t *testing.T) {
	outcomes := map[string]strategy.Outcome{"501": strategytest.Err501, "502": strategytest.Err502, "504": strategytest.Err504}
	maps.Copy(outcomes, strategytest.Replies)
	for _, r := range []struct{ preset, outcomes, want string }{
		{"aws-sdk-go-v2@imds", "400", "1, error, 1"},
		{"aws-sdk-go-v2@imds", "401", "1, v1, 3"},
		{"aws-sdk-go-v2@imds", "403 404 405", "1, v1 for good, 1"},
		{"aws-sdk-go-v2@imds", "501 malformed empty missing truncated", "1, v1, 1"},
		{"aws-sdk-go-v2@imds", "429 500 502 503 504", "3, v1, 3"},
		{"aws-sdk-go-v2@imds", "timeout dial refused reset", "3, v1 for good, 3"},
		{"aws-sdk-go-v2@1.47@imds", "400", "1, error, 1"},
		{"aws-sdk-go-v2@1.47@imds", "429 501 malformed empty missing truncated", "1, v1, 1"},
		{"aws-sdk-go-v2@1.47@imds", "500 502 503 504", "3, v1, 3"},
		{"aws-sdk-go-v1@imds", "400", "1, error, 1"},
		{"aws-sdk-go-v1@imds", "401 501", "1, v1, 1"},
		{"aws-sdk-go-v1@imds", "403 404 405", "1, v1 for good, 1"},
		{"aws-sdk-go-v1@imds", "429 500 502 503 504 timeout refused truncated", "3, v1, 3"},
		{"minio-go@imds", "400 401 403 404 405 429 500 501 502 503 504 refused reset truncated", "1, error, 1"},
		{"minio-go@imds", "timeout dial", "1, v1, 1"},
		{"botocore@imds", "400", "1, error, 1"},
		{"botocore@imds", "401 403 404 405 429 500 501 502 503 504 timeout dial refused reset malformed empty missing truncated", "1, v1, 1"},
		{"aws-sdk-js-v3@imds", "400", "1, error, 1"},
		{"aws-sdk-js-v3@imds", "401 403 404 405 429 500 501 502 503 504 timeout dial refused reset malformed empty missing", "1, v1, 1"},
		{"aws-sdk-php@imds", "400 500 502 503 504", "4, error, 3"},
		{"aws-sdk-php@imds", "401 403 empty missing", "1, v1 for good, 1"},
		{"aws-sdk-php@imds", "404 405 429 501 timeout dial refused reset malformed truncated", "1, v1 for good, 3"},
		{"aws-sdk-ruby@imds", "400", "2, error, 4"},
		{"aws-sdk-ruby@imds", "401 403 404 405 429 500 501 502 503 504", "1, v1 for good, 4"},
		{"aws-sdk-ruby@3.211@imds", "401 403 404 405 429 500 501 502 503 504", "2, v1 for good, 4"},
		{"aws-sdk-ruby@imds", "dial refused", "4, error, 4"},
		{"aws-sdk-ruby@imds", "timeout", "2, v1 for good, 8"},
		{"aws-sdk-ruby@imds", "reset", "4, error, 4"},
		{"aws-sdk-ruby@imds", "malformed truncated", "1, error, 4"},
		{"aws-sdk-ruby@imds", "empty", "2, error, 2"},
		{"aws-sdk-ruby@imds", "missing", "1, error, 1"},
	} {
		p := named(t, r.preset)
		for name := range strings.FieldsSeq(r.outcomes) {
			if got := imdsOutcome(&p.Strategy, outcomes[name]); got != r.want {
				t.Errorf("%s, %s: got %q, want %q", r.preset, name, got, r.want)
			}
		}
	}
}

// imdsOutcome is a row of TestIMDSOutcomes.
func imdsOutcome(s *strategy.Strategy, o strategy.Outcome) string {
	m := strategytest.New(s, false)
	asked := 0
	for m.Begin(); m.Step.Do != strategy.Finish && m.Call.Wants().TTL > 0; asked++ {
		m.Answer(o)
	}
	after := "error"
	if m.Step.Do != strategy.Finish {
		for after = "v1"; m.Step.Do != strategy.Finish; {
			m.Answer(strategytest.MissingField)
		}
		if m.Begin(); m.Call.Wants().TTL == 0 {
			after = "v1 for good"
		}
	}
	named := 0
	m = strategytest.New(s, false)
	for m.Begin(); m.Step.Do != strategy.Finish; {
		if m.Call.Wants().TTL > 0 {
			m.Answer(strategytest.Good(time.Hour))
			continue
		}
		m.Answer(o)
		named++
	}
	return fmt.Sprintf("%d, %s, %d", asked, after, named)
}
