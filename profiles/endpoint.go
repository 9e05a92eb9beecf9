package profiles

import (
	"time"

	"tenement/internal/throttle"
)

// endpoint is the `endpoint` mapping: what answers.
type endpoint struct {
	Service     string
	Hosts       int
	Limit       throttle.Limit // the zero Limit is none
	OnExceed    throttle.OnExceed
	Latency     latency
	Credentials throttle.Credentials
}

// The life of credentials unless told otherwise: six hours, renewed when a
// sixth of it is left, as the ECS agent serves them.
const (
	defaultLifetime = 6 * time.Hour
	renewPart       = 6
)

func newEndpoint() endpoint {
	return endpoint{
		Service: "ecs", Hosts: 1,
		OnExceed:    throttle.OnExceed{Status: 429},
		Credentials: throttle.Credentials{Lifetime: defaultLifetime, RenewBefore: defaultLifetime / renewPart},
	}
}

func endpointForm() form[endpoint] {
	return object(newEndpoint(), []key[endpoint]{
		field("service", "Whose endpoint it is.",
			words(word[string]{"ecs", "ecs"}), func(v *endpoint) *string { return &v.Service }),
		field("hosts", "How many hosts there are, each with an endpoint of its own and with the whole fleet.",
			integerForm(1, 1_000_000), func(v *endpoint) *int { return &v.Hosts }),
		field("limit", "A token bucket per key of the scope. Left out: no limit.",
			limitForm(), func(v *endpoint) *throttle.Limit { return &v.Limit }),
		field("on_exceed", "What happens to requests beyond the limit.",
			exceedForm(), func(v *endpoint) *throttle.OnExceed { return &v.OnExceed }),
		field("latency", "Service time, log-normal through p50 and p99, for refusals too. Left out: 0.",
			latencyForm(), func(v *endpoint) *latency { return &v.Latency }),
		field("credentials", "The life of the credentials: one set per task, renewed by the server.",
			credentialsForm(), func(v *endpoint) *throttle.Credentials { return &v.Credentials }),
	}, nil)
}

func limitForm() form[throttle.Limit] {
	type limit = throttle.Limit
	f := object(limit{}, []key[limit]{
		must(field("rate", "How fast the bucket refills.",
			rateForm(noLimit, false), func(v *limit) *throttle.Rate { return &v.Rate })),
		must(field("burst", "How many requests a full bucket admits at once.",
			integerForm[int64](1, 1_000_000_000), func(v *limit) *int64 { return &v.Burst })),
		field("scope", "What shares a bucket.",
			words(word[throttle.Scope]{"host", throttle.HostScope}, word[throttle.Scope]{"tenant", throttle.TenantScope},
				word[throttle.Scope]{"task", throttle.TaskScope}, word[throttle.Scope]{"ip+path", throttle.IPPathScope}),
			func(v *limit) *throttle.Scope { return &v.Scope }),
	}, func(r *reader, n *node, path string, v *limit) {
		if err := v.Check(); err != nil {
			r.fail(n, path, "%v", err)
		}
	})
	keyed := f.write
	f.write = func(v limit, full bool) *node {
		if v == (limit{}) {
			return plain("none")
		}
		return keyed(v, full)
	}
	return wordOr(f, "a mapping", word[limit]{"none", limit{}})
}

func exceedForm() form[throttle.OnExceed] {
	type exceed = throttle.OnExceed
	f := object(exceed{Status: 429}, []key[exceed]{
		must(field("status", "The status of a refusal.",
			integerForm(400, 599), func(v *exceed) *int { return &v.Status })),
	}, nil)
	keyed := f.write
	f.write = func(v exceed, full bool) *node {
		if v.Action != throttle.Reject {
			return plain(v.Action.String())
		}
		return keyed(v, full)
	}
	return wordOr(f, "a mapping with status",
		word[exceed]{"reject", exceed{Status: 429}},
		word[exceed]{"drop", exceed{Action: throttle.Drop}},
		word[exceed]{"delay", exceed{Action: throttle.Delay}})
}

// latency is a log-normal service time, or a constant one if P99 is not above
// P50.
type latency struct{ P50, P99 time.Duration }

func latencyForm() form[latency] {
	return object(latency{}, []key[latency]{
		must(field("p50", "The median.",
			durationForm(0, time.Hour), func(v *latency) *duration { return &v.P50 })),
		field("p99", "The 99th percentile; p50 if left out.",
			durationForm(0, time.Hour), func(v *latency) *duration { return &v.P99 }),
	}, func(r *reader, n *node, path string, v *latency) {
		switch {
		case n.get("p99") == nil:
			v.P99 = v.P50
		case v.P99 < v.P50:
			r.fail(n.at("p99"), join(path, "p99"), "%s is below p50, %s", formatDuration(v.P99), formatDuration(v.P50))
		case v.P50 == 0 && v.P99 > 0:
			r.fail(n.at("p50"), join(path, "p50"), "a log-normal time with a p99 above 0 has a p50 above 0")
		}
	})
}

func credentialsForm() form[throttle.Credentials] {
	type credentials = throttle.Credentials
	return object(newEndpoint().Credentials, []key[credentials]{
		field("lifetime", "From issue to expiry, in whole seconds.",
			secondsForm(time.Second), func(v *credentials) *duration { return &v.Lifetime }),
		field("renew_before", "How long before the expiry the server replaces them; a sixth of lifetime if left out, 0s is at expiry.",
			secondsForm(0), func(v *credentials) *duration { return &v.RenewBefore }),
	}, func(r *reader, n *node, path string, v *credentials) {
		switch {
		case n.get("renew_before") == nil:
			v.RenewBefore = (v.Lifetime / renewPart).Truncate(time.Second)
		case v.RenewBefore >= v.Lifetime:
			r.fail(n.at("renew_before"), join(path, "renew_before"), "%s is not below lifetime, %s",
				formatDuration(v.RenewBefore), formatDuration(v.Lifetime))
		}
	})
}
