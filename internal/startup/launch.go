package startup

// Launch is who starts a task, which decides the way of its requests and the words of its
// errors.
type Launch uint8

// The kinds of launch. Agents of EC2 instances before 1.25.1 know no VPC endpoints of ECS.
// Source: Amazon ECS Developer Guide, vpc-endpoints.
const (
	Fargate14 Launch = iota // Fargate, platform version 1.4.0 or later
	Fargate13               // Fargate, platform version 1.3.0 or earlier
	EC2                     // an instance with agent 1.25.1 or later
	endOfLaunches
)

var launchNames = [endOfLaunches]string{"fargate-1.4", "fargate-1.3", "ec2"}

// Launches returns all kinds of launch, the default one first.
func Launches() []Launch { return []Launch{Fargate14, Fargate13, EC2} }

// String is the name of the kind in profiles.
func (l Launch) String() string { return launchNames[l] }

// Interface is over which network interface a leg goes.
type Interface uint8

// The interfaces.
const (
	Local       Interface = iota // to a link-local address: no network
	TaskENI                      // the task's own, in the subnet of the service
	FargateENI                   // one of Fargate's, outside the account's network
	Instance                     // that of the EC2 instance
	NoInterface                  // this kind of launch has no such leg
)

var interfaceNames = [...]string{"link-local address", "task ENI", "Fargate ENI", "instance", "none"}

// String is the interface's name in tables.
func (i Interface) String() string { return interfaceNames[i] }

// Way is the interface over which a leg goes.
//
// Up to platform version 1.3.0 a task has two: Fargate asks for the registry's token and
// for secrets over one of its own; layers and logs go over the task's. From 1.4.0 on all
// go over the task's.
// Sources: an AWS employee's answer at stackoverflow.com/q/61265108; AWS Fargate launches
// platform version 1.4.0, aws.amazon.com/blogs/containers (2020-04). That the manifest goes
// with the layers follows from who asks, which is Docker.
func (l Launch) Way(leg Leg) Interface {
	switch {
	case leg == Credentials || leg == Metadata:
		return Local
	case leg <= Telemetry && l != EC2:
		return NoInterface
	case l == EC2:
		return Instance
	case l == Fargate13 && (leg == RegistryAuth || leg == Secret || leg == Parameter):
		return FargateENI
	}
	return TaskENI
}

// ByAgent reports whether the ECS agent itself sends a leg on an EC2 instance; Docker and
// its log driver send the others.
// Source: amazon-ecs-agent agent/ecr, agent/asm, agent/ssm; moby daemon/logger/awslogs.
func (l Leg) ByAgent() bool { return l <= RegistryAuth }

// Order is the legs of a start in their order, those that the kind of launch has.
//
// On 1.4.0 a start without any network ends with the text about its secret, one without
// secrets with that about the registry's token, and one that may do both but nothing else
// with that about its log stream, before its image: so the order is secrets, token, log
// stream, image. On EC2 and before 1.4.0 Docker pulls the image before it creates the
// container, for which the secrets are needed, and opens the log stream as it starts it.
// Sources: hashicorp/terraform-provider-aws#33044 and Releem/releem-agent#195 (secrets
// first); amazon-ecs-agent agent/taskresource/asmsecret and agent/engine (created after
// pulled). Assumed: what the agent may do at the same time is done one by one.
func (l Launch) Order() []Leg {
	switch l {
	case EC2:
		return []Leg{Discover, Poll, Telemetry, RegistryAuth, Manifest, Layers, Secret, Parameter, LogStream, Credentials, Metadata}
	case Fargate13:
		return []Leg{RegistryAuth, Manifest, Layers, Secret, Parameter, LogStream, Credentials, Metadata}
	}
	return []Leg{Secret, Parameter, RegistryAuth, LogStream, Manifest, Layers, Credentials, Metadata}
}
