package startup

// What the texts name.
const (
	account    = "111122223333"
	region     = "us-east-1"
	session    = "arn:aws:sts::" + account + ":assumed-role/ecsTaskExecutionRole/0123456789abcdef0123456789abcdef"
	registry   = account + ".dkr.ecr." + region + ".amazonaws.com"
	image      = registry + "/app:1"
	repository = "arn:aws:ecr:" + region + ":" + account + ":repository/app"
	secretARN  = "arn:aws:secretsmanager:" + region + ":" + account + ":secret:app-AbCdEf"
	parameter  = "/app/config"
	paramARN   = "arn:aws:ssm:" + region + ":" + account + ":parameter" + parameter
	streamARN  = "arn:aws:logs:" + region + ":" + account + ":log-group:/ecs/app:log-stream:app/app/0123456789abcdef0123456789abcdef"
	layerHost  = "prod-" + region + "-starport-layer-bucket.s3." + region + ".amazonaws.com"
	layer      = "https://" + layerHost + "/0a1b2c"
)

// The addresses to which the name of a service leads: one of AWS's own, which reports have, and
// one in the subnet of a VPC endpoint with private DNS, which is ours.
// Source: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint":
// with private DNS, the name resolves to the private addresses of the endpoint's interfaces.
const (
	publicAddress  = "52.46.146.144"
	privateAddress = "10.0.1.57"
)

// What errors of libraries say.
const (
	deadlineExceeded = "RequestCanceled: request context canceled caused by: context deadline exceeded"
	clientTimeout    = "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"
	ioTimeout        = "dial tcp " + publicAddress + ":443: i/o timeout"
	checkNetwork     = ". Please check your task network configuration." // since 2022
)

// denied is what an API says of a call that a policy does not allow; kind is which policy.
func denied(action, resource, kind string) string {
	return "AccessDeniedException: User: " + session + " is not authorized to perform: " + action +
		" on resource: " + resource + " because no " + kind + " policy allows the " + action + " action"
}

// The kinds of policy in that text.
// Source: IAM User Guide, "Troubleshoot access denied error messages",
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const (
	byIdentity = "identity-based"
	byEndpoint = "VPC endpoint"
)

// connection is what newer texts (2024) say before the error itself.
func connection(service string) string {
	return "There is a connection issue between the task and " + service + ". Check your task network configuration. "
}
