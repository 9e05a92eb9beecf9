package main

import (
	"errors"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// options is the command line.
type options struct {
	profile     string
	given       []string // the flags that were given
	seeded      bool     // --seed was
	service     service
	limit       limit
	limitedBy   string // what gave the limit: the flag, the variable, or nothing
	notice      string // what is to be said before it serves
	scope       scope
	exceed      exceed
	latency     latency
	tasks       int
	seed        uint64
	lifetime    time.Duration
	renewBefore time.Duration
	pending     time.Duration
	flavour     flavour
	tags        pairs
	associated  pairs
	standalone  bool
	auditLog    string
	auditSize   size
	log         string
	logSize     size
	listen      string
	hosts       int
	admin       string
	connections int
	allowRemote bool
	printEnv    bool

	instance     instance
	instanceTags pairs
	pod          pod
}

// flagSet is the flags, with the values of the agent as it comes.
func flagSet(o *options) *pflag.FlagSet {
	o.limit = agentsLimit
	o.scope = scope(throttle.IPPathScope)
	o.auditSize, o.logSize = agentsLogSize, 50*megabyte
	f := pflag.NewFlagSet("mockimds", pflag.ContinueOnError)
	f.SetOutput(io.Discard) // what is wrong is told once, by mockimds
	f.Usage = func() {}
	f.StringVar(&o.profile, "profile", "", "")
	f.Var(&o.service, "service", "")
	f.IntVar(&o.tasks, "tasks", 1, "")
	f.Uint64Var(&o.seed, "seed", 1, "")
	f.DurationVar(&o.lifetime, "lifetime", throttle.DefaultCredentialsLifetime, "")
	f.DurationVar(&o.renewBefore, "renew-before", throttle.DefaultRenewBefore, "")
	f.DurationVar(&o.pending, "pending", 0, "")
	f.Var(&o.flavour, "flavour", "")
	f.Var(&o.tags, "tag", "")
	f.Var(&o.instanceTags, "instance-tag", "")
	f.Var(&o.associated, "association", "")
	f.BoolVar(&o.standalone, "standalone", false, "")
	f.StringVar(&o.auditLog, "audit-log", "", "")
	f.Var(&o.auditSize, "audit-log-max-size", "")
	f.StringVar(&o.log, "log", "", "")
	f.Var(&o.logSize, "log-max-size", "")
	f.StringVar(&o.admin, "admin", "", "")
	f.IntVar(&o.hosts, "hosts", 1, "")
	f.IntVar(&o.connections, "max-connections", 10_000, "")
	f.Var(&o.limit, "limit", "")
	f.Var(&o.scope, "scope", "")
	f.Var(&o.exceed, "on-exceed", "")
	f.Var(&o.latency, "latency", "")
	o.instance.flags(f)
	o.pod.flags(f)
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "")
	f.BoolVar(&o.printEnv, "print-env", false, "")
	return f
}

// parse reads the command line.
func parse(args []string) (*options, error) {
	o := new(options)
	f := flagSet(o)
	if err := f.Parse(args); err != nil {
		return nil, flagError(err)
	}
	if f.NArg() > 0 {
		return nil, usagef(seeHelp, "unexpected argument %q", f.Arg(0))
	}
	f.Visit(func(f *pflag.Flag) { o.given = append(o.given, f.Name) })
	if err := o.exclude(f); err != nil {
		return nil, err
	}
	if err := o.checkLogs(f); err != nil {
		return nil, err
	}
	o.environment(f, os.Getenv(limitVariable))
	return o, o.check()
}

// environment takes the limit from the value of limitVariable, unless it was
// given by flag.
func (o *options) environment(f *pflag.FlagSet, value string) {
	switch {
	case f.Changed("limit"):
		o.limitedBy = "--limit"
		return
	case value == "" || imds.Service(o.service) != imds.ECS:
		return
	}
	o.limitedBy = limitVariable
	o.limit, o.notice = agentLimit(value)
}

