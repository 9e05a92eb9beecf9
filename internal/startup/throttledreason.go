package startup

// rateExceeded is what the APIs that speak JSON say of a call beyond a limit.
const rateExceeded = "ThrottlingException: Rate exceeded"

// throttledRows are the texts of starts whose calls a limit refuses until their retries are
// used up. Reports have that of Docker's log driver, which does not try again by itself;
// the others are put together from their rows and the errors of the APIs.
var throttledRows = []Row{
	{Launches: containerd, Leg: Secret, Causes: limited, Retries: 5, Assembled: true, Text: fromASM + "5 time(s): " + fetch + rateExceeded, Sources: []string{asmErrors}},
	{Launches: containerd, Leg: Parameter, Causes: limited, Retries: 5, Assembled: true, Text: fromSSM + "5 time(s): " + rateExceeded, Sources: []string{ssmErrors}},
	{Launches: containerd, Leg: RegistryAuth, Causes: limited, Retries: 3, Assembled: true, Text: fromECR + "3 time(s): " + rateExceeded, Sources: []string{ecrErrors}},
	{Launches: containerd, Leg: LogStream, Causes: limited, Retries: 1, Assembled: true, Text: stream + rateExceeded, Sources: []string{logsIssue}},
	{
		Launches: containerd, Leg: Manifest, Causes: limited, Retries: 5, Assembled: true,
		Text:    manifest + "5" + resolve + "pulling from host " + registry + " failed with status code [manifests 1]: 429 Too Many Requests",
		Sources: []string{ecrErrors},
	},
	{Launches: containerd, Leg: Layers, Causes: limited, Retries: 5, Assembled: true, Text: copying + "5" + opening + "unexpected status code " + layer + ": 503 Slow Down", Sources: []string{s3Errors}},
	{Launches: dockers, Leg: Secret, Causes: limited, Retries: 3, Assembled: true, Text: asmSecret + rateExceeded, Sources: []string{asmErrors}},
	{Launches: dockers, Leg: Parameter, Causes: limited, Retries: 3, Assembled: true, Text: ssmSecret + rateExceeded, Sources: []string{ssmErrors}},
	{Launches: dockers, Leg: RegistryAuth, Causes: limited, Retries: 3, Assembled: true, Text: cannotAuth + rateExceeded, Sources: []string{ecrErrors}},
	{
		Launches: dockers, Leg: LogStream, Causes: limited, Retries: 1,
		Text:    cannotLog + rateExceeded,
		Sources: []string{logsIssue, "https://github.com/docker/for-linux/issues/1508"},
		Also: []string{
			cannotLog + rateExceeded + " status code: 400, request id: ",
			cannotLog + "operation error CloudWatch Logs: CreateLogStream, exceeded maximum number of attempts, 3, https response error StatusCode: 400, api error " + rateExceeded,
		},
	},
	{Launches: dockers, Leg: Manifest, Causes: limited, Retries: 5, Text: cannotPull + daemon + "toomanyrequests: Rate exceeded", Sources: []string{ecrErrors}},
	{Launches: dockers, Leg: Layers, Causes: limited, Retries: 5, Assembled: true, Text: cannotPull + "error pulling image configuration: error parsing HTTP 503 response body: Slow Down", Sources: []string{s3Errors}},
}

// Sources of these rows.
const (
	logsIssue = "https://github.com/moby/moby/issues/42088"
	asmErrors = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"
	ssmErrors = "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-throughput.html"
	ecrErrors = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html"
	s3Errors  = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)
