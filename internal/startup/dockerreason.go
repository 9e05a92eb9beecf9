package startup

// The beginnings of texts of Docker and the ECS agent.
const (
	daemon     = "Error response from daemon: "
	cannotPull = "CannotPullContainerError: "
	cannotAuth = "CannotPullECRContainerError: "
	asmSecret  = "Fetching secret data from AWS Secrets Manager in region " + region + ": secret " + secretARN + ": "
	ssmSecret  = "Fetching secret data from SSM Parameter Store in " + region + ": "
	cannotLog  = "CannotStartContainerError: " + daemon + "failed to initialize logging driver: failed to create Cloudwatch log stream: "
	sendFailed = "RequestError: send request failed caused by: Post "
	accessPull = "pull access denied for " + registry + "/app, repository does not exist or may require 'docker login': denied: "
	// notConnected is the reason of an instance whose agent is not connected.
	notConnected = "TaskFailedToStart: AGENT"
)

// agentLost are the causes for which an agent is not connected.
var agentLost = append(append([]Cause{}, silent...), refused...)

// dockerRows are the texts of EC2 instances and of platform versions before 1.4.0, which
// are those of the ECS agent and of Docker. On EC2 the agent's own calls time out after 5 s
// each (amazon-ecs-agent agent/ecr/factory.go: roundtripTimeout), which is why their
// errors are those of a client.
var dockerRows = []Row{
	{Launches: onEC2, Leg: Discover, Causes: agentLost, Text: notConnected, Sources: []string{agentSource}},
	{Launches: onEC2, Leg: Poll, Causes: agentLost, Text: notConnected, Sources: []string{agentSource}},
	{Launches: onEC2, Leg: Telemetry, Causes: agentLost, Text: notConnected, Sources: []string{agentSource}, Assembled: true},
	{
		Launches: onEC2, Leg: RegistryAuth, Causes: silent, Retries: 3,
		Text:    cannotAuth + sendFailed + `"https://api.ecr.` + region + `.amazonaws.com/": ` + clientTimeout,
		Sources: []string{agentErrors},
		Also: []string{
			cannotAuth + sendFailed + "https://api.ecr." + region + ".amazonaws.com/: " + ioTimeout,
			"CannotPullECRContainerError: The task cannot pull registry auth from Amazon ECR: " + connection("Amazon ECR") + sendFailed + `"https://api.ecr.` + region + `.amazonaws.com/": ` + clientTimeout,
		},
	},
	{
		Launches: dockers, Leg: RegistryAuth, Causes: byRole, Retries: 1,
		Text:    cannotAuth + denied("ecr:GetAuthorizationToken", "*", byIdentity),
		Sources: []string{"https://repost.aws/knowledge-center/ecs-pull-container-error"},
	},
	{
		Launches: onEC2, Leg: RegistryAuth, Causes: byVPC, Retries: 1,
		Text:    cannotAuth + denied("ecr:GetAuthorizationToken", "*", byEndpoint),
		Sources: []string{"https://repost.aws/knowledge-center/ecs-pull-container-error"},
	},
	{
		Launches: onEC2, Leg: Manifest, Causes: silent, Retries: 5,
		Text:    cannotPull + daemon + `Get "https://` + registry + `/v2/": ` + clientTimeout,
		Sources: []string{pullSource},
		Also:    []string{cannotPull + daemon + `Get "https://` + registry + `/v2/": ` + ioTimeout, cannotPull + "context canceled"},
	},
	{
		Launches: before14, Leg: Manifest, Causes: silent, Retries: 5,
		Text:    cannotPull + "API error (500): Get https://" + registry + "/v2/: " + clientTimeout,
		Sources: []string{"https://github.com/aws/amazon-ecs-agent/issues/1680", pullSource},
	},
	{
		Launches: dockers, Leg: Manifest, Causes: byRole, Retries: 1,
		Text:    cannotPull + daemon + accessPull + "User: " + session + " is not authorized to perform: ecr:BatchGetImage on resource: " + repository + " because no identity-based policy allows the ecr:BatchGetImage action",
		Sources: []string{agentErrors},
		Also: []string{cannotPull + "Check if image exists and role 'ecsTaskExecutionRole' has permissions to pull images from Amazon ECR. " + daemon + accessPull +
			"User: " + session + " is not authorized to perform: ecr:BatchGetImage on resource: " + repository + " because no identity-based policy allows the ecr:BatchGetImage action"},
	},
	{
		Launches: dockers, Leg: Manifest, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    cannotPull + daemon + accessPull + "User: " + session + " is not authorized to perform: ecr:BatchGetImage on resource: " + repository + " because no VPC endpoint policy allows the ecr:BatchGetImage action",
		Sources: []string{agentErrors},
	},
	{
		Launches: onEC2, Leg: Manifest, Causes: missing, Retries: 1,
		Text:    cannotPull + daemon + "manifest for " + image + " not found: manifest unknown: Requested image not found",
		Sources: []string{"https://repost.aws/knowledge-center/ecs-pull-container-error"},
	},
	{
		Launches: before14, Leg: Manifest, Causes: missing, Retries: 1,
		Text:    cannotPull + "API error (404): repository " + registry + "/app not found",
		Sources: []string{pullSource},
	},
	{
		Launches: dockers, Leg: Layers, Causes: silent, Retries: 5,
		Text:    cannotPull + "error pulling image configuration: Get " + layer + ": " + ioTimeout,
		Sources: []string{"https://7thzero.com/blog/limiting-outbound-egress-traffic-while-using-aws-fargate-and-ecr"},
		Also:    []string{cannotPull + daemon + "error pulling image configuration: download failed after attempts=6: " + ioTimeout},
	},
	{
		Launches: dockers, Leg: Layers, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    cannotPull + "error pulling image configuration: error parsing HTTP 403 response body: invalid character '<' looking for beginning of value",
		Sources: []string{pullSource},
	},
	{
		Launches: onEC2, Leg: Secret, Causes: silent, Retries: 3, Assembled: true,
		Text:    asmSecret + sendFailed + `"https://secretsmanager.` + region + `.amazonaws.com/": ` + clientTimeout,
		Sources: []string{"https://github.com/aws/amazon-ecs-agent/blob/master/agent/taskresource/asmsecret/asmsecret.go"},
	},
	{
		Launches: dockers, Leg: Secret, Causes: byRole, Retries: 1,
		Text:    asmSecret + denied("secretsmanager:GetSecretValue", secretARN, byIdentity),
		Sources: []string{"https://docs.newrelic.com/docs/infrastructure/elastic-container-service-integration/troubleshooting/"},
	},
	{
		Launches: onEC2, Leg: Secret, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    asmSecret + denied("secretsmanager:GetSecretValue", secretARN, byEndpoint),
		Sources: []string{"https://github.com/aws/amazon-ecs-agent/blob/master/agent/taskresource/asmsecret/asmsecret.go"},
	},
	{
		Launches: dockers, Leg: Secret, Causes: missing, Retries: 1,
		Text:    asmSecret + "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-not-found-error.html"},
		Also: []string{asmSecret + "ResourceNotFoundException: The task can't retrieve the secret with ARN '" + secretARN +
			"' from AWS Secrets Manager. Check whether the secret exists in the specified Region"},
	},
	{
		Launches: onEC2, Leg: Parameter, Causes: silent, Retries: 3, Assembled: true,
		Text:    ssmSecret + sendFailed + `"https://ssm.` + region + `.amazonaws.com/": ` + clientTimeout,
		Sources: []string{ssmSource},
	},
	{
		Launches: dockers, Leg: Parameter, Causes: byRole, Retries: 1,
		Text:    ssmSecret + denied("ssm:GetParameters", paramARN, byIdentity),
		Sources: []string{ssmSource},
	},
	{
		Launches: onEC2, Leg: Parameter, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    ssmSecret + denied("ssm:GetParameters", paramARN, byEndpoint),
		Sources: []string{ssmSource},
	},
	{
		Launches: dockers, Leg: Parameter, Causes: missing, Retries: 1,
		Text:    ssmSecret + "invalid parameters: " + parameter,
		Sources: []string{ssmSource},
	},
	{
		Launches: dockers, Leg: LogStream, Causes: silent, Retries: 5,
		Text:    cannotLog + sendFailed + "https://logs." + region + ".amazonaws.com/: " + ioTimeout,
		Sources: []string{"https://github.com/aws/amazon-ecs-agent/issues/1088"},
		Also:    []string{"DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s"},
	},
	{
		Launches: dockers, Leg: LogStream, Causes: byRole, Retries: 1,
		Text:    cannotLog + denied("logs:CreateLogStream", streamARN, byIdentity),
		Sources: []string{"https://github.com/aws/aws-cdk/issues/5954"},
	},
	{
		Launches: dockers, Leg: LogStream, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    cannotLog + denied("logs:CreateLogStream", streamARN, byEndpoint),
		Sources: []string{"https://github.com/aws/aws-cdk/issues/5954"},
	},
	{
		Launches: dockers, Leg: LogStream, Causes: missing, Retries: 1,
		Text:    cannotLog + "ResourceNotFoundException: The specified log group does not exist.",
		Sources: []string{"https://github.com/Rayraegah/terraform-aws-hasura/issues/25"},
		Also:    []string{cannotLog + "ResourceNotFoundException: The specified log group does not exist. status code: 400"},
	},
}

// Sources of several rows.
const (
	agentSource = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html"
	agentErrors = "https://github.com/aws/amazon-ecs-agent/pull/4181"
	pullSource  = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html"
	ssmSource   = "https://github.com/aws/amazon-ecs-agent/blob/master/agent/taskresource/ssmsecret/ssmsecret.go"
)
