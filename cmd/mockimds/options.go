package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// options are the values of the flags, and what follows from them and from
// the environment.
type options struct {
	profile     string
	further     []further // of a profile, by number of the server
	input       command.Input
	given       []string // the flags that were given
	seeded      bool     // --seed was
	service     service.Service
	limit       limit
	limitedBy   string // the flag or the variable that set the limit; "" is the default
	notice      string // a line for stderr before it serves
	scope       throttle.Scope
	exceed      throttle.OnExceed
	latency     *draw.Table // of the service time; nil is none
	answers     []throttle.Answer
	faults      []string // JSON
	expiresIn   time.Duration
	tasks       int
	seed        uint64
	lifetime    time.Duration
	renewBefore time.Duration
	pending     time.Duration
	flavour     service.Flavour
	tags        []pair
	associated  []imds.Association
	standalone  bool
	auditLog    string
	auditSize   size
	log         string
	requests    string
	logSize     size
	listen      string
	hosts       int
	admin       string
	connections int
	blackHole   bool
	allowRemote bool

	identity     identity
	handshake    handshake
	instance     instance
	instanceTags []pair
	pod          pod
	api          api
	strategies   []string
}

// flags defines the flags of c on o. Their defaults are those of the real
// agent.
func (o *options) flags(c *cobra.Command) {
	o.limit = agentsLimit
	o.scope = throttle.IPPathScope
	o.auditSize, o.logSize = agentsLogSize, 50*megabyte
	command.Section(c, "What it serves", o.flagsOfAll)
	command.Section(c, "Whose credentials", o.identity.flags)
	command.Section(c, "Of the service "+service.ECS.String(), o.flagsOfECS)
	command.Section(c, "Of the service "+service.IMDS.String(), o.instance.flags)
	command.Section(c, "Of the service "+service.PodIdentity.String(), o.pod.flags)
	command.Section(c, "Of the services "+words.List(apiNames(), "and"), o.api.flags)
	command.Section(c, "How it throttles", o.flagsOfLimit)
	command.Section(c, "Where it listens", o.flagsOfPorts)
	command.Section(c, "How it is found (docs/testing.md)", o.handshake.flags)
	command.Section(c, "How it is operated (docs/operating.md)", o.flagsOfOperation)
	o.completion(c)
}

func (o *options) flagsOfAll(f *pflag.FlagSet) {
	f.StringVar(&o.profile, "profile", "", "serve the endpoint and the tasks of `PROFILE`, the same that loadgen run PROFILE --target calls")
	f.StringArrayVar(&o.strategies, "strategies", nil, "strategies that PROFILE names are in this `FILE` (docs/strategies.md)")
	o.input.Flags(f)
	parsedVar(f, &o.service, "service", service.Parse, "serve the endpoint `NAME`: "+words.List(service.Names(), "or")+" (default ecs)")
	f.IntVar(&o.tasks, "tasks", 1, "serve `N` tasks, 1 to 100,000")
	f.Uint64Var(&o.seed, "seed", 1, "derive the tasks' IDs from `N`")
	f.DurationVar(&o.lifetime, "lifetime", 0, "credentials live for `D`: whole seconds, 1s or more (default 6h, imds 6h20m)")
	f.DurationVar(&o.renewBefore, "renew-before", 0, "renew credentials `D` before they expire: whole seconds, less than --lifetime (default a sixth of it; of the default of imds 5h20m)")
	f.DurationVar(&o.expiresIn, "expires-in", 0, "the first credentials, and the first after a reset, have `D` left of their life: whole seconds, 1s or more (default all of it)")
	repeatedVar(f, &o.instanceTags, "instance-tag", parsePair, "a tag `KEY=VALUE` of the instance; may be given again")
}

