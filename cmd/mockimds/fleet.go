package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"tenement/internal/admin"
	"tenement/internal/imds"
)

// fleet is the hosts of the process, and the admin beside them.
type fleet struct {
	configs   []imds.Config
	handlers  []*imds.Handler
	listeners []net.Listener
	urls      []string

	api   *admin.API   // nil if nobody wants to know
	admin net.Listener // nil without --admin
}

// newFleet is the hosts, none of them reachable yet.
func newFleet(o *options, configs []imds.Config, logs *logs) *fleet {
	f := &fleet{configs: configs}
	// Being told of refusals costs time, so it is asked for only where somebody
	// listens.
	if o.admin != "" || logs.refusals != nil {
		f.api = admin.New(logs.refusals)
	}
	for _, c := range configs {
		c.Audit = logs.auditWriter()
		if f.api != nil {
			f.handlers = append(f.handlers, f.api.Add(c))
		} else {
			f.handlers = append(f.handlers, imds.New(c))
		}
	}
	return f
}

// listen opens the ports of the hosts, and the admin's.
func (f *fleet) listen(ctx context.Context, o *options) (err error) {
	if f.listeners, err = listenAll(ctx, o, len(f.handlers)); err != nil {
		return err
	}
	for i, l := range f.listeners {
		f.urls = append(f.urls, baseURL(l.Addr()))
		if f.api != nil {
			f.api.Locate(i, f.urls[i])
		}
	}
	if o.admin == "" {
		return nil
	}
	if f.admin, err = listen(ctx, "--admin", o.admin, o.allowRemote); err != nil {
		closeAll(f.listeners)
	}
	return err
}

// flushFor bounds how long the end waits for both logs together. A disk takes
// what is left of them at once; a pipe that nobody reads never does.
const flushFor = 5 * time.Second

// closeLogs writes what is left of the logs, and says what of them is lost.
func (f *fleet) closeLogs(logs *logs) error {
	ctx, cancel := context.WithTimeout(context.Background(), flushFor)
	defer cancel()
	var audit, refusals error
	var closing sync.WaitGroup
	closing.Go(func() { audit = logs.closeAudit(ctx) })
	if f.api != nil {
		closing.Go(func() {
			if err := f.api.Close(ctx); err != nil {
				refusals = fmt.Errorf("writing the log: %w", err)
			}
		})
	}
	closing.Wait()
	return errors.Join(audit, refusals)
}

// close closes the ports before anything has been served.
func (f *fleet) close() {
	closeAll(f.listeners)
	if f.admin != nil {
		_ = f.admin.Close()
	}
}

// environment is that of the first task of the first host, if it is to be
// printed. Where a file belongs to it, the function returned ends its keeping.
func (f *fleet) environment(ctx context.Context, o *options, stderr io.Writer) (variables [][2]string, end func(), err error) {
	c, end := &f.configs[0], func() {}
	if o.printEnv {
		variables = imds.Env(c.Service, c.Tasks[0], f.urls[0])
	}
	if c.Service != imds.PodIdentity {
		return variables, end, nil
	}
	file, end, err := o.pod.project(ctx, c, stderr)
	if err == nil && o.printEnv {
		variables = append(variables, file)
	}
	return variables, end, err
}
