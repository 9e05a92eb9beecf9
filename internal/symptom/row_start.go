package symptom

// Who writes the texts of starts.
const (
	stopped  = "a stopped reason of ECS"
	fargate  = "a stopped reason of ECS on Fargate"
	onDocker = "a stopped reason of ECS, from agent and Docker (EC2, Fargate 1.3.0)"
	place    = "a reason or event of ECS"
)

// startRows are the texts of starts that fail.
//
// Sources: package startup; Amazon ECS Developer Guide, task_cannot_pull_image,
// resource-initialization-error and stopped-task-error-codes; aws/amazon-ecs-agent
// agent/api/errormessages, agent/taskresource and agent/dockerclient/dockerapi/errors.go;
// github.com/aws/copilot-cli/issues/5927, civiform/civiform#7648 and GiamPy5/terraform-aws-directus#10,
// aws/aws-cdk#12720 (environment files), aws/amazon-ecs-agent#2442, #2954 (containers) and #4825
// (network interfaces).
var startRows = []row{
	{text: "unable to retrieve secret from asm", source: fargate, leg: Secret},
	{text: "unable to retrieve secrets from ssm", source: fargate, leg: Parameter},
	{text: "unable to retrieve ecr registry auth", source: fargate, leg: RegistryAuth},
	{text: "The task cannot pull registry auth from Amazon ECR", source: stopped, leg: RegistryAuth, part: true},
	{text: "The task cannot pull secrets from AWS Systems Manager", source: fargate, leg: Parameter, part: true},
	{text: "The task cannot pull secrets from AWS Secrets Manager", source: fargate, leg: Secret, part: true},
	{text: "The task can't retrieve the secret with ARN", source: stopped, leg: Secret, part: true},
	{text: "unable to pull secrets or registry auth … from secrets manager", source: fargate, leg: Secret},
	{text: "unable to pull secrets or registry auth", source: fargate, leg: RegistryAuth, outer: true},
	{text: "failed to download env files", source: fargate, leg: EnvFile},
	{text: "unable to download env file", source: onDocker, leg: EnvFile},
	{text: "failed to validate logger args", source: fargate, leg: LogStream},
	{text: "failed to initialize logging driver … Cloudwatch", source: stopped, leg: LogStream, part: true},
	{text: "failed to initialize logging driver … NoCredentialProviders", source: stopped, leg: LogStream, causes: []Cause{wrongRole, hopLimit, noRole}},
	{text: "failed to initialize logging driver", source: stopped, leg: LogStream, part: true},
	{text: "failed to create Cloudwatch log", source: onDocker, leg: LogStream, part: true},
	{text: "Fetching secret data from AWS Secrets Manager", source: onDocker, leg: Secret},
	{text: "Fetching secret data from SSM Parameter Store", source: onDocker, leg: Parameter},
	{text: "asm fetching secret from the service for", source: onDocker, leg: Secret},
	{text: "secret resource: unable to find execution role credentials", source: onDocker, leg: Secret, how: Uninitialized, causes: []Cause{rolePolicy, agentAway}},
	{text: "retrieved secret from Secrets Manager did not contain json key", source: onDocker, leg: Secret, how: Missing, causes: []Cause{noVersion, notThere}},
	{text: "CannotPullECRContainerError", source: onDocker, leg: RegistryAuth},
	{text: "CannotPullContainerError … error pulling image configuration", source: onDocker, leg: Layers},
	{text: "CannotPullContainerError … failed to copy", source: fargate, leg: Layers},
	{text: "CannotPullContainerError … toomanyrequests … Rate exceeded", source: onDocker, leg: Manifest, how: Throttled},
	{text: "CannotPullContainerError … httpReaderSeeker", source: fargate, leg: Layers},
	{text: "CannotPullContainerError … failed to unpack", source: fargate, leg: Layers, how: Malformed, causes: []Cause{otherStart, registryDown, diskFull}},
	{text: "CannotPullContainerError … pull image manifest has been retried", source: fargate, leg: Manifest},
	{text: "CannotPullContainerError … failed to resolve ref", source: fargate, leg: Manifest},
	{text: "CannotPullContainerError … write /var/lib/docker", source: onDocker, leg: Layers},
	{text: "CannotPullContainerError … no basic auth credentials", source: onDocker, leg: Manifest, causes: []Cause{rolePolicy, otherAccount, notThere}},
	{text: "CannotPullContainerError … context canceled", source: stopped, leg: Image, how: Deadline},
	{text: "CannotPullContainerAuthError", source: onDocker, leg: Secret},
	{text: "CannotPullImageManifestError", source: onDocker, leg: Manifest},
	{text: "CannotPullContainerError", source: stopped, leg: Image},
	{text: "failed to resolve ref", source: fargate, leg: Manifest, part: true},
	{text: "reached your pull rate limit", source: "Docker Hub", leg: Manifest, how: HubLimit, part: true},
	{text: "failed to invoke EFS utils", source: fargate, leg: Placement, causes: []Cause{noFileSystem}},
	{text: "failed to set up EFS volumes", source: fargate, leg: Placement, causes: []Cause{noFileSystem}},
	{text: "network interface provisioning", source: fargate, leg: Placement, causes: []Cause{noAddresses, noCapacity}},
	{text: "InsufficientFreeAddressesInSubnet", source: place, leg: Placement, causes: []Cause{noAddresses}},
	{text: "Unexpected EC2 error while attempting to", source: place, leg: Placement, causes: []Cause{noAddresses, rolePolicy}},
	{text: "failed to configure ENI", source: fargate, leg: Placement, causes: []Cause{noAddresses}},
	{text: "Capacity is unavailable at this time", source: place, leg: Placement, causes: []Cause{noCapacity}},
	{text: "unable to place a task because", source: place, leg: Placement, causes: []Cause{noCapacity, agentGone}},
	{text: "TaskFailedToStart: AGENT", source: place, leg: Agent, how: NoConnection, causes: []Cause{agentGone, noWay, closed}},
	{text: "TaskFailedToStart: RESOURCE", source: place, leg: Placement, causes: []Cause{noCapacity}},
	{text: "Could not transition to started", source: onDocker, leg: LogStream, how: Deadline, causes: []Cause{noWay, closed, pastEndpoint, slowDaemon}},
	{text: "Could not transition to", source: onDocker, leg: LogStream, how: Deadline, causes: []Cause{slowDaemon, noWay, closed}},
	{text: "failed to create new container runtime task", source: fargate, leg: Program, how: Untold, causes: []Cause{wrongCommand, wrongImage, noFileSystem}},
	{text: "OCI runtime create failed", source: stopped, leg: Program, causes: []Cause{wrongCommand, wrongImage}, part: true},
	{text: "unable to create new container: mount callback failed", source: fargate, leg: Program, causes: []Cause{wrongCommand, noFileSystem}},
	{text: "executable file not found", source: stopped, leg: Program, causes: []Cause{wrongCommand}, part: true},
	{text: "ResourceInitializationError", source: fargate, leg: NoLeg, outer: true, causes: []Cause{noWay, rolePolicy, notThere}},
	{text: "Essential container in task exited", source: stopped, leg: Program, causes: []Cause{programEnded}},
	{text: "failed ELB health checks", source: stopped, leg: Program, causes: []Cause{healthCheck}},
	{text: "Task failed container health checks", source: stopped, leg: Program, causes: []Cause{healthCheck, programEnded}},
	{text: "Container killed due to memory usage", source: stopped, leg: Program, causes: []Cause{programEnded}},
}
