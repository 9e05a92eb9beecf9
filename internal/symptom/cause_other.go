package symptom

// Causes beside those of endpoints for credentials, of starts and of what becomes of a task.
var (
	noCredentials = Cause{
		Name: "no-provider", Title: "No provider was there to ask: the task has no task role, or its variable does not reach this process",
		Test: "fails always and at once; in the process that fails, env | grep AWS_ shows no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, no FULL_URI and no keys (sudo, cron, ssh and a cleared environment lose them)",
		Set:  "taskRoleArn in the task definition; on EKS an association or IRSA for the service account; the variables passed on to the process",
		Run:  "loadgen strategy explain {preset} --fault 404",
	}
	noAnswerAnywhere = Cause{
		Name: "not-reached", Title: "The endpoint was asked, and gave no usable answer in time: hop limit, dropped packets, a proxy, an agent that is away",
		Test: "the failure takes seconds, always the same: the SDK's time limits; curl to 169.254.170.2 (ECS), 169.254.170.23 (EKS) or 169.254.169.254 (EC2) in the same container hangs, is refused, or shows what is no document",
		Set:  "HttpPutResponseHopLimit 2, NO_PROXY for link-local addresses, a longer time limit and more tries",
		Run:  "loadgen run imds-packet-limit --engine sim",
	}
	badAnswer = Cause{
		Name: "bad-answer", Title: "The endpoint gave an answer that is no document: cut short, not JSON, without a key, or expired",
		Test: "curl the address in the same container, and look at the document and its Expiration",
		Set:  "NO_PROXY for link-local addresses; else look at the agent's log",
		Run:  "loadgen strategy explain {preset} --fault badjson",
	}
	apiLimit = Cause{
		Name: "api-limit", Title: "The AWS API that the application calls throttles the account; the credentials were fine",
		Test: "the text names the operation of the application, and its request had a request ID; calls of other services work",
		Set:  "retry mode adaptive or standard with more attempts, fewer calls, a higher quota of that API",
		Run:  "loadgen run noisy-neighbour --engine sim",
	}
	heldTooLong = Cause{
		Name: "held-too-long", Title: "The application uses credentials beyond their life: copied into the environment or a file, or held by a client that does not refresh",
		Test: "hours after the start, and for good; a restart helps; keys are in the environment of the process, or passed to a client by hand",
		Set:  "the SDK's own provider in place of copied keys; an SDK that refreshes before the expiry",
		Run:  "loadgen run credential-expiry --engine sim",
	}
	refreshFails = Cause{
		Name: "refresh-fails", Title: "The refresh fails, and the SDK goes on with what it holds until that expires",
		Test: "warnings of failed refreshes in the minutes before; more tasks at the same time",
		Set:  "more tries of the refresh, with jitter, in the background",
		Run:  "loadgen run refresh-herd --engine sim",
	}
	wrongRole = Cause{
		Name: "wrong-role", Title: "The call was made with another role than meant, often that of the instance or node",
		Test: "the ARN in the text, or aws sts get-caller-identity in the container, names the role of the instance: the task's or pod's credentials were not found, and the SDK went on",
		Set:  "the task role or the association; block the instance's metadata for containers (hop limit 1, ECS_AWSVPC_BLOCK_IMDS=true), so that it fails where it is wrong",
		Run:  "loadgen strategy explain {preset} --fault 404",
	}
	missingPermission = Cause{
		Name: "permission", Title: "The role is the one meant, and its policy (or a VPC endpoint's, or the resource's) does not allow the call",
		Test: "always, at once, for this operation alone; the text says which kind of policy",
		Set:  "the action in the policy that the text names",
	}
	brokenKeys = Cause{
		Name: "broken-keys", Title: "The keys are not valid: of another partition, deleted, or mixed of two sources",
		Test: "always; AWS_ACCESS_KEY_ID is set in the environment without the session token that belongs to it",
		Set:  "unset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where a role is meant",
	}
	noSTS = Cause{
		Name: "no-sts", Title: "STS cannot be reached from the subnet",
		Test: "after a time limit, always; no VPC endpoint com.amazonaws.REGION.sts and no NAT gateway; or AWS_STS_REGIONAL_ENDPOINTS=legacy asks the global endpoint",
		Set:  "a VPC endpoint for sts with private DNS, AWS_STS_REGIONAL_ENDPOINTS=regional",
		Run:  "loadgen run private-subnet-no-endpoints --engine sim",
	}
	webTrust = Cause{
		Name: "web-trust", Title: "The role does not trust the cluster's OpenID Connect provider, this namespace or this service account",
		Test: "AccessDenied at once, always, for this service account alone",
		Set:  "the provider's ARN and the condition system:serviceaccount:NAMESPACE:NAME in the trust policy",
	}
	webProvider = Cause{
		Name: "web-provider", Title: "IAM has no OpenID Connect provider for this cluster, or not with its audience, or cannot fetch its keys",
		Test: "InvalidIdentityToken at once, for every service account of the cluster; the issuer that aws eks describe-cluster shows is not in aws iam list-open-id-connect-providers, or there without sts.amazonaws.com as its audience",
		Set:  "an OpenID Connect provider for the cluster's issuer, with audience sts.amazonaws.com; `verification key`: an issuer that the internet reaches",
	}
	noSTSModule = Cause{
		Name: "no-sts-module", Title: "The web identity token is there, and the SDK's module for STS is not",
		Test: "fails at once, always; the jar of the application has no module sts",
		Set:  "software.amazon.awssdk:sts (Java 2) or aws-java-sdk-sts (Java 1) as a dependency",
	}
	webToken = Cause{
		Name: "web-token", Title: "The token in AWS_WEB_IDENTITY_TOKEN_FILE has expired, or is not there",
		Test: "hours after the start: the file was read once and kept; at once: the service account has no annotation, or fsGroup hides the file",
		Set:  "an SDK that reads the file anew; eks.amazonaws.com/role-arn at the service account",
	}
	stsLimit = Cause{
		Name: "sts-limit", Title: "STS throttles the account: many pods exchange their tokens at once",
		Test: "only some calls fail, most in deployments; CloudTrail counts AssumeRoleWithWebIdentity",
		Set:  "regional endpoints, one client per process, deployments in batches",
		Run:  "loadgen run deploy-storm --engine sim",
	}
)

