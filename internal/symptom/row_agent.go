package symptom

// Who writes the texts of agents and tools.
const (
	ecsAgent  = "the ECS agent (its log, or its answer)"
	efsUtils  = "efs-utils (the mount of a file system)"
	csiDriver = "the Secrets Store CSI driver"
	fluentBit = "Fluent Bit (FireLens)"
	podAgent  = "the EKS Pod Identity agent (its log, or its answer)"
)

// agentRows are the texts of the ECS agent.
//
// Source: aws/amazon-ecs-agent 1.105.1, ecs-agent/tmds, agent/handlers, ecs-agent/acs/session,
// ecs-agent/tcs/handler, ecs-agent/api/ecs/client, agent/config; its audit log; the older
// texts in aws/amazon-ecs-agent#1780 and coreos/bugs#1574.
var agentRows = []row{
	{text: "CredentialsUninitialized", source: ecsAgent, leg: TaskCredentials, how: Uninitialized, part: true},
	{text: "Credentials uninitialized for ID", source: ecsAgent, leg: TaskCredentials, how: Uninitialized, part: true},
	{text: "InvalidIdInRequest", source: ecsAgent, leg: TaskCredentials, how: UnknownID, part: true},
	{text: "NoIdInRequest", source: ecsAgent, leg: TaskCredentials, how: UnknownID, part: true},
	{text: "CredentialsV2Request: ID not found", source: ecsAgent, leg: TaskCredentials, how: UnknownID, part: true},
	{text: "CredentialsV2Request: Credentials not found", source: ecsAgent, leg: TaskCredentials, how: UnknownID, part: true},
	{text: "CredentialsV1Request: Credentials not found", source: ecsAgent, leg: TaskCredentials, how: UnknownID, part: true},
	{text: "Error processing credential request", source: ecsAgent, leg: TaskCredentials, how: UnknownID},
	{text: "GetCredentialsInvalidRoleType", source: ecsAgent, leg: TaskCredentials, how: UnknownID},
	{text: "429 … /v2/credentials", source: "the ECS agent's audit log", leg: TaskCredentials, how: Throttled, near: 20},
	{text: "429 … /v4", source: "the ECS agent's audit log", leg: TaskMetadata, how: Throttled, near: 20},
	{text: "429 … /v3", source: "the ECS agent's audit log", leg: TaskMetadata, how: Throttled, near: 20},
	{text: "Invalid values for rate limits", source: ecsAgent, leg: TaskCredentials, how: Throttled, causes: []Cause{ownClients, neighbours}},
	{text: "ListTagsForResource throttled", source: ecsAgent, leg: TaskMetadata, how: Throttled, causes: []Cause{slowAgent, hungUp}, part: true},
	{text: "Task Metadata error: unable to get", source: ecsAgent, leg: TaskMetadata, how: Untold, causes: []Cause{slowAgent, wrongPath}},
	{text: "metadata handler: unable to get", source: ecsAgent, leg: TaskMetadata, how: Missing, part: true},
	{text: "stats handler: unable to get", source: ecsAgent, leg: TaskMetadata, how: Missing, part: true},
	{text: "unable to get task arn from request", source: ecsAgent, leg: TaskMetadata, how: Missing, part: true},
	{text: "unable to associate … with task", source: ecsAgent, leg: TaskMetadata, how: UnknownID, part: true},
	{text: "HTTP response status code is … request type is: credentials", source: ecsAgent, leg: TaskCredentials},
	{text: "HTTP response status code is", source: ecsAgent, leg: TaskMetadata},
	{text: "Failed to set up Task Metadata Server", source: ecsAgent, leg: TaskCredentials, how: Refused, causes: []Cause{agentAway, nobodyThere}},
	{text: "Unable to discover poll endpoint", source: ecsAgent, leg: Agent},
	{text: "Failed to connect to ACS", source: ecsAgent, leg: Agent},
	{text: "Unable to register as a container instance", source: ecsAgent, leg: Agent},
	{text: "Error registering container instance", source: ecsAgent, leg: Agent},
	{text: "Error getting valid credentials … NoCredentialProviders", source: ecsAgent, leg: Instance, causes: noInstanceRole},
	{text: "Could not register module", source: ecsAgent, leg: Agent},
	{text: "Could not register … NoCredentialProviders", source: ecsAgent, leg: Instance, causes: noInstanceRole},
	{text: "Unable to register as a container instance … NoCredentialProviders", source: ecsAgent, leg: Instance, causes: noInstanceRole},
	{text: "Unable to discover poll endpoint … NoCredentialProviders", source: ecsAgent, leg: Instance, causes: noInstanceRole},
	{text: "Error getting valid credentials", source: ecsAgent, leg: Instance, outer: true},
	{text: "Error getting ECS instance credentials", source: ecsAgent, leg: Instance, outer: true},
	{text: "Retrieving credentials failed", source: ecsAgent, leg: Instance, outer: true},
	{text: "Error accessing the EC2 Metadata Service", source: ecsAgent, leg: Instance},
	{text: "Unable to communicate with EC2 Metadata service", source: ecsAgent, leg: Instance},
	{text: "Unable to access EC2 Metadata service", source: ecsAgent, leg: Instance},
	{text: "Unable to get instance identity", source: ecsAgent, leg: Instance},
	{text: "Error getting message from acs", source: ecsAgent, leg: Agent},
	{text: "Failed to retrieve AWS security credentials using lookup method: ecs", source: efsUtils, leg: TaskCredentials, causes: []Cause{unknownTask, hiddenThrottle, agentAway}},
	{text: "Unable to acquire ECR credentials", source: ecsAgent, leg: RegistryAuth},
	{text: "Unable to acquire Docker registry credentials", source: ecsAgent, leg: Secret},
}

