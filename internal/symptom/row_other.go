package symptom

// Who writes the texts of AWS's APIs, and those that anybody writes.
const (
	anAPI   = "an API of AWS, in any SDK"
	anyCurl = "an HTTP client (Go's, minio-go, curl, a proxy)"
)

// awsRows are answers to calls of the application.
//
// Source: IAM User Guide, "Troubleshoot access denied error messages"; common errors of the
// query APIs; STS API Reference, AssumeRoleWithWebIdentity.
var awsRows = []row{
	{text: "AssumeRoleWithWebIdentity … ExpiredToken", source: anAPI, leg: WebIdentity, how: Expired},
	{text: "Not authorized to perform sts:AssumeRoleWithWebIdentity", source: anAPI, leg: WebIdentity, how: Denied, part: true},
	{text: "calling the AssumeRoleWithWebIdentity operation", source: anAPI, leg: WebIdentity, part: true},
	{text: "operation error STS: AssumeRoleWithWebIdentity", source: anAPI, leg: WebIdentity, part: true},
	{text: "WebIdentityErr", source: goV1, preset: "aws-sdk-go-v1", leg: WebIdentity},
	{text: "InvalidIdentityToken", source: anAPI, leg: WebIdentity, how: Unauthorized, part: true},
	{text: "InvalidIdentityTokenException", source: anAPI, leg: WebIdentity, how: Unauthorized, part: true},
	{text: "AssumeRoleUnauthorizedAccess", source: "the instance's metadata", leg: Instance, how: Denied, causes: []Cause{roleTrust}, part: true},
	{text: "security token included in the request is expired", source: anAPI, leg: AWS, how: Expired, part: true},
	{text: "ExpiredTokenException", source: anAPI, leg: AWS, how: Expired, part: true},
	{text: "ExpiredToken", source: anAPI, leg: AWS, how: Expired, part: true},
	{text: "provided token has expired", source: anAPI, leg: AWS, how: Expired, part: true},
	{text: "RequestExpired", source: anAPI, leg: AWS, how: Expired, part: true},
	{text: "Signature expired", source: anAPI, leg: AWS, how: Expired, causes: []Cause{wrongClock, heldTooLong}, part: true},
	{text: "security token included in the request is invalid", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "provided token is malformed", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "request signature we calculated does not match", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "InvalidSignatureException", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "UnrecognizedClientException", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "InvalidClientTokenId", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "InvalidAccessKeyId", source: anAPI, leg: AWS, how: Unauthorized, part: true},
	{text: "is not authorized to perform", source: anAPI, leg: AWS, how: Denied, part: true},
	{text: "You are not authorized to perform this operation", source: anAPI, leg: AWS, how: Denied, part: true},
	{text: "UnauthorizedOperation", source: anAPI, leg: AWS, how: Denied, part: true},
	{text: "AccessDeniedException", source: anAPI, leg: AWS, how: Denied, part: true},
	{text: "AccessDenied", source: anAPI, leg: AWS, how: Denied, part: true},
	{text: "ThrottlingException", source: anAPI, leg: AWS, how: Throttled, part: true},
	{text: "ThrottledException", source: anAPI, leg: AWS, how: Throttled, part: true},
	{text: "TooManyRequestsException", source: anAPI, leg: AWS, how: Throttled, part: true},
	{text: "RequestLimitExceeded", source: anAPI, leg: AWS, how: Throttled, part: true},
	{text: "Throttling: Rate exceeded", source: anAPI, leg: AWS, how: Throttled, part: true},
	{text: "SlowDown", source: anAPI, leg: AWS, how: Throttled, part: true},
}

// bareRows are texts that name no service.
var bareRows = []row{
	{text: "You have reached maximum request limit", source: ecsAgent, leg: TaskCredentials, how: Throttled},
	{text: "Connect timeout on endpoint URL", source: botocore, leg: NoLeg},
	{text: "Read timeout on endpoint URL", source: botocore, leg: NoLeg},
	{text: "Could not connect to the endpoint URL", source: botocore, leg: NoLeg},
	{text: "429 Too Many Requests", source: anyCurl, leg: NoLeg, how: Throttled},
	{text: "Rate exceeded", source: anAPI, leg: AWS, how: Throttled},
	{text: "Too Many Requests", source: anyCurl, leg: NoLeg, how: Throttled},
	{text: "400 Bad Request", source: anyCurl, leg: NoLeg, how: Bad},
	{text: "401 Unauthorized", source: anyCurl, leg: NoLeg, how: Unauthorized},
	{text: "403 Forbidden", source: anyCurl, leg: NoLeg, how: Denied},
	{text: "404 Not Found", source: anyCurl, leg: NoLeg, how: Missing},
	{text: "404 page not found", source: anyCurl, leg: NoLeg, how: Missing},
	{text: "500 Internal Server Error", source: anyCurl, leg: NoLeg, how: Unavailable},
	{text: "502 Bad Gateway", source: anyCurl, leg: NoLeg, how: Unavailable},
	{text: "503 Service Unavailable", source: anyCurl, leg: NoLeg, how: Unavailable},
	{text: "504 Gateway Timeout", source: anyCurl, leg: NoLeg, how: Unavailable},
	{text: "i/o timeout", source: anyCurl, leg: NoLeg, how: NoConnection},
	{text: "connect: connection refused", source: anyCurl, leg: NoLeg, how: Refused},
	{text: "connection refused", source: anyCurl, leg: NoLeg, how: Refused},
	{text: "ECONNREFUSED", source: anyCurl, leg: NoLeg, how: Refused},
	{text: "no route to host", source: anyCurl, leg: NoLeg, how: Unreachable},
	{text: "network is unreachable", source: anyCurl, leg: NoLeg, how: Unreachable},
	{text: "no such host", source: anyCurl, leg: NoLeg, how: NoName},
	{text: "Could not resolve host", source: anyCurl, leg: NoLeg, how: NoName},
	{text: "connection reset by peer", source: anyCurl, leg: NoLeg, how: Broken},
	{text: "ECONNRESET", source: anyCurl, leg: NoLeg, how: Broken},
	{text: "socket hang up", source: anyCurl, leg: NoLeg, how: Broken},
	{text: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)", source: anyCurl, leg: NoLeg, how: NoAnswer},
	{text: "Client.Timeout exceeded while awaiting headers", source: anyCurl, leg: NoLeg, how: NoAnswer},
	{text: "timeout awaiting response headers", source: anyCurl, leg: NoLeg, how: NoAnswer},
	{text: "context deadline exceeded", source: anyCurl, leg: NoLeg, how: Deadline},
	{text: "Connection timed out", source: anyCurl, leg: NoLeg, how: NoConnection},
	{text: "Read timed out", source: anyCurl, leg: NoLeg, how: NoAnswer},
	{text: "unexpected EOF", source: anyCurl, leg: NoLeg, how: CutShort},
	{text: "no basic auth credentials", source: "a registry, to a client without a token", leg: Image, how: Unauthorized},
	{text: "unauthorized: authentication required", source: "a registry, to a client without a token", leg: Image, how: Unauthorized},
	{text: "registry: Authentication is required", source: "a registry, to a client without a token", leg: Image, how: Unauthorized},
	{text: "Connection to … timed out", source: "urllib3", leg: NoLeg, near: 60, addressed: true},
	{text: "exec format error", source: "the kernel, as a container starts", leg: Program, how: WrongPlatform},
	{text: "Error: aborted", source: "Node.js", preset: "aws-sdk-js-v3", leg: NoLeg, how: CutShort},
	{text: "EOF", source: anyCurl, leg: NoLeg, how: Broken, addressed: true},
}
