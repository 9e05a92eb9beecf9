package symptom

// The causes for which the metadata of an instance gives nothing.
var (
	hopLimit = Cause{
		Name: "hop-limit", Title: "The answer with the session token does not come through: its hop limit is 1, and the client is in a container",
		Test: "PUT latest/api/token hangs in the container and answers on the host; a GET without a token answers at once (401 where tokens are required)",
		Set:  "HttpPutResponseHopLimit 2 in the instance's metadata options; or network mode host; better: a role for the task or pod",
		Run:  "loadgen run imdsv2-token-storm --engine sim --set fleet.accounts.hops=2",
	}
	manyClients = Cause{
		Name: "many-clients", Title: "Too many requests come from this instance: many clients, each with a token, a role and credentials of its own",
		Test: "429 or 503 in the SDK's log, in busy seconds; one process alone works",
		Set:  "one client for the life of a process; a token that is kept; more tries with jitter",
		Run:  "loadgen run imdsv2-token-storm --engine sim",
	}
	noRole = Cause{
		Name: "no-role", Title: "The instance has no role, or does not have it yet",
		Test: "404 always: no instance profile; 404 in the first seconds of an instance, and then no more: not yet there",
		Set:  "an instance profile with a role; a client that takes a 404 for `not yet` while the instance starts",
		Run:  "loadgen run boot-storm --engine sim",
	}
	metadataOff = Cause{
		Name: "metadata-off", Title: "Instance metadata is disabled, or a proxy or firewall forbids it",
		Test: "403 at once: HttpEndpoint is disabled, or the request carries X-Forwarded-For",
		Set:  "HttpEndpoint enabled; NO_PROXY=169.254.169.254",
		Run:  "loadgen strategy explain {preset} --service imds --fault 403",
	}
	tokensRequired = Cause{
		Name: "tokens-required", Title: "IMDSv2 is required, and the client went on without a token, or with one that had expired",
		Test: "401; HttpTokens is required; the PUT for a token had failed (throttled, or at its hop limit), and the client fell back to IMDSv1",
		Set:  "the cause of the failed PUT; an SDK that knows IMDSv2; no fallback (AWS_EC2_METADATA_V1_DISABLED=true)",
		Run:  "loadgen run imdsv2-token-storm --engine sim --set endpoint.imds.tokens=required",
	}
	noInstance = Cause{
		Name: "no-instance", Title: "This is not an EC2 instance, or its metadata cannot be reached from here: Fargate, a laptop, a CI runner, a blocked address",
		Test: "always, after the SDK's time limit or at once (no route, EINVAL); on Fargate the task has no task role, so the SDK went on to the instance",
		Set:  "a task role in the task definition; else AWS_EC2_METADATA_DISABLED=true, and the credentials that are meant",
		Run:  "loadgen strategy explain {preset} --service imds --fault hang",
	}
	shortTimeout = Cause{
		Name: "short-timeout", Title: "The SDK waits for one second or less, and tries once",
		Test: "some calls fail, most do not; AWS_METADATA_SERVICE_TIMEOUT=5 and AWS_METADATA_SERVICE_NUM_ATTEMPTS=4 make it go away",
		Set:  "AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or what `loadgen strategy show {preset}` names",
		Run:  "loadgen run imds-packet-limit --engine sim",
	}
	roleTrust = Cause{
		Name: "role-trust", Title: "EC2 may not assume the role: its trust policy does not name ec2.amazonaws.com",
		Test: "the document is a 200 with the code AssumeRoleUnauthorizedAccess",
		Set:  "ec2.amazonaws.com in the trust policy of the role",
		Run:  "loadgen strategy explain {preset} --service imds --fault missing",
	}
	imdsDown = Cause{
		Name: "imds-error", Title: "The metadata service has an error of its own, or refuses an instance that asks too often with a 503",
		Test: "503 in busy seconds: throttled; 500 for a while on one instance: it is the service",
		Set:  "more tries with jitter; fewer requests",
		Run:  "loadgen run imdsv2-token-storm --engine sim --set endpoint.on_exceed.status=503",
	}
	expiredInstance = Cause{
		Name: "stale-role", Title: "The instance hands out credentials that have expired, because they could not be renewed",
		Test: "Expiration in the document is in the past; `iam/info` has a Code other than Success",
		Set:  "the role and its trust policy; an SDK that goes on with what it holds",
		Run:  "loadgen run showdown-expired --engine sim",
	}
)

// askedLast are those of an SDK that found no variable of a container, went on to the
// instance, and does not say how that failed.
var askedLast = []Cause{noCredentials, hopLimit, manyClients, noRole, noInstance}

// instanceCauses are those of an instance's metadata.
func instanceCauses(h How) []Cause {
	switch h {
	case Throttled:
		return []Cause{manyClients, packets, shortTimeout}
	case Unavailable:
		return []Cause{imdsDown, manyClients}
	case Missing:
		return []Cause{noRole, notTheAgent}
	case Unauthorized:
		return []Cause{tokensRequired, hopLimit}
	case Denied:
		return []Cause{metadataOff, roleTrust}
	case Bad:
		return []Cause{notTheAgent, metadataOff}
	case NoConnection, NoAnswer, Deadline:
		return []Cause{hopLimit, packets, noInstance, shortTimeout}
	case Unreachable, Refused:
		return []Cause{noInstance, metadataOff, hopLimit}
	case Broken, CutShort:
		return []Cause{packets, imdsDown, notTheAgent}
	case Incomplete, Malformed:
		return []Cause{roleTrust, notTheAgent, imdsDown}
	case Expired:
		return []Cause{expiredInstance, wrongClock}
	case NoName, Untrusted:
		return []Cause{notTheAgent, noInstance}
	}
	return []Cause{manyClients, hopLimit, noRole, noInstance}
}
