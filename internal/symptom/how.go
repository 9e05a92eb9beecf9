package symptom

import "sync"

// How is the way in which a request failed, as its error text tells it.
type How uint8

// The ways.
const (
	Untold How = iota // the text hides it
	Uninitialized
	UnknownID
	EndpointDenied
	KeyDenied
	HubLimit
	Throttled
	Expired
	Private
	NoValue
	Denied
	Unauthorized
	Missing
	Bad
	Unavailable
	NoName
	Unreachable
	Untrusted
	NoConnection
	NoAnswer
	Deadline
	Refused
	CutShort
	Broken
	Incomplete
	Malformed
	Full
	NoMemory
	BadImage
	WrongPlatform
	Answered
	endOfHows
)

// hows say what each is, and how long it takes: what tells a text's causes apart best is
// how long it took.
var hows = [endOfHows]struct{ name, says, takes string }{
	Untold:         {"untold", "the text does not say", "at once if it was refused; the client's whole time limit if nothing answered"},
	Uninitialized:  {"uninitialized", "503: the agent knows the task, and has not received its credentials yet", "at once"},
	UnknownID:      {"unknown-id", "400: the agent does not know this credentials ID", "at once"},
	EndpointDenied: {"endpoint-denied", "the policy of a VPC endpoint does not let it through", "at once: ECS tries once"},
	KeyDenied:      {"key-denied", "the key that encrypts it may not be used", "at once: ECS tries once"},
	HubLimit:       {"pull-limit", "the registry counts anonymous pulls, and the limit is used up", "at once"},
	Throttled:      {"throttled", "a limit refused it (429, or a throttling error)", "each try at once; in all what the client waits between its tries"},
	Expired:        {"expired", "credentials or a token had expired", "at once"},
	Private:        {"private", "there is no such image, or it is private: the registry does not tell which", "at once"},
	NoValue:        {"no-value", "it exists, and lacks the value that was asked for", "at once"},
	Denied:         {"denied", "a policy does not allow it (403, or AccessDenied)", "at once: it is not tried again, or once"},
	Unauthorized:   {"unauthorized", "401: no token, or one that is not valid", "at once"},
	Missing:        {"missing", "what was asked for does not exist (404, or a NotFound error)", "at once: it is not tried again, or once"},
	Bad:            {"bad-request", "400: the request itself is not accepted", "at once"},
	Unavailable:    {"unavailable", "the server answered with an error of its own (5xx)", "each try at once"},
	NoName:         {"no-name", "a name could not be resolved", "at once if there is no such name; some seconds if no resolver answers"},
	Unreachable:    {"unreachable", "the system knows no way to the address", "at once, or after some 3 s"},
	Untrusted:      {"untrusted", "the certificate is not one that the client trusts", "at once"},
	NoConnection:   {"no-connection", "no connection came about: packets get no answer (a black hole)", "the client's whole time limit for connecting, every time"},
	NoAnswer:       {"no-answer", "there was a connection, and no answer in time", "the client's whole time limit for an answer"},
	Deadline:       {"deadline", "time ran out, in all tries together: most often packets get no answer (a black hole)", "the whole deadline, every time the same"},
	Refused:        {"refused", "the connection was refused: nobody listens there", "at once"},
	CutShort:       {"cut-short", "the answer ended before its end", "at once"},
	Broken:         {"broken", "the connection broke before an answer came", "at once; after 5 s if the ECS agent's server gave up"},
	Incomplete:     {"incomplete", "an answer came, and lacks what it must have", "at once"},
	Malformed:      {"malformed", "an answer came, and is not what the client expects", "at once"},
	Full:           {"full", "there is no room left on the disk", "in the middle of the pull"},
	NoMemory:       {"no-memory", "it used more memory than it may", "at once, or whenever it uses that much"},
	BadImage:       {"bad-image", "the image came, and cannot be unpacked", "at the end of the pull"},
	WrongPlatform:  {"wrong-platform", "the image is for another processor or system", "at once"},
	Answered:       {"answered", "an answer came, as it seems, and the text ends before what it said", "at once"},
}

// String is the name of a way.
func (h How) String() string { return hows[h].name }

// Says is what the text tells, as a clause.
func (h How) Says() string { return hows[h].says }

// Takes is how long such a failure takes.
func (h How) Takes() string { return hows[h].takes }

// howPhrase is a phrase that tells how a request failed.
type howPhrase struct {
	text string
	how  How
}

// statuses are those of answers, and what they mean.
var statuses = []struct {
	code string
	how  How
}{
	{"429", Throttled}, {"403", Denied}, {"401", Unauthorized}, {"404", Missing}, {"405", Bad},
	{"500", Unavailable}, {"501", Unavailable}, {"502", Unavailable}, {"503", Unavailable}, {"504", Unavailable},
	{"400", Bad}, // last: APIs of AWS answer 400 to much that an error code tells better
}

