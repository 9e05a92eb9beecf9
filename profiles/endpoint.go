package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// endpoint is the `endpoint` mapping: what answers.
type endpoint struct {
	Service      service.Service
	Flavour      service.Flavour
	Hosts        hosts
	Limit        limit
	Limits       []limit
	OnExceed     throttle.OnExceed
	Faults       []fault
	WriteTimeout time.Duration  // 0 is none
	KeepAlive    *time.Duration // nil is the service's, 0 closes each connection
	Latency      latency
	Credentials  throttle.Credentials
	Instance     *plan.Instance // of the service imds, else nil
	PodAgent     *podAgent      // of the service eks-pod-identity, else nil
}

// unsaidCredentials are those of which a document says nothing.
var unsaidCredentials = throttle.Credentials{RenewBefore: unsaid}

const unsaid = -1

func newEndpoint() endpoint {
	return endpoint{
		OnExceed:    throttle.OnExceed{Status: 429},
		Credentials: throttle.CredentialsOf(service.ECS),
	}
}

func endpointForm() form.Form[endpoint] {
	zero := newEndpoint()
	zero.Credentials = unsaidCredentials
	f := form.Object(zero, []form.Key[endpoint]{
		form.Field("service", "Whose endpoint it is: the ECS agent's, EC2's instance metadata, or the EKS Pod Identity agent's.",
			serviceForm(), func(v *endpoint) *service.Service { return &v.Service }),
		form.OmitZero(form.Field("flavour", "Whose documents the service ecs serves.",
			form.Words(wordsOf(service.Flavours())...), func(v *endpoint) *service.Flavour { return &v.Flavour })),
		form.Field("hosts", "How many hosts there are, or a mapping with that and how they differ. Each has its own endpoint and, unless a placement says otherwise, the whole fleet.",
			hostsForm(), func(v *endpoint) *hosts { return &v.Hosts }),
		form.Field("limit", "A limit, with a separate state for each key of its scope. Left out: no limit.",
			limitForm(false).Named("limit"), func(v *endpoint) *limit { return &v.Limit }),
		form.OmitZero(form.Field("limits", "Further limits: a request must pass all of them.",
			form.NamedList(limitForm(true).Named("named-limit"), 0, "limit"), func(v *endpoint) *[]limit { return &v.Limits })),
		form.Field("on_exceed", "What happens to requests beyond the limit.",
			exceedForm(), func(v *endpoint) *throttle.OnExceed { return &v.OnExceed }),
		form.OmitZero(form.Field("faults", "What goes wrong for a while.",
			form.NamedList(faultForm().Named("fault"), 0, "fault"), func(v *endpoint) *[]fault { return &v.Faults })),
		form.OmitZero(form.Field("write_timeout", "How long after a request's arrival its answer may be written; then the connection is closed without one. The ECS agent's is 5s, the Pod Identity agent's 30s.",
			form.Bound(), func(v *endpoint) *duration { return &v.WriteTimeout })),
		form.OmitZero(form.Field("keep_alive", "How long an idle connection is kept; none closes each connection after its answer. Left out: as the service does, 5s for ecs, 30s for eks-pod-identity, none for imds.",
			form.Optional(form.Bound()), func(v *endpoint) **duration { return &v.KeepAlive })),
		form.Field("latency", "Service time, log-normal through p50 and p99, for refusals too. Left out: 0.",
			latencyForm(), func(v *endpoint) *latency { return &v.Latency }),
		credentialsKey(),
		form.Field("imds", "The options of the instance, for the service imds.",
			form.Optional(instanceForm()), func(v *endpoint) **plan.Instance { return &v.Instance }),
		form.Field("pod_identity", "The agent and what it asks, for the service eks-pod-identity.",
			form.Optional(podAgentForm()), func(v *endpoint) **podAgent { return &v.PodAgent }),
	}, nil)
	read := f.Read
	f.Read = func(r *form.Reader, n *form.Node, path string) endpoint {
		v := read(r, n, path)
		if n.Kind == form.Mapping {
			checkEndpoint(r, n, path, &v)
		}
		return v
	}
	return f
}

// serviceForm is the name of a service.
func serviceForm() form.Form[service.Service] {
	f := form.Words(wordsOf(service.Issuers())...)
	read := f.Read
	f.Read = func(r *form.Reader, n *form.Node, path string) service.Service {
		if n.Kind == form.Scalar && n.Text == service.Fargate.String() {
			r.Fail(n, path, "fargate is no service, but the flavour of one: want service: ecs and flavour: fargate")
			return service.ECS
		}
		return read(r, n, path)
	}
	return f
}

