package symptom

import "tenement/internal/startup"

// Leg is the request that an error is about: to which service, for what.
type Leg uint8

// The legs.
const (
	NoLeg           Leg = iota // the text does not tell
	AnyProvider                // one of the providers of an SDK's chain
	Container                  // credentials of a container, on ECS or EKS
	TaskCredentials            // credentials of a task on ECS
	PodCredentials             // credentials of a pod, from the EKS Pod Identity agent
	EKSAuth                    // that agent's own call
	Instance                   // credentials of an EC2 instance
	WebIdentity                // credentials for a token of OpenID Connect
	TaskMetadata               // metadata of a task
	AWS                        // a call of the application
	Agent                      // the ECS agent's connection to ECS
	RegistryAuth
	Image // manifest or layers
	Manifest
	Layers
	Secret
	Parameter
	EnvFile
	LogStream
	Placement // before the first request: an instance, a network interface, a volume
	Program   // after the last one: the container itself
	endOfLegs
)

// legs are what is known of each.
var legs = [endOfLegs]struct {
	name, title string
	endpoint    string // the VPC endpoint is com.amazonaws.REGION.endpoint
	action      string // what a policy has to allow
	of          Leg    // the wider leg that this is one of
}{
	NoLeg:           {name: "unknown", title: "the text does not say which request"},
	AnyProvider:     {name: "any-provider", title: "some provider of the credentials chain"},
	Container:       {name: "container-credentials", title: "credentials of a container (ECS agent or EKS Pod Identity agent)"},
	TaskCredentials: {name: "task-credentials", title: "credentials of the task's role, from the ECS agent (169.254.170.2)", of: Container},
	PodCredentials:  {name: "pod-credentials", title: "credentials of the pod, from the EKS Pod Identity agent (169.254.170.23)", of: Container},
	EKSAuth:         {name: "eks-auth", title: "the EKS Pod Identity agent's call of EKS Auth", endpoint: "eks-auth", action: "eks-auth:AssumeRoleForPodIdentity"},
	Instance:        {name: "instance-credentials", title: "the instance's metadata and role (IMDS, 169.254.169.254)"},
	WebIdentity:     {name: "web-identity", title: "credentials for a web identity token (STS; IRSA on EKS)", endpoint: "sts", action: "sts:AssumeRoleWithWebIdentity"},
	TaskMetadata:    {name: "task-metadata", title: "metadata of the task, from the ECS agent (169.254.170.2)"},
	AWS:             {name: "aws-api", title: "the application's own call of AWS", endpoint: "SERVICE", action: "the action"},
	Agent:           {name: "agent", title: "the ECS agent's own connection to ECS", endpoint: "ecs, ecs-agent and ecs-telemetry", action: "ecs:DiscoverPollEndpoint"},
	RegistryAuth:    {name: "registry-auth", title: "the registry's token (ECR GetAuthorizationToken)", endpoint: startup.RegistryAuth.Spec().Endpoint, action: startup.RegistryAuth.Spec().Operation},
	Image:           {name: "image", title: "the image, from its registry", endpoint: "ecr.dkr (and s3, for the layers)", action: "ecr:BatchGetImage"},
	Manifest:        {name: "manifest", title: "the image's manifest, from its registry", endpoint: startup.Manifest.Spec().Endpoint, action: startup.Manifest.Spec().Operation, of: Image},
	Layers:          {name: "layers", title: "the image's layers (ECR keeps them in S3)", endpoint: startup.Layers.Spec().Endpoint, action: startup.Layers.Spec().Operation, of: Image},
	Secret:          {name: "secret", title: "a secret, from Secrets Manager", endpoint: startup.Secret.Spec().Endpoint, action: startup.Secret.Spec().Operation},
	Parameter:       {name: "parameter", title: "parameters, from SSM", endpoint: startup.Parameter.Spec().Endpoint, action: startup.Parameter.Spec().Operation},
	EnvFile:         {name: "env-file", title: "an environment file, from S3", endpoint: "s3", action: "s3:GetObject"},
	LogStream:       {name: "log-stream", title: "the log stream (CloudWatch Logs CreateLogStream)", endpoint: startup.LogStream.Spec().Endpoint, action: startup.LogStream.Spec().Operation},
	Placement:       {name: "placement", title: "the place of the task: an instance, a network interface, a volume"},
	Program:         {name: "program", title: "the container's own program, after the start"},
}

// String is the name of a leg.
func (l Leg) String() string { return legs[l].name }

// Title is the leg as a phrase.
func (l Leg) Title() string { return legs[l].title }

// couldBe reports whether an address of other says more about a text of l.
func (l Leg) couldBe(other Leg) bool {
	return l == NoLeg || legs[other].of == l && l != other
}

// inProfiles is the leg of package startup that shows how a leg of a start fails.
func (l Leg) inProfiles() startup.Leg {
	switch l {
	case RegistryAuth:
		return startup.RegistryAuth
	case Secret, EnvFile: // which profiles do not have
		return startup.Secret
	case Parameter:
		return startup.Parameter
	case LogStream:
		return startup.LogStream
	}
	return startup.Manifest
}

// start reports whether a leg is a request of a task's start that goes over a network.
func (l Leg) start() bool { return l >= Agent && l <= LogStream }

// addresses name the leg of a request in its text.
var addresses = []struct {
	text string
	leg  Leg
}{
	{"169.254.170.2", TaskCredentials}, {"169.254.170.2/v2/credentials", TaskCredentials}, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", TaskCredentials},
	{"maximum request limit", TaskCredentials}, {"CredentialsV2Request", TaskCredentials}, {"CredentialsV1Request", TaskCredentials},
	{"169.254.170.2/v3", TaskMetadata}, {"169.254.170.2/v4", TaskMetadata}, {"169.254.170.2/v2/metadata", TaskMetadata}, {"169.254.170.2/v2/stats", TaskMetadata},
	{"169.254.170.23", PodCredentials}, {"fd00:ec2::23", PodCredentials}, {"AWS_CONTAINER_CREDENTIALS_FULL_URI", PodCredentials},
	{"fault: client", PodCredentials}, {"fault: server", PodCredentials}, {"Service account token", PodCredentials}, {"pods.eks.amazonaws.com", PodCredentials},
	{"169.254.169.254", Instance}, {"fd00:ec2::254", Instance}, {"latest/api/token", Instance}, {"latest/meta-data", Instance},
	{"EKS Auth", EKSAuth}, {"api.ecr", RegistryAuth}, {"api.ecr.us", RegistryAuth}, {"dkr.ecr", Manifest},
	{"starport-layer-bucket", Layers}, {"httpReadSeeker", Layers}, {"httpReaderSeeker", Layers}, {"cloudfront.net", Layers},
	{"secretsmanager", Secret}, {"ssm", Parameter}, {"https://logs", LogStream}, {"https://sts", WebIdentity},
	{"amazonaws.com", AWS}, {"api.aws", AWS},
}
