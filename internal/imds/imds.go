// Package imds is the wire: it imitates the servers that hand a task its
// credentials and metadata, and the AWS APIs that it needs before it starts. To a
// client the answers are the same to the byte. The package owns documents, errors and
// headers. Package throttle decides what a request beyond a limit is answered, and
// when; this package carries the verdict out.
//
// Each service is a surface (ecs.go, ec2.go, pod_identity.go, api.go, api_registry.go).
// All surfaces share one gate, which asks the limiter and holds each answer until it is
// due. Every credential served is visibly fake.
package imds

import (
	"cmp"
	"io"
	"net/http"
	"time"

	"tenement/internal/redact"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Config describes a server. The zero Config is an ECS agent that knows no task
// and has no limit.
type Config struct {
	// Service is which kind of server it is.
	Service service.Service
	// Endpoint decides; nil admits everything at once. The server owns it: no
	// other code may call it. Its Slots and Groups must cover the
	// Slot and GroupNumber of every task.
	Endpoint *throttle.Endpoint

	Tasks []Task
	// Registered are further credentials IDs or endpoint IDs that are known,
	// such as those that a trace names. They belong to the task that asks.
	Registered []string
	// Place is what the documents name as account and region; see Settle, which
	// sets it.
	Place Place
	// InstanceTags are the tags of the instance that all tasks are on: the
	// container instance of ECS, and that whose metadata IMDS serves.
	InstanceTags map[string]string

	// What only one service uses.
	ECS      ECSConfig
	Instance Instance
	Pod      PodConfig
	API      APIConfig

	// KeepAlive is how long an idle connection is kept; 0 closes each after its
	// answer. Nil is as the service does.
	KeepAlive *time.Duration
	// MaxConnections is how many connections a Port holds at a time; one more
	// is reset as soon as it is accepted. 0 means no limit.
	MaxConnections int

	// OnRequest is called for every request that the server has read, when it is
	// known what becomes of it: before the answer is written, so that a client that
	// has its answer can rely on it. It is called from many goroutines, and the
	// request waits for it.
	OnRequest func(Request)
	// OnPort is called when a restart closes the port, and when it opens it again.
	OnPort func(at time.Duration, open bool)
	// OnRefusal is called for every request that is turned away or hit by a
	// fault, even one that only delays it. It is called from many goroutines,
	// and the request waits for it.
	OnRefusal func(Refusal)
	// Secrets takes what was issued out of what the server tells of requests.
	// Servers of one process share one, from NewSecrets, because a client may show
	// one of them what another has issued. Nil is one of the server's own.
	Secrets *redact.Redactor

	// Seed keys the values of credentials and documents, and whose pod a
	// token names.
	Seed uint64
	// Credentials is the life of the credentials; a Lifetime of 0 means
	// that of the service. Expirations are served in whole seconds, rounded
	// down, as the agent's are.
	Credentials throttle.Credentials
	// ExpiresIn is how much life the credentials have left that are served first, and
	// first after a reset; 0 is a whole Lifetime.
	ExpiresIn time.Duration
	// Began is t = 0 of the run: a whole second, so that expirations are
	// exact, with its monotonic reading, so that a step of the wall clock is
	// not seen. Zero means the second that is running.
	Began time.Time

	cycle *cycle // of the Credentials, which the surface and the handler share
}

// ECSConfig is the configuration that only an ECS agent has. The zero ECSConfig is an agent on
// EC2 whose tasks belong to services.
type ECSConfig struct {
	// Flavour is whose task metadata it is.
	Flavour service.Flavour
	// PendingFor is how long after Began no task has credentials yet, as after
	// a restart of the agent.
	PendingFor time.Duration
	// Tags are those of every task, which the documents with tags add.
	Tags map[string]string
	// Associations are those of every task.
	Associations []Association
	// Standalone tasks belong to no service: metadata names none, and they
	// cannot be protected from scaling in.
	Standalone bool
	// Audit gets the audit log, if it is not nil: one Write for each entry,
	// one at a time. The request waits for it, so it should not take long. An
	// error of Write is ignored.
	Audit io.Writer
}

// PodConfig is the configuration that only a Pod Identity agent has.
type PodConfig struct {
	// Tokens is the life of the tokens that pods show, for callers that make
	// some with PodToken; the server takes any token that says whose it is.
	Tokens throttle.PodTokens
	// StrictHost holds requests to the addresses of the agent: the names that a
	// server on a loopback address has are then refused, as the agent would.
	StrictHost bool
}

// withDefaults is the Config with every zero that means something else
// replaced.
func (c Config) withDefaults() Config {
	if c.Endpoint == nil {
		c.Endpoint = throttle.New(throttle.Config{Groups: c.groups(), Slots: c.slots()})
	}
	if c.Credentials.Lifetime == 0 {
		c.Credentials = throttle.CredentialsOf(c.Service)
	}
	if c.KeepAlive == nil {
		own := c.Service.Row().KeepAlive
		c.KeepAlive = &own
	}
	if c.Began.IsZero() {
		c.Began = WholeSecond(time.Now())
	}
	return c
}

// WholeSecond is the second that is running at now, with the monotonic reading
// of now, which Truncate would lose: an instant for a run to begin at.
func WholeSecond(now time.Time) time.Time { return now.Add(-time.Duration(now.Nanosecond())) }

// groups is how many groups the tasks are of.
func (c Config) groups() int {
	n := 0
	for i := range c.Tasks {
		n = max(n, c.Tasks[i].GroupNumber+1)
	}
	return n
}

// slots is how many slots the tasks are in.
func (c Config) slots() int {
	n := 0
	for i := range c.Tasks {
		n = max(n, c.Tasks[i].Slot+1)
	}
	return n
}

// The patience of the servers, which set a read timeout and a write timeout.
// Source: amazon-ecs-agent agent/handlers/task_server_setup.go and
// eks-pod-identity-agent pkg/server/server.go.
const agentTimeout = 5 * time.Second

var patience = [...]time.Duration{
	service.ECS: agentTimeout, service.IMDS: agentTimeout, service.PodIdentity: 30 * time.Second,
	service.ECR: agentTimeout, service.ECRDocker: agentTimeout, service.S3: agentTimeout,
	service.SecretsManager: agentTimeout, service.SSM: agentTimeout, service.Logs: agentTimeout,
}

// Server is an HTTP server for a handler of this package. It waits for headers as
// long as the real server does; where that is not known, as long as the ECS agent
// does. It keeps idle connections as long as the handler's Config says.
//
// It has no write timeout. The agent's would cut every answer that a delay, a
// drop or a slow profile holds back for more than 5 s, and how long clients wait
// for such answers is the question. It has no read timeout either, because
// net/http applies that to the wait too.
//
// Headers beyond maxHeader are answered with 431. The agent takes Go's 1 MiB. No
// client needs that much, and ten thousand connections would exhaust the memory
// of a test machine.
func Server(h http.Handler) *http.Server {
	wait := agentTimeout
	idle := wait
	if own, ok := h.(*Handler); ok {
		wait = patience[own.service]
		idle = cmp.Or(own.keepAlive, wait)
	}
	return &http.Server{Handler: h, ReadHeaderTimeout: wait, IdleTimeout: idle, MaxHeaderBytes: maxHeader}
}

// maxHeader bounds a request line with its headers; net/http adds 4 KiB.
const maxHeader = 64 << 10