// chainCauses are those of a text that does not say which provider failed.
func chainCauses(h How) []Cause {
	switch h {
	case Throttled:
		return []Cause{hiddenThrottle, manyClients, apiLimit}
	case Unavailable, Uninitialized:
		return []Cause{agentAway, imdsDown, notTheAgent}
	case NoConnection, NoAnswer, Deadline:
		return []Cause{noAnswerAnywhere, hopLimit, notReachable}
	case Unreachable:
		return []Cause{noInstance, noAnswerAnywhere, notReachable}
	case NoName:
		return []Cause{noResolver, noSTS, notTheAgent}
	case Untrusted:
		return []Cause{untrusted, notTheAgent}
	case Refused:
		return []Cause{agentAway, nobodyThere, noInstance}
	case Broken, CutShort:
		return []Cause{hungUp, badAnswer, packets}
	case Malformed, Incomplete:
		return []Cause{badAnswer, notTheAgent, agentAway}
	case Expired:
		return []Cause{heldTooLong, expiredThere, wrongClock}
	case Missing:
		return []Cause{wrongPath, noRole, noCredentials}
	case Denied, Unauthorized, Bad, EndpointDenied:
		return []Cause{association, tokensRequired, wrongRole}
	}
	return []Cause{hiddenThrottle, noCredentials, noAnswerAnywhere, badAnswer}
}

// webIdentityCauses are those of an exchange of a token at STS.
func webIdentityCauses(h How) []Cause {
	switch h {
	case Throttled:
		return []Cause{stsLimit}
	case Expired, Bad, Incomplete, Malformed:
		return []Cause{webToken, wrongClock}
	case Denied, EndpointDenied:
		return []Cause{webTrust, webToken}
	case Unauthorized:
		return []Cause{webProvider, webToken, webTrust}
	case Untrusted:
		return []Cause{untrusted}
	case NoConnection, NoAnswer, Deadline, Unreachable, NoName, Refused:
		return []Cause{noSTS, closed}
	}
	return []Cause{webTrust, webToken, noSTS}
}

// awsCauses are those of a call of the application.
func awsCauses(h How) []Cause {
	switch h {
	case Throttled:
		return []Cause{apiLimit}
	case Expired:
		return []Cause{heldTooLong, refreshFails, wrongClock}
	case Denied, EndpointDenied:
		return []Cause{wrongRole, missingPermission}
	case Unauthorized, Bad:
		return []Cause{brokenKeys, wrongClock}
	case NoConnection, NoAnswer, Deadline, Unreachable, Refused:
		return []Cause{noWay, closed, pastEndpoint}
	case NoName:
		return []Cause{noResolver, pastEndpoint}
	case Untrusted:
		return []Cause{untrusted}
	case Missing:
		return []Cause{notThere}
	case Unavailable, Broken, CutShort, Malformed, Incomplete:
		return []Cause{registryDown, brokenPull}
	}
	return []Cause{missingPermission, apiLimit}
}
