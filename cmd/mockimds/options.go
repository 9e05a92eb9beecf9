package main

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// options are the values of the flags, and what follows from them and from
// the environment.
type options struct {
	profile     string
	given       []string // the flags that were given
	seeded      bool     // --seed was
	service     imds.Service
	limit       limit
	limitedBy   string // what gave the limit: the flag, the variable, or nothing
	notice      string // what is to be said before it serves
	scope       throttle.Scope
	exceed      throttle.OnExceed
	latency     latency
	tasks       int
	seed        uint64
	lifetime    time.Duration
	renewBefore time.Duration
	pending     time.Duration
	flavour     imds.Flavour
	tags        []pair
	associated  []imds.Association
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
	version     bool

	instance     instance
	instanceTags []pair
	pod          pod
}

// flagSet defines the flags on o. Their defaults are those of the real agent.
func flagSet(o *options) *pflag.FlagSet {
	o.limit = agentsLimit
	o.scope = throttle.IPPathScope
	o.auditSize, o.logSize = agentsLogSize, 50*megabyte
	f := pflag.NewFlagSet("mockimds", pflag.ContinueOnError)
	f.SetOutput(io.Discard) // what is wrong is told once, by mockimds
	f.Usage = func() {}
	f.StringVar(&o.profile, "profile", "", "")
	parsedVar(f, &o.service, "service", imds.ParseService)
	f.IntVar(&o.tasks, "tasks", 1, "")
	f.Uint64Var(&o.seed, "seed", 1, "")
	f.DurationVar(&o.lifetime, "lifetime", throttle.DefaultCredentialsLifetime, "")
	f.DurationVar(&o.renewBefore, "renew-before", throttle.DefaultRenewBefore, "")
	f.DurationVar(&o.pending, "pending", 0, "")
	parsedVar(f, &o.flavour, "flavour", imds.ParseFlavour)
	repeatedVar(f, &o.tags, "tag", parsePair)
	repeatedVar(f, &o.instanceTags, "instance-tag", parsePair)
	repeatedVar(f, &o.associated, "association", parseAssociation)
	f.BoolVar(&o.standalone, "standalone", false, "")
	f.StringVar(&o.auditLog, "audit-log", "", "")
	parsedVar(f, &o.auditSize, "audit-log-max-size", parseSize)
	f.StringVar(&o.log, "log", "", "")
	parsedVar(f, &o.logSize, "log-max-size", parseSize)
	f.StringVar(&o.admin, "admin", "", "")
	f.IntVar(&o.hosts, "hosts", 1, "")
	f.IntVar(&o.connections, "max-connections", 10_000, "")
	parsedVar(f, &o.limit, "limit", parseLimit)
	parsedVar(f, &o.scope, "scope", throttle.ParseScope)
	parsedVar(f, &o.exceed, "on-exceed", parseOnExceed)
	parsedVar(f, &o.latency, "latency", parseLatency)
	o.instance.flags(f)
	o.pod.flags(f)
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "")
	f.BoolVar(&o.printEnv, "print-env", false, "")
	f.BoolVar(&o.version, "version", false, "")
	return f
}

// parse reads the command line and the environment.
func parse(args []string) (*options, error) {
	o := new(options)
	f := flagSet(o)
	if err := f.Parse(args); err != nil {
		return nil, flagError(err)
	}
	if o.version {
		return nil, errVersion
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

// environment takes the limit from the value of limitVariable, where --limit
// is not given.
func (o *options) environment(f *pflag.FlagSet, value string) {
	switch {
	case f.Changed("limit"):
		o.limitedBy = "--limit"
		return
	case value == "" || o.service != imds.ECS:
		return
	}
	o.limitedBy = limitVariable
	o.limit, o.notice = agentLimit(value)
}

// errVersion is returned where the command line asks for the version only, as
// pflag.ErrHelp is where it asks for help.
var errVersion = errors.New("mockimds: version requested")

// flagError rewrites an error of the flag library without the names of Go
// functions and types.
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

// check returns a usage error for numbers and times that no server can have.
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

// maxTasks bounds the memory that tasks take.
const maxTasks = 100_000

// maxHosts bounds the ports that one process opens.
const maxHosts = 64