func (o *options) flagsOfECS(f *pflag.FlagSet) {
	f.DurationVar(&o.pending, "pending", 0, "answer 503 for credentials until `D` after the start, as after a restart of the agent: 0s or more (default 0s)")
	parsedVar(f, &o.flavour, "flavour", service.ParseFlavour, "serve the metadata of `NAME`: ec2 or fargate (default ec2)")
	repeatedVar(f, &o.tags, "tag", parsePair, "a tag `KEY=VALUE` of every task; may be given again")
	repeatedVar(f, &o.associated, "association", parseAssociation, "associate every task with `TYPE/NAME=JSON`; may be given again")
	f.BoolVar(&o.standalone, "standalone", false, "tasks belong to no ECS service")
	f.StringVar(&o.auditLog, "audit-log", "", "append the agent's credentials audit log to `FILE`; loadgen trace import reads it")
	parsedVar(f, &o.auditSize, "audit-log-max-size", parseSize,
		"rotate the audit log at this `SIZE`, such as 500kB or 5MB, and keep 24 old files; none: never (default 5MB)")
}

func (o *options) flagsOfLimit(f *pflag.FlagSet) {
	parsedVar(f, &o.limit, "limit", parseLimit, "a token bucket `RATE,BURST` (default 40,60, imds none, eks-pod-identity 1000,500, AWS APIs their quota: docs/operating.md); the rate is per "+
		"second unless it has a unit: 30/m, 100/h. It overrides the environment variable "+limitVariable+" (ecs only), and both "+
		"override the limit of a profile")
	parsedVar(f, &o.scope, "scope", throttle.ParseScope,
		"requests share a bucket by `SCOPE`: host, tenant, task, path or ip+path (default ip+path, imds host, eks-pod-identity path, AWS APIs path, which is their operation)")
	parsedVar(f, &o.exceed, "on-exceed", parseOnExceed, "what happens to requests beyond the limit, `ACTION`: a status, drop or delay (default 429, imds 503, AWS APIs as they do)")
	parsedVar(f, &o.latency, "latency", parseLatency, "service time, log-normal with the percentiles `P50,P99`, such as 2ms,15ms (default none)")
	parsedVar(f, &o.answers, "answers", parseAnswers, "answer the first requests that no limit refuses with this `LIST`, one after another, such as "+
		"429,429,ok; later ones are served (docs/explain.md)")
	repeatedVar(f, &o.faults, "fault", parseFaultText, "a fault as `JSON`, with the keys of a profile, such as "+
		`'{"kind": "status", "status": 503, "after": 2, "count": 7, "scope": "task"}'; may be given again`)
}

func (o *options) flagsOfPorts(f *pflag.FlagSet) {
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "listen on `HOST:PORT`; port 0 is any that is free")
	f.IntVar(&o.hosts, "hosts", 1, "serve `N` hosts, 1 to 64, on consecutive ports from PORT, each with all the tasks and its own limits; "+
		"the addresses after the first are on stderr and in --admin")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "allow addresses that are not loopback for --listen and --admin")
	f.BoolVar(&o.blackHole, "black-hole", false, "accept nothing: connections neither open nor are refused, as where no packet arrives")
	f.IntVar(&o.connections, "max-connections", 10_000, "hold at most `N` connections for each host, 1 or more, and reset further ones")
}

func (o *options) flagsOfOperation(f *pflag.FlagSet) {
	f.StringVar(&o.admin, "admin", "", "serve state and metrics on `HOST:PORT`, and accept changes of limits and faults; the address is on stderr, or in the JSON of --print-env")
	f.StringVar(&o.requests, "requests", "", "append to `FILE` a line of JSON for every request; none is lost: requests wait while it "+
		"cannot be written; - is stderr; loadgen trace import reads it")
	f.StringVar(&o.log, "log", "", "append to `FILE` a line of JSON for every request that a limit refuses or a fault hits; - is stderr")
	parsedVar(f, &o.logSize, "log-max-size", parseSize, "rotate the log at this `SIZE`, as --audit-log-max-size does (default 50MB)")
}