// checkEndpoint reports what does not fit together in an endpoint, and fills in
// the defaults of its service. Like checkDocument it runs even if parts are
// wrong.
func checkEndpoint(r *form.Reader, n *form.Node, path string, v *endpoint) {
	for _, only := range [...]struct {
		key string
		of  service.Service
	}{{"flavour", service.ECS}, {"imds", service.IMDS}, {"pod_identity", service.PodIdentity}} {
		if given := n.Get(only.key); given != nil && v.Service != only.of {
			r.Fail(given, form.Join(path, only.key), "is for the service %s only, and this is %s", only.of, v.Service)
		}
	}
	v.completeCredentials(r, n, path)
	if v.Service == service.IMDS && v.Instance == nil {
		instance := newInstance()
		v.Instance = &instance
	}
	if v.Service == service.PodIdentity && v.PodAgent == nil {
		agent := newPodAgent()
		v.PodAgent = &agent
	}
	const most = 100 // of each
	if len(v.Limits) > most {
		r.Fail(n.At("limits"), form.Join(path, "limits"), "more than %d limits", most)
	}
	if len(v.Faults) > most {
		r.Fail(n.At("faults"), form.Join(path, "faults"), "more than %d faults", most)
	}
	for i := range v.Limits {
		checkOnce(r, n.Item("limits", i), form.Join(path, "limits"), "limit", v.Limits[i].Name, i, func(j int) string { return v.Limits[j].Name })
	}
	for i := range v.Faults {
		checkOnce(r, n.Item("faults", i), form.Join(path, "faults"), "fault", v.Faults[i].Name, i, func(j int) string { return v.Faults[j].Name })
	}
	v.checkFaults(r, n, path)
	v.checkDiffering(r, n, path)
}

// checkOnce is an error if item i of a list has the name of one before it.
func checkOnce(r *form.Reader, n *form.Node, path, key, name string, i int, nameOf func(int) string) {
	for j := range i {
		if name != "" && nameOf(j) == name {
			r.Fail(n.At(key), form.Join(form.Join(path, name), key), "another item before it has %s %q", key, name)
			return
		}
	}
}

// latency is a log-normal service time, or a constant one if P99 is not above
// P50.
type latency struct{ P50, P99 time.Duration }

func latencyForm() form.Form[latency] {
	return form.Object(latency{}, []form.Key[latency]{
		form.Required(form.Field("p50", "The median.",
			form.Duration(0, time.Hour), func(v *latency) *duration { return &v.P50 })),
		form.Field("p99", "The 99th percentile; p50 if left out.",
			form.Duration(0, time.Hour), func(v *latency) *duration { return &v.P99 }),
	}, func(r *form.Reader, n *form.Node, path string, v *latency) {
		switch {
		case n.Get("p99") == nil:
			v.P99 = v.P50
		case v.P99 < v.P50:
			r.Fail(n.At("p99"), form.Join(path, "p99"), "%s is below p50, %s", form.FormatDuration(v.P99), form.FormatDuration(v.P50))
		case v.P50 == 0 && v.P99 > 0:
			r.Fail(n.At("p50"), form.Join(path, "p50"), "a log-normal time with a p99 above 0 has a p50 above 0")
		}
	}).Named("latency")
}

// credentialsKey is written in short where they are not those of the service.
func credentialsKey() form.Key[endpoint] {
	k := form.Field("credentials", "The life of the credentials: one set per task, renewed by the server. Left out: 6h, renewed 1h before, but for imds 6h20m, renewed hourly.",
		credentialsForm(), func(v *endpoint) *throttle.Credentials { return &v.Credentials })
	write := k.Write
	k.Write = func(v, zero *endpoint, full bool) *form.Node {
		if !full && v.Credentials == throttle.CredentialsOf(v.Service) {
			return nil
		}
		return write(v, zero, full)
	}
	return k
}

func credentialsForm() form.Form[throttle.Credentials] {
	type credentials = throttle.Credentials
	return form.Object(unsaidCredentials, []form.Key[credentials]{
		form.Field("lifetime", "From issue to expiry, in whole seconds; that of the service if left out.",
			form.Seconds(time.Second), func(v *credentials) *duration { return &v.Lifetime }),
		form.Field("renew_before", "How long before the expiry the server replaces them; a sixth of lifetime if left out, 0s is at expiry.",
			form.Seconds(0), func(v *credentials) *duration { return &v.RenewBefore }),
		form.OmitZero(form.Field("grace", "How long past their expiry a call may use credentials without failing: it is stale then, and expired beyond that.",
			form.Duration(0, 0), func(v *credentials) *duration { return &v.Grace })),
	}, nil)
}

// completeCredentials fills in what the document does not say of the credentials of its
// service, and checks the whole.
func (v *endpoint) completeCredentials(r *form.Reader, n *form.Node, path string) {
	c, own := &v.Credentials, throttle.CredentialsOf(v.Service)
	path = form.Join(path, "credentials")
	switch {
	case c.Lifetime == 0 && c.RenewBefore == unsaid:
		c.Lifetime, c.RenewBefore = own.Lifetime, own.RenewBefore
	case c.RenewBefore == unsaid:
		c.RenewBefore = throttle.RenewBefore(c.Lifetime)
	case c.Lifetime == 0:
		c.Lifetime = own.Lifetime
	}
	if c.RenewBefore >= c.Lifetime {
		r.Fail(n.At("credentials").At("renew_before"), form.Join(path, "renew_before"), "%s is not below lifetime, %s",
			form.FormatDuration(c.RenewBefore), form.FormatDuration(c.Lifetime))
	}
}
