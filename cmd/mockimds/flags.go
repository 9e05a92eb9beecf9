package main

import (
	"errors"
	"fmt"
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
	listen      string
	allowRemote bool
	printEnv    bool

	instance     instance
	instanceTags pairs
	pod          pod
}

// help is the answer to --help. A test keeps it complete, and within 80
// columns.
const help = `usage: mockimds [flags]

Serves task credentials and task metadata as the ECS agent does, rate limit
included. Without flags it is the agent as it comes: 40 requests a second and
bursts of 60, for each source address and path. With --service imds it is the
metadata service of an EC2 instance, with --service eks-pod-identity the EKS Pod
Identity agent. All credentials are fake.

The first line on stdout is the server's address. It serves until it is
interrupted or terminated, then answers what it has begun and exits with 0.

What it serves:
      --profile PROFILE        the endpoint and the tasks of a profile, as
                               loadgen run PROFILE --target asks for them
      --service NAME           which endpoint to be: ecs, imds or
                               eks-pod-identity (default ecs)
      --tasks N                how many tasks it knows (default 1)
      --seed N                 what the tasks' IDs derive from (default 1)
      --lifetime D             life of the credentials (default 6h)
      --renew-before D         how long before they expire the server renews
                               them (default 1h)
      --instance-tag KEY=VALUE a tag of the instance; may be given again

Of the service ecs:
      --pending D              no credentials (503) for so long after the start,
                               as after a restart of the agent (default 0s)
      --flavour NAME           whose metadata: ec2 or fargate (default ec2)
      --tag KEY=VALUE          a tag of every task; may be given again
      --association TYPE/NAME=JSON
                               what every task is associated with, likewise
      --standalone             the tasks belong to no service
      --audit-log FILE         append the agent's credentials audit log to FILE,
                               as loadgen trace import reads it

Of the service imds:
      --tokens WHICH           session tokens are optional or required
                               (default optional)
      --hop-limit N            hops that the answer to a PUT goes (default 1)
      --hops N                 hops between the server and the tasks: where the
                               limit is lower, no token arrives (default 1)
      --role NAME              the role, or none (default app-instance-role)
      --role-failure CODE      what is wrong with the role, such as
                               AssumeRoleUnauthorizedAccess
      --user-data FILE         the user data, at most 16 KiB (default none)
      --imds-disabled          everything is forbidden

Of the service eks-pod-identity:
      --token-file FILE        where the token of the first pod is written, and
                               renewed as kubelet does (default a file that goes
                               when the server ends)
      --token-lifetime D       life of the tokens (default 24h)
      --strict-host            refuse a Host header that is not the agent's own
                               address, such as 127.0.0.1

Task I has the address 127.0.0.I, counted from 1, for what tells tasks by their
address (metadata v2, and all of the service imds).

How it throttles:
      --limit RATE,BURST       token bucket (default 40,60, imds none,
                               eks-pod-identity 1000,500); RATE is per second,
                               or has its unit: 30/m, 100/h. It goes before
                               ECS_TASK_METADATA_RPS_LIMIT in the environment,
                               which is for ecs and read as the agent does; both
                               before a profile
      --scope SCOPE            what shares a bucket: host, tenant, task, path or
                               ip+path (default ip+path, imds host,
                               eks-pod-identity path)
      --on-exceed ACTION       beyond the limit: a status, drop or delay
                               (default 429, imds 503)
      --latency P50,P99        service time, log-normal: 2ms,15ms (default none)

Where it listens:
      --listen HOST:PORT       (default 127.0.0.1:0, any free port)
      --allow-remote           let --listen be an address that is not loopback
      --print-env              print the environment of the first task as well

  -h, --help                   print this

Give an application the first task's environment:

  mockimds --print-env > mock.env &
  until [ -s mock.env ]; do sleep 0.1; done
  eval "$(grep ^export mock.env)"
`