// flagError says what is wrong with a flag without the inner life of parsers.
func flagError(err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return usagef(seeHelp, "%w", err)
	}
	cause := invalid.Unwrap()
	if number := (*strconv.NumError)(nil); errors.As(cause, &number) {
		cause = number.Err
	}
	// The time package names itself and the value, which is named already.
	text := strings.TrimPrefix(cause.Error(), "time: ")
	return usagef(seeHelp, "--%s %q: %s", invalid.GetFlag().Name, invalid.GetValue(), text)
}

// check refuses what no server can be made of.
func (o *options) check() error {
	switch {
	case o.tasks < 1 || o.tasks > maxTasks:
		return usagef("", "--tasks %d: want 1 to %d", o.tasks, maxTasks)
	case o.hosts < 1 || o.hosts > maxHosts:
		return usagef("", "--hosts %d: want 1 to %d", o.hosts, maxHosts)
	case o.connections < 1:
		return usagef("", "--max-connections %d: want 1 or more", o.connections)
	case o.lifetime < time.Second || o.lifetime%time.Second != 0:
		return usagef("", "--lifetime %v: want whole seconds, one or more", o.lifetime)
	case o.renewBefore < 0 || o.renewBefore%time.Second != 0:
		return usagef("", "--renew-before %v: want whole seconds", o.renewBefore)
	case o.pending < 0:
		return usagef("", "--pending %v: want 0 or more", o.pending)
	case o.renewBefore >= o.lifetime:
		return usagef("credentials must live longer than that: give both flags", "--renew-before %v: want less than --lifetime, %v", o.renewBefore, o.lifetime)
	}
	if err := o.pod.check(); err != nil {
		return err
	}
	return o.instance.check()
}

// maxTasks bounds what is kept in memory per task.
const maxTasks = 100_000

// maxHosts bounds the ports that are opened.
const maxHosts = 64

// group is the name of the tasks' group, where no profile names any.
const group = "app"

// fromFlags is the hosts that the flags describe.
func (o *options) fromFlags() ([]imds.Config, error) {
	limits, err := o.limits()
	if err != nil {
		return nil, err
	}
	var configs []imds.Config
	for host := range o.hosts {
		configs = append(configs, o.host(host, limits))
	}
	return configs, nil
}

// host is one of the hosts that the flags describe.
func (o *options) host(host int, limits []throttle.Limit) imds.Config {
	c := imds.Config{
		Service:     imds.Service(o.service),
		Seed:        o.seed,
		Credentials: throttle.Credentials{Lifetime: o.lifetime, RenewBefore: o.renewBefore},
	}
	if len(limits) > 0 {
		c.Limit = limits[0].Rate
	}
	for i := range o.tasks {
		t := imds.Identify(o.seed, host, group, i)
		t.Slot = i
		t.Source = address(i)
		if i == 0 {
			t.Source6 = netip.IPv6Loopback() // of whoever comes by --listen [::1]:0
		}
		c.Tasks = append(c.Tasks, t)
	}
	c.Endpoint = throttle.New(throttle.Config{
		Seed:        draw.Seed(o.seed),
		Host:        uint32(host),
		Limits:      limits,
		OnExceed:    o.onExceed(),
		Latency:     o.latency.table,
		Credentials: c.Credentials,
		Slots:       o.tasks,
		Groups:      1,
	})
	return c
}

// address is the loopback address of a task that no profile describes, from
// 127.0.0.1 on.
func address(task int) netip.Addr {
	n := uint32(task + 1)
	return netip.AddrFrom4([4]byte{127, byte(n >> 16), byte(n >> 8), byte(n)})
}

// limitError says what is wrong with the limit, where it was given.
func (o *options) limitError(err error) error {
	return usagef(seeHelp, "%s %v: %w", o.limitedBy, &o.limit, err)
}
