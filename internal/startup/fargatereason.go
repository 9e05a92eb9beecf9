package startup

// The beginnings of texts of Fargate 1.4.0: those of 2020 to 2023, which most reports have.
const (
	pull      = "ResourceInitializationError: unable to pull secrets or registry auth: "
	execution = pull + "execution resource retrieval failed: "
	fromASM   = execution + "unable to retrieve secret from asm: service call has been retried "
	fromSSM   = execution + "unable to retrieve secrets from ssm: service call has been retried "
	fromECR   = execution + "unable to retrieve ecr registry auth: service call has been retried "
	fetch     = "failed to fetch secret " + secretARN + " from secrets manager: "
	logger    = "ResourceInitializationError: failed to validate logger args: "
	stream    = logger + "create stream has been retried 1 times: failed to create Cloudwatch log stream: "
	manifest  = "CannotPullContainerError: pull image manifest has been retried "
	resolve   = " time(s): failed to resolve ref " + image + ": "
	copying   = "CannotPullContainerError: ref pull has been retried "
	opening   = " time(s): failed to copy: httpReadSeeker: failed open: "
)

// fargateRows are the texts of platform version 1.4.0 and later.
var fargateRows = []Row{
	{
		Launches: containerd, Leg: Secret, Causes: silent, Retries: 5,
		Text:    fromASM + "5 time(s): " + fetch + deadlineExceeded,
		Sources: []string{"https://github.com/Releem/releem-agent/issues/195", "https://github.com/aws-samples/dataops-platform-airflow-dbt/issues/12"},
		Also: []string{
			fromASM + "5 time(s): " + fetch + deadlineExceeded + checkNetwork,
			pull + "unable to retrieve secret from asm: " + connection("AWS Secrets Manager") + fetch + deadlineExceeded,
			pull + "unable to retrieve secret from asm: " + connection("AWS Secrets Manager") + fetch +
				"operation error Secrets Manager: GetSecretValue, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded",
		},
	},
	{
		Launches: containerd, Leg: Secret, Causes: byRole, Retries: 1,
		Text:    fromASM + "1 time(s): " + fetch + denied("secretsmanager:GetSecretValue", secretARN, byIdentity),
		Sources: []string{"https://github.com/aws/copilot-cli/issues/3104", "https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets"},
		Also:    []string{fromASM + "1 time(s): AccessDeniedException: User: " + session + " is not authorized to perform: secretsmanager:GetSecretValue on resource: " + secretARN},
	},
	{
		Launches: containerd, Leg: Secret, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    fromASM + "1 time(s): " + fetch + denied("secretsmanager:GetSecretValue", secretARN, byEndpoint),
		Sources: []string{"https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets"},
	},
	{
		Launches: containerd, Leg: Secret, Causes: missing, Retries: 1,
		Text:    fromASM + "1 time(s): " + fetch + "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html"},
		Also: []string{
			fromASM + "1 time(s): " + fetch + "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
			"ResourceInitializationError: The task can't retrieve the secret with ARN '" + secretARN + "' from AWS Secrets Manager. Check that the secret ARN is correct. ResourceNotFoundException: Secrets Manager can't find the specified secret.",
		},
	},
	{
		Launches: containerd, Leg: Parameter, Causes: silent, Retries: 5,
		Text:    fromSSM + "5 time(s): " + deadlineExceeded,
		Sources: []string{"https://github.com/hashicorp/terraform-provider-aws/issues/33044", "https://github.com/umotif-public/terraform-aws-ecs-fargate/issues/50"},
		Also: []string{
			fromSSM + "5 time(s): " + deadlineExceeded + checkNetwork,
			pull + "unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. " +
				connection("AWS Systems Manager Parameter Store") + deadlineExceeded,
		},
	},
	{
		Launches: containerd, Leg: Parameter, Causes: byRole, Retries: 1,
		Text:    fromSSM + "1 time(s): " + denied("ssm:GetParameters", paramARN, byIdentity),
		Sources: []string{"https://github.com/aws/copilot-cli/issues/3104"},
	},
	{
		Launches: containerd, Leg: Parameter, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    fromSSM + "1 time(s): " + denied("ssm:GetParameters", paramARN, byEndpoint),
		Sources: []string{"https://github.com/aws/copilot-cli/issues/3104"},
	},
	{
		Launches: containerd, Leg: Parameter, Causes: missing, Retries: 1,
		Text:    fromSSM + "1 time(s): invalid ssm parameters: " + parameter,
		Sources: []string{"https://github.com/aws/copilot-cli/issues/2095"},
	},
	{
		Launches: containerd, Leg: RegistryAuth, Causes: silent, Retries: 3,
		Text:    fromECR + `3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.` + region + `.amazonaws.com/": ` + ioTimeout,
		Sources: []string{"https://github.com/doctorray117/minecraft-ondemand/issues/74"},
		Also: []string{
			fromECR + `3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.` + region + `.amazonaws.com/": ` + ioTimeout + checkNetwork,
			fromECR + `5 time(s): RequestError: send request failed caused by: Post https://api.ecr....`,
			fromECR + `1 time(s): RequestError: send request failed caused by: Post https://api.ecr....`,
			pull + "The task cannot pull registry auth from Amazon ECR: " + connection("Amazon ECR") +
				`RequestError: send request failed caused by: Post "https://api.ecr.` + region + `.amazonaws.com/": ` + ioTimeout,
			pull + "The task cannot pull registry auth from Amazon ECR: " + connection("Amazon ECR") +
				`operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://api.ecr.` + region + `.amazonaws.com/": ` + ioTimeout,
		},
	},
	{
		Launches: containerd, Leg: RegistryAuth, Causes: byRole, Retries: 1,
		Text:    fromECR + "1 time(s): " + denied("ecr:GetAuthorizationToken", "*", byIdentity),
		Sources: []string{"https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets"},
		Also: []string{fromECR + "1 time(s): operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, RequestID: 0a1b2c, api error " +
			denied("ecr:GetAuthorizationToken", "*", byIdentity)},
	},
	{
		Launches: containerd, Leg: RegistryAuth, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    fromECR + "1 time(s): " + denied("ecr:GetAuthorizationToken", "*", byEndpoint),
		Sources: []string{"https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets"},
	},
	{
		Launches: containerd, Leg: LogStream, Causes: silent, Retries: 5,
		Text:    logger + ": signal: killed",
		Sources: []string{"https://github.com/civiform/civiform/issues/7648"},
		Also: []string{
			logger + "The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed",
			"ResourceInitializationError: failed to initialize logging driver: " + deadlineExceeded,
		},
	},
	{
		Launches: containerd, Leg: LogStream, Causes: byRole, Retries: 1,
		Text:    stream + denied("logs:CreateLogStream", streamARN, byIdentity),
		Sources: []string{"https://github.com/doctorray117/minecraft-ondemand/issues/12"},
		Also: []string{
			stream + "operation error CloudWatch Logs: CreateLogStream, https response error StatusCode: 400, api error " + denied("logs:CreateLogStream", streamARN, byIdentity),
			logger + "create stream has been retried 1 times: failed to create Cloudwatch log group: " + denied("logs:CreateLogGroup", streamARN, byIdentity),
		},
	},
	{
		Launches: containerd, Leg: LogStream, Causes: byVPC, Retries: 1, Assembled: true,
		Text:    stream + denied("logs:CreateLogStream", streamARN, byEndpoint),
		Sources: []string{"https://github.com/doctorray117/minecraft-ondemand/issues/12"},
	},
	{
		Launches: containerd, Leg: LogStream, Causes: missing, Retries: 1,
		Text:    stream + "ResourceNotFoundException: The specified log group does not exist.",
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html"},
		Also:    []string{"ResourceInitializationError: failed to initialize logging driver: ResourceNotFoundException: The specified log group does not exist."},
	},
	{
		Launches: containerd, Leg: Manifest, Causes: silent, Retries: 5,
		Text:    manifest + "5" + resolve + `failed to do request: Head "https://` + registry + `/v2/app/manifests/1": ` + ioTimeout,
		Sources: []string{"https://github.com/deepfence/terraform-aws-cloud-scanner/issues/13", "https://github.com/ActionIQ/terraform-aws-retool-ecs-fargate/issues/20"},
		Also: []string{
			"CannotPullContainerError: inspect image has been retried 5 time(s): failed to resolve ref \"" + image + "\": failed to do request: Head https://" + registry + "/v2/app/manifests/1: " + ioTimeout,
			"CannotPullContainerError: The task cannot pull 'app' from the Amazon ECR repository '" + registry + "/app'. " + connection("Amazon ECR") +
				`failed to resolve ref ` + image + `: failed to do request: Head "https://` + registry + `/v2/app/manifests/1": ` + ioTimeout,
		},
	},
	{
		Launches: containerd, Leg: Manifest, Causes: refused, Retries: 1,
		Text:    manifest + "1" + resolve + "pulling from host " + registry + " failed with status code [manifests 1]: 403 Forbidden",
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html"},
		Also: []string{
			"CannotPullContainerError: The task can't pull the image. Check that the role has the permissions to pull images from the registry. pull image manifest has been retried 1" + resolve + "unexpected status code 403 Forbidden",
		},
	},
	{
		Launches: containerd, Leg: Manifest, Causes: missing, Retries: 1,
		Text:    manifest + "1" + resolve + image + ": not found",
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html"},
	},
	{
		Launches: containerd, Leg: Layers, Causes: silent, Retries: 5,
		Text:    copying + "5" + opening + `failed to do request: Get "` + layer + `": ` + ioTimeout,
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html"},
		Also:    []string{copying + "5" + opening + "failed to do request: Get " + image + ": " + ioTimeout},
	},
	{
		Launches: containerd, Leg: Layers, Causes: byVPC, Retries: 1,
		Text:    copying + "1" + opening + "unexpected status code " + layer + ": 403 Forbidden",
		Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html"},
	},
}
