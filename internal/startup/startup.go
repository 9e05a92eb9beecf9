// Package startup says what a task of ECS has to reach before the first line of its
// program runs, which way each request goes, what becomes of it in a network, and how
// the task ends if it gets no answer: with which stopped reason, and after how long.
//
// It is a table with a few functions over it. It sends nothing, and knows no clock and no
// profile: package profiles compiles a network into faults of endpoints with it, reports
// count its texts, and diagnosis looks them up.
//
// # Sources
//
// Texts are quoted from public reports and documents; each row names its own. Where no
// public report has a text, it is put together from the format in the source of the ECS
// agent and from the error of the library below it, and the row says Assembled. Names,
// accounts and addresses in texts are ours. All were read on 2026-11-29.
package startup

// Leg is one kind of request that is sent before a task has started.
type Leg uint8

// The legs. The first three are the agent's of an EC2 instance, which can be given no
// task while it is not connected. The last two need no network: they go to a link-local
// address.
const (
	Discover     Leg = iota // where the agent has to poll (DiscoverPollEndpoint)
	Poll                    // the agent's connection over which it is given tasks
	Telemetry               // the agent's connection for metrics
	Secret                  // a secret of Secrets Manager
	Parameter               // parameters of SSM, which are asked for together
	RegistryAuth            // a token of the registry (ECR GetAuthorizationToken)
	LogStream               // a log stream of CloudWatch Logs
	Manifest                // what an image consists of
	Layers                  // the image itself, from S3
	Credentials             // of the task's role
	Metadata                // of the task
	endOfLegs
)

// Spec is what is known of a leg.
type Spec struct {
	Name      string // in profiles and paths
	Title     string // in sentences
	Endpoint  string // its VPC endpoint is com.amazonaws.REGION.Endpoint; "" needs none
	Service   string // its row in package service; "" is the host's own endpoint, or none
	Flow      string // of that row
	Operation string // what a policy has to allow; "" is nothing
	// Denied is the status of a refusal by a policy: the APIs that speak JSON answer an
	// AccessDeniedException with 400, registries and S3 with 403. NotFound is that of
	// something that does not exist.
	// Source: the texts below ("status code: 400"), OCI distribution spec, S3 API reference.
	Denied, NotFound int
	// NoSuch is the code of an answer that something does not exist, of an API that speaks
	// JSON. (SSM answers GetParameters with 200 and a list of the names that it does not
	// know; who asked makes an error of that.)
	NoSuch string
}

var specs = [endOfLegs]Spec{
	Discover:     {"discover", "the agent's call of ECS", "ecs", "", "", "ecs:DiscoverPollEndpoint", 400, 0, ""},
	Poll:         {"poll", "the agent's connection to ECS", "ecs-agent", "", "", "ecs:Poll", 400, 0, ""},
	Telemetry:    {"telemetry", "the agent's connection for metrics", "ecs-telemetry", "", "", "ecs:StartTelemetrySession", 400, 0, ""},
	Secret:       {"secret", "the secret", "secretsmanager", "secretsmanager", "secret", "secretsmanager:GetSecretValue", 400, 400, "ResourceNotFoundException"},
	Parameter:    {"parameter", "the parameters", "ssm", "ssm", "parameters", "ssm:GetParameters", 400, 400, "ParameterNotFound"},
	RegistryAuth: {"registry-auth", "the registry's token", "ecr.api", "ecr", "login", "ecr:GetAuthorizationToken", 400, 0, ""},
	LogStream:    {"log-stream", "the log stream", "logs", "logs", "log-stream", "logs:CreateLogStream", 400, 400, "ResourceNotFoundException"},
	Manifest:     {"manifest", "the image's manifest", "ecr.dkr", "ecr-dkr", "manifest", "ecr:BatchGetImage", 403, 404, ""},
	Layers:       {"layers", "the image's layers", "s3", "s3", "layer", "s3:GetObject", 403, 0, ""},
	Credentials:  {"credentials", "credentials", "", "", "", "", 0, 0, ""},
	Metadata:     {"metadata", "metadata", "", "", "", "", 0, 0, ""},
}

// Legs returns all legs.
func Legs() []Leg {
	all := make([]Leg, endOfLegs)
	for i := range all {
		all[i] = Leg(i)
	}
	return all
}

// Spec returns what is known of the leg.
func (l Leg) Spec() *Spec { return &specs[l] }

// String is the leg's name.
func (l Leg) String() string { return specs[l].Name }
