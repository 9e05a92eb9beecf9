package profiles

import (
	"time"

	"tenement/internal/throttle"
)

// endpoint is the `endpoint` mapping: what answers.
type endpoint struct {
	Service      string
	Flavour      string
	Hosts        int
	Limit        limit
	Limits       []limit
	OnExceed     throttle.OnExceed
	Faults       []fault
	WriteTimeout time.Duration // 0 is none
	Latency      latency
	Credentials  throttle.Credentials
	Instance     *Instance // of the service imds, else nil
	PodAgent     *podAgent // of the service eks-pod-identity, else nil
}

// renewPart says when credentials of another lifetime than the default are
// renewed: when as large a part of it is left, a sixth.
const renewPart = throttle.DefaultCredentialsLifetime / throttle.DefaultRenewBefore

func newEndpoint() endpoint {
	return endpoint{
		Service: ecs, Flavour: "ec2", Hosts: 1,
		OnExceed:    throttle.OnExceed{Status: 429},
		Credentials: throttle.Credentials{Lifetime: throttle.DefaultCredentialsLifetime, RenewBefore: throttle.DefaultRenewBefore},
	}
}

func endpointForm() form[endpoint] {
	var names []word[string]
	for i := range services {
		names = append(names, word[string]{services[i].name, services[i].name})
	}
	f := object(newEndpoint(), []key[endpoint]{
		field("service", "Whose endpoint it is: the ECS agent's, EC2's instance metadata, or the EKS Pod Identity agent's.",
			words(names...), func(v *endpoint) *string { return &v.Service }),
		omitZero(field("flavour", "Whose documents the service ecs serves.",
			words(word[string]{"ec2", "ec2"}, word[string]{"fargate", "fargate"}), func(v *endpoint) *string { return &v.Flavour })),
		field("hosts", "How many hosts there are, each with an endpoint of its own and with the whole fleet.",
			integerForm(1, 1_000_000), func(v *endpoint) *int { return &v.Hosts }),
		field("limit", "A limit, with a state of its own for each key of the scope. Left out: no limit.",
			limitForm(false), func(v *endpoint) *limit { return &v.Limit }),
		omitZero(field("limits", "Further limits: a request must pass all of them.",
			listNamed(limitForm(true), 0, "limit"), func(v *endpoint) *[]limit { return &v.Limits })),
		field("on_exceed", "What happens to requests beyond the limit.",
			exceedForm(), func(v *endpoint) *throttle.OnExceed { return &v.OnExceed }),
		omitZero(field("faults", "What goes wrong for a while.",
			listNamed(faultForm(), 0, "fault"), func(v *endpoint) *[]fault { return &v.Faults })),
		omitZero(field("write_timeout", "How long after a request's arrival its answer may be written; then the connection is closed without one. The ECS agent's is 5s, the Pod Identity agent's 30s.",
			boundForm(), func(v *endpoint) *duration { return &v.WriteTimeout })),
		field("latency", "Service time, log-normal through p50 and p99, for refusals too. Left out: 0.",
			latencyForm(), func(v *endpoint) *latency { return &v.Latency }),
		field("credentials", "The life of the credentials: one set per task, renewed by the server.",
			credentialsForm(), func(v *endpoint) *throttle.Credentials { return &v.Credentials }),
		field("imds", "The options of the instance, for the service imds.",
			optional(instanceForm()), func(v *endpoint) **Instance { return &v.Instance }),
		field("pod_identity", "The agent and what it asks, for the service eks-pod-identity.",
			optional(podAgentForm()), func(v *endpoint) **podAgent { return &v.PodAgent }),
	}, nil)
	read := f.read
	f.read = func(r *reader, n *node, path string) endpoint {
		v := read(r, n, path)
		if n.kind == mapping {
			checkEndpoint(r, n, path, &v)
		}
		return v
	}
	return f
}

// checkEndpoint reports what does not fit together in an endpoint, and fills in
// the defaults of its service. Like checkDocument it runs even if parts are
// wrong.
func checkEndpoint(r *reader, n *node, path string, v *endpoint) {
	for _, only := range [...]struct{ key, service string }{{"flavour", ecs}, {"imds", imds}, {"pod_identity", podIdentity}} {
		if given := n.get(only.key); given != nil && v.Service != only.service {
			r.fail(given, join(path, only.key), "is for the service %s only, and this is %s", only.service, v.Service)
		}
	}
	if v.Service == imds && v.Instance == nil {
		instance := newInstance()
		v.Instance = &instance
	}
	if v.Service == podIdentity && v.PodAgent == nil {
		agent := newPodAgent()
		v.PodAgent = &agent
	}
	const most = 100 // of each
	if len(v.Limits) > most {
		r.fail(n.at("limits"), join(path, "limits"), "more than %d limits", most)
	}
	if len(v.Faults) > most {
		r.fail(n.at("faults"), join(path, "faults"), "more than %d faults", most)
	}
	for i := range v.Limits {
		checkOnce(r, n.item("limits", i), join(path, "limits"), "limit", v.Limits[i].Name, i, func(j int) string { return v.Limits[j].Name })
	}
	for i := range v.Faults {
		checkOnce(r, n.item("faults", i), join(path, "faults"), "fault", v.Faults[i].Name, i, func(j int) string { return v.Faults[j].Name })
	}
	v.checkFaults(r, n, path)
}

// checkOnce is an error if item i of a list has the name of one before it.
func checkOnce(r *reader, n *node, path, key, name string, i int, nameOf func(int) string) {
	for j := range i {
		if name != "" && nameOf(j) == name {
			r.fail(n.at(key), join(join(path, name), key), "there is a %s %q already", key, name)
			return
		}
	}
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
