package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"

	"tenement/internal/admin"
	"tenement/internal/imds"
	"tenement/internal/redact"
	"tenement/internal/service"
	"tenement/profiles"
)

// host is an endpoint with the tasks that share it.
type host struct {
	config   imds.Config
	handler  *imds.Handler
	listener net.Listener // nil until listen
	url      string
	of       further
}

// hosts are all the hosts that the process serves, and the admin.
type hosts struct {
	all []host
	// secrets takes what any of the hosts has issued out of all that the program
	// writes, except the environment of tasks and the token file.
	secrets *redact.Redactor

	api   *admin.API   // nil without --admin, --log and --requests
	admin net.Listener // nil without --admin
	// holes end the black holes that the ports are; nil is none.
	holes []func()
}

// newHosts makes the hosts. They cannot be reached before listen.
func newHosts(o *options, configs []imds.Config, logs *logs) *hosts {
	h := &hosts{secrets: imds.NewSecrets()}
	// Reporting refusals costs time, so it is on only if it is used.
	serve := imds.New
	if o.admin != "" || logs.refusals != nil || logs.requests != nil {
		h.api = admin.New(admin.Format{
			ReadLimit: profiles.ReadLimit, NewLimit: profiles.NewLimit, IsWhole: profiles.IsWholeLimit,
			ReadFault: profiles.ReadFault, ReadLife: profiles.ReadLife,
			LimitJSON: profiles.LimitJSON, FaultJSON: profiles.FaultJSON,
		}, h.secrets, logs.refusals, logs.requests)
		serve = h.api.Add
	}
	for i, c := range configs {
		c.ECS.Audit, c.Secrets = logs.auditWriter(), h.secrets
		one := host{config: c, handler: serve(c), of: o.endpointOf(i)}
		if h.all = append(h.all, one); h.api != nil {
			h.api.Label(i, one.of.name)
		}
	}
	return h
}

// listen opens the ports of the hosts, and the admin's.
func (h *hosts) listen(ctx context.Context, o *options) error {
	listeners, err := listenAll(ctx, o, len(h.all))
	if err != nil {
		return err
	}
	for i, l := range listeners {
		h.all[i].listener, h.all[i].url = l, baseURL(l.Addr())
		if o.handshake.advertised != "" {
			if h.all[i].url, err = advertise(o.handshake.advertised, i); err != nil {
				closeAll(listeners)
				return err
			}
		}
		if o.blackHole {
			release, err := imds.BlackHole(l)
			if err != nil {
				closeAll(listeners)
				return fmt.Errorf("--black-hole: %w", err)
			}
			h.holes = append(h.holes, release)
		}
		if h.api != nil {
			h.api.Locate(i, h.all[i].url)
		}
	}
	if o.admin == "" {
		return nil
	}
	if h.admin, err = listen(ctx, "--admin", o.admin, o.allowRemote); err != nil {
		closeAll(listeners)
	}
	return err
}

// tellAddresses tells the addresses that are not on stdout.
func (h *hosts) tellAddresses(stderr io.Writer) {
	for i := range h.all[1:] {
		one := &h.all[i+1]
		what := ""
		if one.of.name != "" {
			what = fmt.Sprintf(" is the endpoint %s (%s) of host %d", one.of.name, one.config.Service, one.of.host)
		}
		fmt.Fprintf(stderr, "mockimds: host %d on %s%s\n", i+1, one.url, what)
	}
	if h.admin != nil {
		fmt.Fprintf(stderr, "mockimds: admin on %s\n", baseURL(h.admin.Addr()))
	}
}

// close closes the ports. It is for errors before serve, which closes them
// itself.
func (h *hosts) close() {
	for i := range h.all {
		_ = h.all[i].listener.Close()
	}
	if h.admin != nil {
		_ = h.admin.Close()
	}
}

// withFurther adds the variables that lead to a further endpoint, but none that leads to
// another one already.
func withFurther(variables, more [][2]string) [][2]string {
	for _, v := range more {
		if !slices.ContainsFunc(variables, func(have [2]string) bool { return have[0] == v[0] }) {
			variables = append(variables, v)
		}
	}
	return variables
}

// environment is the environment of the first task of the first host, with the variables
// that lead to further endpoints of that host. For a pod it also writes the file with the
// pod's token, which is renewed until end is called.
func (h *hosts) environment(ctx context.Context, o *options, stderr io.Writer) (variables [][2]string, end func(), err error) {
	first, end := &h.all[0], func() {}
	c := &first.config
	variables = imds.Env(c.Service, c.Tasks[0], first.url)
	for i := range h.all {
		if more := &h.all[i]; more.of.name != "" && more.of.host == 0 && more.config.Service != service.PodIdentity {
			variables = withFurther(variables, imds.Env(more.config.Service, more.config.Tasks[0], more.url))
		}
	}
	if c.Service != service.PodIdentity {
		return variables, end, nil
	}
	file, end, err := o.pod.project(ctx, c, stderr)
	if err == nil {
		variables = append(variables, file)
	}
	return variables, end, err
}