// complete checks the parsed flags, and reads the environment.
func (o *options) complete(f *pflag.FlagSet) error {
	f.Visit(func(f *pflag.Flag) { o.given = append(o.given, f.Name) })
	if err := o.exclude(f); err != nil {
		return err
	}
	for _, name := range []string{"profile", "strategies", "admin", "advertise", "env-file", "requests", "log", "audit-log", "token-file", "user-data"} {
		if flag := f.Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return command.Usagef("perhaps a variable is not set", "--%s is empty", name)
		}
	}
	if f.Changed("expires-in") && o.expiresIn == 0 {
		return command.Usagef("", "--expires-in 0s: want whole seconds, one or more")
	}
	if err := o.checkLogs(f); err != nil {
		return err
	}
	if err := o.completeRoles(f); err != nil {
		return err
	}
	o.completeLifetime(f)
	o.environment(f, os.Getenv(limitVariable))
	return o.check()
}

// completeLifetime fills in what was not said of the life of credentials: what the
// service does, or with another lifetime a sixth of it.
func (o *options) completeLifetime(f *pflag.FlagSet) {
	own := throttle.CredentialsOf(o.service)
	if !o.service.Row().Issues() {
		return
	}
	lived := f.Changed("lifetime")
	if !lived {
		o.lifetime = own.Lifetime
	}
	switch {
	case f.Changed("renew-before"):
	case lived:
		o.renewBefore = throttle.RenewBefore(o.lifetime)
	default:
		o.renewBefore = own.RenewBefore
	}
}

// environment takes the limit from the value of limitVariable, unless --limit is
// given.
func (o *options) environment(f *pflag.FlagSet, value string) {
	switch {
	case f.Changed("limit"):
		o.limitedBy = "--limit"
		return
	case value == "" || o.service != service.ECS:
		return
	}
	o.limitedBy = limitVariable
	o.limit, o.notice = agentLimit(value)
}

// check returns a usage error for numbers and times out of range.
func (o *options) check() error {
	switch {
	case o.tasks < 1 || o.tasks > maxTasks:
		return command.Usagef("", "--tasks %d: want 1 to %d", o.tasks, maxTasks)
	case o.hosts < 1 || o.hosts > maxHosts:
		return command.Usagef("", "--hosts %d: want 1 to %d", o.hosts, maxHosts)
	case o.connections < 1:
		return command.Usagef("", "--max-connections %d: want 1 or more", o.connections)
	case o.service.Row().Issues() && (o.lifetime < time.Second || o.lifetime%time.Second != 0):
		return command.Usagef("", "--lifetime %v: want whole seconds, one or more", o.lifetime)
	case o.renewBefore < 0 || o.renewBefore%time.Second != 0:
		return command.Usagef("", "--renew-before %v: want whole seconds", o.renewBefore)
	case o.expiresIn < 0 || o.expiresIn%time.Second != 0:
		return command.Usagef("", "--expires-in %v: want whole seconds, one or more", o.expiresIn)
	case o.pending < 0:
		return command.Usagef("", "--pending %v: want 0 or more", o.pending)
	case len(o.answers) > 0 && o.instance.disabled:
		return command.Usagef("omit one of them", "--answers cannot be used with --imds-disabled, which answers everything with 403")
	case len(o.faults) > 0 && o.instance.disabled:
		return command.Usagef("omit one of them", "--fault cannot be used with --imds-disabled, which answers everything with 403")
	case o.service.Row().Issues() && o.renewBefore >= o.lifetime:
		return command.Usagef("a sixth of --lifetime is the default",
			"--renew-before %v: want less than --lifetime, %v", o.renewBefore, o.lifetime)
	}
	if err := o.handshake.check(); err != nil {
		return err
	}
	if err := o.pod.check(); err != nil {
		return err
	}
	if err := o.api.check(); err != nil {
		return err
	}
	return o.instance.check()
}

// maxTasks bounds the memory that tasks take.
const maxTasks = 100_000

// maxHosts bounds the ports that one process opens.
const maxHosts = 64
