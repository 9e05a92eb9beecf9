package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// pod has the flags that only the service eks-pod-identity has.
type pod struct {
	tokenFile  string
	tokens     throttle.PodTokens
	strictHost bool
}

func (p *pod) flags(f *pflag.FlagSet) {
	f.StringVar(&p.tokenFile, "token-file", "",
		"write the token of the first pod to `FILE`, and renew it as kubelet does (default a temporary file)")
	f.DurationVar(&p.tokens.Lifetime, "token-lifetime", throttle.DefaultPodTokenLifetime, "tokens live for `D`: whole seconds, 20s or more")
	f.BoolVar(&p.strictHost, "strict-host", false, "refuse a Host header, such as 127.0.0.1, that is not the agent's link-local address")
}

// leastTokenLifetime is the shortest life of a token that leaves a second
// between its renewal and its expiry, which a client sees in whole seconds.
// Kubernetes issues none for less than ten minutes; tests of a renewal want
// less.
const leastTokenLifetime = 20 * time.Second

// check returns a usage error for a lifetime that no token can have.
func (p *pod) check() error {
	if l := p.tokens.Lifetime; l < leastTokenLifetime || l%time.Second != 0 {
		return command.Usagef("", "--token-lifetime %v: want whole seconds, 20 or more", l)
	}
	return nil
}

// project writes the token of the first pod into its file, and renews it
// until end is called. The variable tells the pod's application where the
// file is.
func (p *pod) project(ctx context.Context, c *imds.Config, stderr io.Writer) (variable [2]string, end func(), err error) {
	f, until, err := writeTokenFile(p.tokenFile, c.Began, func(now time.Duration) (string, time.Duration) {
		return c.Tasks[0].PodToken(c.Seed, c.Pod.Tokens, c.Began, now)
	})
	if err != nil {
		return variable, nil, err
	}
	return [2]string{service.TokenFileVariable, f.path}, f.keep(ctx, until, stderr), nil
}
