package imdstest

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"time"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Option says how a Server differs from an ECS agent with its defaults.
type Option func(*settings) error

// settings are what options set.
type settings struct {
	service   service.Service
	unlimited bool
	limit     *throttle.Limit
	scope     *throttle.Scope
	tasks     int
	roles     []string
	place     imds.Place
	lifetime  time.Duration
	expiresIn time.Duration
	pending   time.Duration
	answers   []throttle.Answer
	instance  imds.Instance
	flavour   service.Flavour
	pods      throttle.PodTokens
	api       imds.APIConfig
	blackHole bool
}

// config is the server that the settings describe.
func (o *settings) config(began time.Time) (imds.Config, error) {
	c := imds.Config{
		Service: o.service, Seed: seed, Began: began, ExpiresIn: o.expiresIn,
		Credentials: throttle.CredentialsOf(o.service),
		Instance:    o.instance, Pod: imds.PodConfig{Tokens: o.pods}, API: o.api,
	}
	c.ECS.Flavour = o.flavour
	if o.lifetime > 0 {
		c.Credentials = throttle.Credentials{Lifetime: o.lifetime, RenewBefore: throttle.RenewBefore(o.lifetime)}
	}
	if o.pending > 0 {
		c.ECS.PendingFor = time.Since(began) + o.pending
	}
	c.Instance.Role = service.DefaultRole
	o.tasks = max(o.tasks, len(o.roles))
	for i := range o.tasks {
		t := imds.Identify(seed, 0, group, i)
		t.Slot, t.Source, t.Hops = i, source(i), o.instance.Hops
		c.Tasks = append(c.Tasks, t)
	}
	c.Settle(o.place, o.roles...)
	limits, err := o.limits()
	if err != nil {
		return c, err
	}
	decides := throttle.Config{
		Seed: draw.Seed(seed), Limits: limits, OnExceed: throttle.OnExceed{Status: o.service.Row().Limit.Status}, Slots: o.tasks, Groups: 1,
	}
	if len(o.answers) > 0 {
		first := throttle.Fault{Name: "answers", Kind: throttle.AnswersFault, Answers: o.answers}
		if err := first.Check(); err != nil {
			return c, err
		}
		decides.Faults = []throttle.Fault{first}
	}
	c.Endpoint = throttle.New(decides)
	return c, nil
}

// source is the loopback address of a task: 127.0.0.1 for the first.
func source(task int) netip.Addr {
	n := uint32(task + 1)
	return netip.AddrFrom4([4]byte{127, byte(n >> 16), byte(n >> 8), byte(n)})
}

// limits are the limit that was asked for, or that of the real service.
func (o *settings) limits() ([]throttle.Limit, error) {
	published := o.service.Row().Limit
	l := throttle.Limit{Rate: throttle.Rate{Tokens: published.PerSecond, Seconds: 1}, Burst: published.Burst}
	switch {
	case o.unlimited:
		return nil, nil
	case o.limit != nil:
		l = *o.limit
	case published.Burst == 0:
		return nil, nil
	}
	if o.scope != nil {
		l.Scope = *o.scope
	} else {
		l.Scope, _ = throttle.ParseScope(published.Scope) // the table is right
	}
	return []throttle.Limit{l}, l.Check()
}

// Service makes it the server of that name: ecs, imds or eks-pod-identity, which hand
// out credentials, or one of the AWS APIs ecr, ecr-dkr, secretsmanager, ssm and logs,
// which knows the calls that a start of a task makes, and those of programs that read
// secrets and parameters and of log drivers. It checks no signature.
func Service(name string) Option {
	return func(o *settings) (err error) {
		o.service, err = service.Parse(name)
		if err != nil {
			err = fmt.Errorf("service %q: %w", name, err)
		}
		return err
	}
}

// Limit is a token bucket in place of the real limit: a rate, such as "40/s", "30/m"
// or "1/h", and a burst.
func Limit(rate string, burst int) Option {
	return func(o *settings) error {
		l, err := readLimit(rate, burst)
		o.limit, o.unlimited = &l, false
		return err
	}
}

// readLimit reads a token bucket.
func readLimit(rate string, burst int) (throttle.Limit, error) {
	r, err := throttle.ParseRate(rate)
	if err != nil {
		return throttle.Limit{}, fmt.Errorf("limit: %w", err)
	}
	l := throttle.Limit{Rate: r, Burst: int64(burst)}
	if err := l.Check(); err != nil {
		return throttle.Limit{}, fmt.Errorf("limit %s, %d: %w", rate, burst, err)
	}
	return l, nil
}