// flagSet is the flags, with the values of the agent as it comes.
func flagSet(o *options) *pflag.FlagSet {
	o.limit = agentsLimit
	o.scope = scope(throttle.IPPathScope)
	f := pflag.NewFlagSet("mockimds", pflag.ContinueOnError)
	f.SetOutput(io.Discard) // what is wrong is told once, by mockimds
	f.Usage = func() {}
	f.StringVar(&o.profile, "profile", "", "")
	f.Var(&o.service, "service", "")
	f.IntVar(&o.tasks, "tasks", 1, "")
	f.Uint64Var(&o.seed, "seed", 1, "")
	f.DurationVar(&o.lifetime, "lifetime", imds.DefaultCredentials.Lifetime, "")
	f.DurationVar(&o.renewBefore, "renew-before", imds.DefaultCredentials.RenewBefore, "")
	f.DurationVar(&o.pending, "pending", 0, "")
	f.Var(&o.flavour, "flavour", "")
	f.Var(&o.tags, "tag", "")
	f.Var(&o.instanceTags, "instance-tag", "")
	f.Var(&o.associated, "association", "")
	f.BoolVar(&o.standalone, "standalone", false, "")
	f.StringVar(&o.auditLog, "audit-log", "", "")
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
	var fine bool
	if o.limit, fine = agentLimit(value); !fine {
		o.notice = fmt.Sprintf("%s %q: want two whole numbers, such as 40,60; the limit is %v, as the agent's would be", limitVariable, value, &o.limit)
	}
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

// group is the name of the tasks' group, where no profile names any.
const group = "app"

// fromFlags is the server that the flags describe.
func (o *options) fromFlags() (imds.Config, error) {
	limits, err := o.limits()
	if err != nil {
		return imds.Config{}, err
	}
	c := imds.Config{
		Service:     imds.Service(o.service),
		Seed:        o.seed,
		Credentials: throttle.Credentials{Lifetime: o.lifetime, RenewBefore: o.renewBefore},
	}
	if len(limits) > 0 {
		c.Limit = limits[0].Rate
	}
	for i := range o.tasks {
		t := imds.Identify(o.seed, 0, group, i)
		t.Slot = i
		t.Source = address(i)
		c.Tasks = append(c.Tasks, t)
	}
	c.Endpoint = throttle.New(throttle.Config{
		Seed:        draw.Seed(o.seed),
		Limits:      limits,
		OnExceed:    o.onExceed(),
		Latency:     o.latency.table,
		Credentials: c.Credentials,
		Slots:       o.tasks,
		Groups:      1,
	})
	return c, nil
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

// limit is the value of --limit.
type limit struct {
	rate  throttle.Rate
	burst int64
}

// Set implements pflag.Value.
func (l *limit) Set(s string) error {
	first, second, ok := strings.Cut(s, ",")
	if !ok {
		return errors.New("want a rate and a burst, such as 40,60")
	}
	if !strings.Contains(first, "/") {
		first += "/s"
	}
	rate, err := throttle.ParseRate(first)
	if err != nil {
		return err
	}
	burst, err := strconv.ParseUint(second, 10, 63)
	if err != nil || burst == 0 {
		return fmt.Errorf("burst %q: want a whole number, 1 or more", second)
	}
	l.rate, l.burst = rate, int64(burst)
	return nil
}

// String implements pflag.Value.
func (l *limit) String() string {
	return fmt.Sprintf("%s,%d", strings.TrimSuffix(l.rate.String(), "/s"), l.burst)
}

// Type implements pflag.Value.
func (*limit) Type() string { return "RATE,BURST" }

// service is the value of --service.
type service imds.Service

// Set implements pflag.Value.
func (s *service) Set(name string) error {
	parsed, err := imds.ParseService(name)
	*s = service(parsed)
	return err
}

// String implements pflag.Value.
func (s *service) String() string { return imds.Service(*s).String() }

// Type implements pflag.Value.
func (*service) Type() string { return "NAME" }

// scope is the value of --scope.
type scope throttle.Scope

// Set implements pflag.Value.
func (s *scope) Set(name string) error {
	parsed, err := throttle.ParseScope(name)
	*s = scope(parsed)
	return err
}

// String implements pflag.Value.
func (s *scope) String() string { return throttle.Scope(*s).String() }

// Type implements pflag.Value.
func (*scope) Type() string { return "SCOPE" }

// latency is the value of --latency.
type latency struct {
	text  string
	table *draw.Table
}

// Set implements pflag.Value.
func (l *latency) Set(s string) error {
	first, second, ok := strings.Cut(s, ",")
	if !ok {
		return errors.New("want the median and the 99th percentile, such as 2ms,15ms")
	}
	p50, err := time.ParseDuration(first)
	if err != nil || p50 < 0 {
		return fmt.Errorf("%q: want a duration, such as 2ms", first)
	}
	p99, err := time.ParseDuration(second)
	if err != nil {
		return fmt.Errorf("%q: want a duration, such as 15ms", second)
	}
	if p99 < p50 || p50 == 0 && p99 > 0 {
		return errors.New("want a 99th percentile that is not below the median, and a median above 0")
	}
	l.text, l.table = s, nil
	if p99 > 0 {
		l.table = draw.LogNormal(p50, p99)
	}
	return nil
}

// String implements pflag.Value.
func (l *latency) String() string { return l.text }

// Type implements pflag.Value.
func (*latency) Type() string { return "P50,P99" }