// noInstanceRole are the causes for which the agent has no credentials of its own.
var noInstanceRole = []Cause{noRole, notTheAgent, roleTrust}

// podRows are the texts of the EKS Pod Identity agent.
//
// Source: aws/eks-pod-identity-agent 0.1.37, internal/validation/request.go,
// internal/credsretriever/refreshing_cache.go, internal/cloud/eksauth/service.go and
// pkg/errors/errors.go; its issues 50, 89 and 92.
var podRows = []row{
	{text: "unable to fetch credentials from EKS Auth", source: podAgent, leg: EKSAuth, part: true},
	{text: "operation error EKS Auth", source: podAgent, leg: EKSAuth, part: true},
	{text: "Service account token cannot be empty", source: podAgent, leg: PodCredentials, how: Bad, causes: []Cause{oldSDK, podToken}, part: true},
	{text: "Service account token cannot be parsed", source: podAgent, leg: PodCredentials, how: Bad, part: true},
	{text: "Service account token failed basic claim validations", source: podAgent, leg: PodCredentials, part: true},
	{text: "Called agent through invalid address", source: podAgent, leg: PodCredentials, how: Denied, causes: []Cause{wrongPath, notTheAgent}, part: true},
	{text: "fetched credentials are expired or will expire", source: podAgent, leg: PodCredentials, how: Expired, part: true},
	{text: "Could not renew, will try to keep existing creds", source: podAgent, leg: EKSAuth},
	{text: "Rate limited! Will try to keep creds locally", source: podAgent, leg: EKSAuth, how: Throttled},
	{text: "Removing credentials from cache, got non recoverable error", source: podAgent, leg: EKSAuth},
	{text: "Failed to complete active request in", source: podAgent, leg: EKSAuth, how: Throttled},
	{text: "Error fetching credentials: error getting credentials to cache", source: podAgent, leg: EKSAuth, outer: true},
	{text: "EKS does not have permissions to assume the associated role", source: podAgent, leg: PodCredentials, how: Denied, part: true},
	{text: "HTTP request to pod identity agent failed", source: csiDriver, leg: PodCredentials},
}

// toolRows are the texts of programs with an SDK of their own, or none.
//
// Source: the reports that field_test.go names.
var toolRows = []row{
	{text: "An IAM role must be associated with service account", source: csiDriver, leg: WebIdentity, causes: []Cause{webToken, association}},
	{text: "Failed fetching secret", source: csiDriver, leg: Secret},
	{text: "Provider returned no credentials", source: fluentBit, leg: AnyProvider},
	{text: "Could not retrieve ec2 metadata from IMDS", source: fluentBit, leg: Instance},
	{text: "STS assume role request failed", source: fluentBit, leg: WebIdentity},
	{text: "EcsContainer was specified as the credential_source, but … was not set", source: "Terraform's provider of AWS", leg: TaskCredentials, causes: []Cause{noCredentials}, near: 80},
	{text: "No AWS Credentials provided by", source: "Hadoop (S3A)", preset: "aws-sdk-java-v2", leg: AnyProvider},
	{text: "Instance Meta Error", source: "ExAws", leg: Instance},
	{text: "unsuccessful EFS utils command execution", source: efsUtils, leg: Placement, causes: []Cause{noFileSystem}, part: true},
	{text: "check that your file system ID is correct", source: efsUtils, leg: Placement, causes: []Cause{noFileSystem}, part: true},
	{text: "Waiter TasksRunning failed", source: "the AWS CLI", leg: Program, causes: []Cause{seeReason}},
	{text: "Waiter ServicesStable failed", source: "the AWS CLI", leg: Program, causes: []Cause{seeReason}},
}