// Unlimited takes the limit away.
func Unlimited() Option {
	return func(o *settings) error { o.unlimited = true; return nil }
}

// Scope says what shares a bucket: host, or tenant, task, ip or path, or several with +
// between them. By default it is as with the real service.
func Scope(text string) Option {
	return func(o *settings) error {
		s, err := throttle.ParseScope(text)
		o.scope = &s
		return err
	}
}

// maxTasks bounds the tasks, each of which has a loopback address.
const maxTasks = 100_000

// Tasks serves that many tasks.
func Tasks(n int) Option {
	return func(o *settings) error {
		if n < 1 || n > maxTasks {
			return fmt.Errorf("%d tasks: want 1 to %d", n, maxTasks)
		}
		o.tasks = n
		return nil
	}
}

// roleARN is how the ARN of a role looks.
// Source: IAM User Guide, reference_identifiers.
var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/([\x21-\x7e]+/)?[A-Za-z0-9_+=,.@-]{1,64}$`)

// Role is the role of the tasks, by its ARN. Of several, each task has the next, and
// there are at least as many tasks. An instance has one.
func Role(arns ...string) Option {
	return func(o *settings) error {
		for _, arn := range arns {
			if !roleARN.MatchString(arn) {
				return fmt.Errorf("role %q: want an ARN, such as arn:aws:iam::111122223333:role/app", arn)
			}
		}
		o.roles = arns
		return nil
	}
}

// Region is where the tasks live, such as eu-central-1.
func Region(name string) Option {
	return func(o *settings) error { o.place.Region = name; return nil }
}

// Lifetime is how long credentials live: whole seconds, six hours by default. The server
// renews them when a sixth of that is left.
func Lifetime(d time.Duration) Option {
	return func(o *settings) error {
		o.lifetime = d
		return whole("lifetime", d)
	}
}

// ExpiresIn is how much life the first credentials have left: whole seconds.
func ExpiresIn(d time.Duration) Option {
	return func(o *settings) error {
		o.expiresIn = d
		return whole("expires in", d)
	}
}

func whole(what string, d time.Duration) error {
	if d < time.Second || d%time.Second != 0 {
		return fmt.Errorf("%s %v: want whole seconds, one or more", what, d)
	}
	return nil
}

// Pending is how long an ECS agent has no credentials yet, as after a restart.
func Pending(d time.Duration) Option {
	return func(o *settings) error { o.pending = d; return nil }
}

// Answers is what the first requests get, one after another, as in Answer.
func Answers(list string) Option {
	return func(o *settings) (err error) {
		o.answers, err = readAnswers(list)
		return err
	}
}

func readAnswers(list string) ([]throttle.Answer, error) {
	all, err := throttle.ParseAnswers(list)
	if err != nil {
		return nil, fmt.Errorf("answers %q: %w", list, err)
	}
	if throttle.RefusesAt(all) > 0 {
		return nil, errors.New("answers: refuse: a port cannot refuse one connection and accept the next: use Restart")
	}
	return all, nil
}

// Fargate makes the tasks of an ECS agent those of Fargate, whose documents differ from
// those on EC2.
func Fargate() Option {
	return func(o *settings) error { o.flavour = service.Fargate; return nil }
}

// TokensRequired makes an instance refuse requests without a session token, so that
// only version 2 of the service is served.
func TokensRequired() Option {
	return func(o *settings) error { o.instance.TokensRequired = true; return nil }
}

// Hops is how far clients are from the metadata service of their instance, 1 by
// default, and 2 in a container; and how far its session tokens go, 1 by default.
func Hops(away, limit int) Option {
	return func(o *settings) error {
		if away < 1 || away > 64 || limit < 1 || limit > 64 {
			return fmt.Errorf("hops %d, %d: want 1 to 64", away, limit)
		}
		o.instance.Hops, o.instance.HopLimit = away, limit
		return nil
	}
}

// TokenLifetime is how long the tokens of pods live: whole seconds, a day by default.
// They are renewed as kubelet does, when a fifth of that is left or somewhat later.
func TokenLifetime(d time.Duration) Option {
	return func(o *settings) error {
		if d < 20*time.Second || d%time.Second != 0 {
			return fmt.Errorf("token lifetime %v: want whole seconds, 20 or more", d)
		}
		o.pods.Lifetime = d
		return nil
	}
}