// howPhrases are the phrases, those first that say more: where a text has several, the
// first one here is what it says.
var howPhrases = sync.OnceValue(func() []howPhrase {
	var all []howPhrase
	add := func(h How, texts ...string) {
		for _, text := range texts {
			all = append(all, howPhrase{text, h})
		}
	}
	add(Uninitialized, "CredentialsUninitialized", "Credentials uninitialized for ID")
	add(UnknownID, "InvalidIdInRequest", "NoIdInRequest", "Credentials not found", "No Credential ID in the request", "CredentialsV2Request: ID not found")
	add(EndpointDenied, "no VPC endpoint policy allows", "explicit deny in a VPC endpoint policy")
	add(KeyDenied, "Access to KMS is not allowed", "kms:Decrypt", "KMSAccessDeniedException")
	add(HubLimit, "toomanyrequests: Too Many Requests", "reached your pull rate limit", "reached your unauthenticated pull rate limit")
	add(Full, "no space left on device", "free data blocks which is less than")
	add(NoMemory, "OOM-killed", "died due to OOM", "killed due to memory usage")
	add(WrongPlatform, "no match for platform in manifest", "image Manifest does not contain descriptor matching platform",
		"failed to find a descriptor for platform", "no matching manifest for", "exec format error")
	add(Throttled, "maximum request limit", "ThrottlingException", "ThrottledException", "Throttling", "Rate exceeded", "TooManyRequestsException",
		"RequestLimitExceeded", "RequestThrottledException", "SlowDown", "Too Many Requests", "TooManyRequests", "throttled", "Rate limited")
	add(Expired, "ExpiredToken", "ExpiredTokenException", "RequestExpired", "token included in the request is expired", "credentials are still expired",
		"credentials are expired or will expire", "token is expired", "token has expired", "Signature expired")
	add(Denied, "is not authorized to perform")
	add(Private, "repository does not exist or may require", "does not exist or no pull access", "requested access to the resource is denied", "insufficient_scope")
	add(NoValue, "did not contain json key")
	add(BadImage, "number of layers and diffIDs don't match", "failed to unpack")
	add(Denied, "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "pull access denied", "Access Denied",
		"AssumeRoleUnauthorizedAccess", "cannot assume the role", "does not have permissions to assume")
	add(Missing, "ResourceNotFoundException", "ParameterNotFound", "manifest unknown", "name unknown", "repository does not exist", "log group does not exist",
		"log stream does not exist", "invalid parameters", "invalid ssm parameters", "NoSuchKey", "NoSuchBucket", "manifest for", "not found in repository")
	add(Unauthorized, "no basic auth credentials", "unauthorized: authentication required", "InvalidSignatureException", "InvalidIdentityToken", "InvalidIdentityTokenException")
	add(Bad, "MissingEndpoint", "should be scoped to a valid region")
	withStatus := func(which func(How) bool) {
		for _, s := range statuses {
			for _, before := range []string{"status", "StatusCode", "code", "response", "error", "API error", "HTTP"} {
				if which(s.how) {
					add(s.how, before+" "+s.code)
				}
			}
		}
	}
	withStatus(func(h How) bool { return h != Unavailable })
	add(Denied, "403 Forbidden")
	add(Unauthorized, "401 Unauthorized", "token not valid yet", "token is not valid yet")
	add(Missing, "404 Not Found", "404 page not found", "requested metadata is not found")
	add(Bad, "400 Bad Request")
	add(Unavailable, "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout", "close 1011", "Service Unavailable", "Internal Server Error", "InternalServerException")
	add(NoName, "no such host", "Could not resolve host", "Name or service not known", "Temporary failure in name resolution", "ENOTFOUND", "EAI_AGAIN",
		"nodename nor servname provided", "UnknownHostException", "failed to lookup address information", "cURL error 6", "server misbehaving")
	add(Unreachable, "no route to host", "network is unreachable", "host is down", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "connect EINVAL")
	add(Untrusted, "x509", "certificate verify failed", "SSL validation failed", "self signed certificate", "unable to get local issuer certificate")
	add(NoConnection, "i/o timeout", "Connect timeout", "ConnectTimeoutError", "connect timed out", "HTTP connect timeout", "did not establish a connection", "ETIMEDOUT",
		"Connection timed out", "Connection timed out after", "waiting for connection", "connection timeout", "TLS handshake timeout")
	add(NoAnswer, "Read timeout", "ReadTimeoutError", "awaiting response headers", "exceeded while awaiting headers", "HTTP read timeout", "Read timed out",
		"Operation timed out after", "0 bytes received", "ESOCKETTIMEDOUT", "ESOCKETTIMEOUT", "SocketTimeoutException")
	add(Deadline, "context deadline exceeded", "RequestCanceled", "deadline exceeded", "request context canceled", "context canceled", "identity resolver timed out", "TimeoutError from",
		"connection issue between the task and", "signal: killed", "timed out", "context deadli")
	add(Refused, "connection refused", "ECONNREFUSED", "Could not connect to the endpoint URL", "cURL error 7")
	add(CutShort, "unexpected EOF", "IncompleteRead", "transfer closed with", "end of file before message length reached", "Error: aborted", "Unterminated string",
		"unexpected end of stream", "Unexpected end of JSON input", "cURL error 18", "unexpected commit digest")
	add(Broken, "connection reset", "ECONNRESET", "socket hang up", "EOF", "Connection was closed", "Empty reply from server", "connection closed before message completed",
		"Connection aborted", "RemoteDisconnected", "BadStatusLine", "Recv failure", "client error (SendRequest)", "Unable to connect to instance metadata service")
	add(Incomplete, "Expected field", "not of the required format", "key are null", "Invalid response received from instance metadata service", "missing required field")
	add(Malformed, "parse JSON", "invalid character", "Failed to parse metadata service response", "Unexpected token", "invalid JSON", "parse Json string",
		"deserialization failed", "failed to decode")
	withStatus(func(h How) bool { return h == Unavailable }) // Docker says "API error (500)" of any failure
	add(Bad, "invalid request parameters")
	add(Denied, "request forbidden")
	add(Unauthorized, "service error: invalid token")
	add(Incomplete, "role credentials, api error")
	add(NoConnection, "send request failed")
	add(Denied, "Forbidden")
	add(Unauthorized, "Unauthorized")
	add(Bad, "Bad Request")
	add(Missing, "does not exist", "not found")
	add(Denied, "time(s): denied")
	add(Answered, "unexpected status code", "retried 1 time", "retried 1 times")
	return all
})
