package symptom

// The causes for which a container gets no credentials from an agent on its host.
var (
	ownClients = Cause{
		Name: "own-clients", Title: "Your own task asks too often: it builds a client for every call, or runs many processes that each ask",
		Test: "the 429s in the agent's audit log (/var/log/ecs/audit.log) are of this task's address, at a steady rate; on EC2 a bucket is per address and path, so nobody else can use it up",
		Set:  "one client (session, config) for the life of a process, a cache that the processes share; on EC2 also ECS_TASK_METADATA_RPS_LIMIT",
		Run:  "loadgen run client-per-call --engine sim",
	}
	startBurst = Cause{
		Name: "start-burst", Title: "Many processes or tasks start at the same instant, and all want credentials first",
		Test: "the refusals are within seconds of a start or a deployment, and none follow",
		Set:  "processes that start over some seconds, one fetch for all of them; deployments in batches",
		Run:  "loadgen run fork-bomb --engine sim",
	}
	neighbours = Cause{
		Name: "neighbours", Title: "Neighbours on the host use up a bucket that you share with them",
		Test: "refused while you ask little; comes and goes with the load of others; on EC2 it is not this, because the agent has a bucket per source address and path, and the path holds the ID of the task; what Fargate shares is not published",
		Set:  "patience: more tries with full jitter (loadgen tune noisy-neighbour), credentials that are loaded before they are needed",
		Run:  "loadgen run noisy-neighbour --engine sim",
	}
	refreshHerd = Cause{
		Name: "refresh-herd", Title: "Tasks that were deployed together refresh their credentials together",
		Test: "hours after a deployment, within seconds, and again at every expiry",
		Set:  "a refresh with jitter, in the background; deployments over a longer time",
		Run:  "loadgen run refresh-herd --engine sim",
	}
	agentAway = Cause{
		Name: "agent-away", Title: "The agent is being started or updated: nobody listens, or it has no credentials for the task yet",
		Test: "refused or broken at first, then 503, then fine, within a minute; the agent's log has a start at that time",
		Set:  "more tries, over at least 30 s; in the application a retry of the first load",
		Run:  "loadgen run agent-restart --engine sim",
	}
	notReachable = Cause{
		Name: "not-reachable", Title: "The container cannot reach the agent: its link-local address is not routed, or a proxy takes the request",
		Test: "fails always, from the first request on; curl to the same address in the same container hangs too; with HTTP_PROXY set, and curl --noproxy '*' answers: the proxy",
		Set:  "NO_PROXY=169.254.170.2,169.254.170.23,169.254.169.254; on EC2 the iptables rules of ecs-init, and for network mode host ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST=true; an egress policy of the cluster that lets the address through",
		Run:  "loadgen strategy explain {preset} --fault hang",
	}
	nobodyThere = Cause{
		Name: "nobody-there", Title: "Nothing listens at the address: this is no task of ECS, the agent is not enabled, or the variable is of another container",
		Test: "refused always, not only for seconds; AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or FULL_URI is set to what was never there",
		Set:  "the variable that the agent sets, in the process that asks; on EC2 ECS_ENABLE_TASK_IAM_ROLE=true; on EKS the Pod Identity add-on on every node",
		Run:  "loadgen strategy explain {preset} --fault refuse",
	}
	slowAgent = Cause{
		Name: "slow-agent", Title: "The agent is overloaded, or waits for something itself, and answers too late",
		Test: "some requests fail, in busy minutes; the CPU of the host is full, or the agent's log shows throttled calls; the ECS agent hangs up after 5 s",
		Set:  "a time limit above the slowest answer, more tries; fewer requests for tags and statistics",
		Run:  "loadgen run slow-task-tags --engine sim",
	}
	packets = Cause{
		Name: "packets", Title: "More than 1024 packets a second go to link-local addresses, and the network drops the rest",
		Test: "ethtool -S eth0 | grep linklocal_allowance_exceeded rises; DNS is slow at the same time",
		Set:  "a DNS cache on the host, credentials that are kept, fewer metadata pollers; more tries",
		Run:  "loadgen run imds-packet-limit --engine sim",
	}
	unknownTask = Cause{
		Name: "unknown-task", Title: "The agent does not know the ID: the variable is of another task, or the agent lost its state",
		Test: "400 always, also minutes after the start; the ID in the request is not that of the task's own environment",
		Set:  "the variable as ECS sets it, inherited and not copied into an image or a file",
		Run:  "loadgen run replay-sdk-mix --engine sim",
	}
	wrongPath = Cause{
		Name: "wrong-path", Title: "The address is wrong: a path that no agent serves",
		Test: "404 page not found always; the address in the text is not that of the environment",
		Set:  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or FULL_URI as the agent sets it; no address of one's own in the code",
		Run:  "loadgen strategy explain {preset} --fault 404",
	}
	expiredThere = Cause{
		Name: "stale-agent", Title: "The agent hands out credentials that have expired, because it cannot renew them",
		Test: "Expiration in the document is in the past: curl the address in the container; the agent's log has failed renewals",
		Set:  "nothing in the client; look at the agent's own connection and the role's trust policy",
		Run:  "loadgen run showdown-expired --engine sim",
	}
	wrongClock = Cause{
		Name: "clock", Title: "The clock of the host is wrong",
		Test: "chronyc tracking; `Signature expired` or `not yet valid` beside it; on one host alone",
		Set:  "time synchronisation with 169.254.169.123",
	}
	notTheAgent = Cause{
		Name: "not-the-agent", Title: "Something else answered: a proxy, a captive page, a mock",
		Test: "curl -v shows a Server header or a page that is no JSON of an agent",
		Set:  "NO_PROXY for the link-local addresses, the address as the agent sets it",
		Run:  "loadgen strategy explain {preset} --fault badjson",
	}
	hungUp = Cause{
		Name: "hung-up", Title: "The server hung up: it was restarted, or gave up an answer after its 5 s",
		Test: "once: a restart at that time in the agent's log; again and again for one path: slow answers (metadata with tags)",
		Set:  "a retry of broken connections; not the path with tags where it is not needed",
		Run:  "loadgen run agent-restart --engine sim",
	}
	hiddenThrottle = Cause{
		Name: "throttled", Title: "The endpoint refused: throttled (429), or not ready yet (503)",
		Test: "some calls work; the SDK's debug log has the status, and the agent's audit log the 429s of this address",
		Set:  "more tries with jitter, one client for the life of a process; see: loadgen strategy show {preset}",
		Run:  "loadgen run noisy-neighbour --engine sim",
	}
	podThrottled = Cause{
		Name: "eks-auth-throttled", Title: "EKS Auth throttles the agents of the account, most often when tokens are renewed together",
		Test: "the answer names ThrottlingException and `fault: client`; the agent's log has `Calling EKS Auth` many times in a second, within minutes of a deployment or 80 % of a token's life later",
		Set:  "one client per pod, deployments in batches, the newest agent (it keeps one call for each pod); a higher quota of AssumeRoleForPodIdentity",
		Run:  "loadgen run pod-identity-rotation --engine sim",
	}
	podLimiter = Cause{
		Name: "agent-limit", Title: "The agent's own limiter refuses: all pods of the node share 1000 requests a second",
		Test: "the body is `Too Many Requests` alone; the agent logs nothing of these requests",
		Set:  "one client for the life of a process; fewer pods that ask for every call on a node",
		Run:  "loadgen run pod-identity-rotation --engine sim --set endpoint.limit.rate=20/s --set endpoint.limit.burst=10",
	}
	association = Cause{
		Name: "association", Title: "The role's trust policy does not name pods.eks.amazonaws.com, or there is no association for this service account",
		Test: "403 or 404 of EKS Auth in the text, always, for this service account alone",
		Set:  "sts:AssumeRole and sts:TagSession for pods.eks.amazonaws.com in the trust policy; an association of namespace and service account",
		Run:  "loadgen strategy explain {preset} --service eks-pod-identity --fault 403",
	}
	podToken = Cause{
		Name: "pod-token", Title: "The pod shows a token that has expired or is not one: read once and kept, or of another audience",
		Test: "the SDK is old, or the application reads the file itself; a new pod works for a day",
		Set:  "an SDK that reads AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE on every fetch",
		Run:  "loadgen run pod-identity-rotation --engine sim",
	}
	noEKSAuth = Cause{
		Name: "no-eks-auth", Title: "The agent on the node cannot reach EKS Auth, or its node role may not call it",
		Test: "500 after 1 to 2 s, for all pods of the node; the agent's log says `unable to fetch credentials from EKS Auth`",
		Set:  "a VPC endpoint com.amazonaws.REGION.eks-auth (with its security group), eks-auth:AssumeRoleForPodIdentity for the node role (AmazonEKSWorkerNodePolicy)",
		Run:  "loadgen run pod-identity-rotation --engine sim --set endpoint.pod_identity.upstream.latency.p99=2s --set endpoint.pod_identity.upstream.latency.p50=900ms",
	}
	oldSDK = Cause{
		Name: "old-sdk", Title: "The SDK does not know this address or this variable",
		Test: "the text says that the host name is not valid; a newer release works",
		Set:  "a newer SDK: EKS Pod Identity came in late 2023",
		Run:  "loadgen strategy explain {preset} --fault 429",
	}
)

// containerCauses are those of an agent on the host.
func containerCauses(l Leg, h How) []Cause {
	pod := l == PodCredentials || l == EKSAuth
	if l == EKSAuth {
		switch h {
		case NoConnection, NoAnswer, Deadline, Unreachable, Refused, NoName, Untrusted:
			return []Cause{noEKSAuth, podThrottled}
		case Denied, Unauthorized, EndpointDenied:
			return []Cause{association, noEKSAuth, podToken}
		}
	}
	switch h {
	case Throttled:
		switch l {
		case EKSAuth:
			return []Cause{podThrottled, ownClients}
		case PodCredentials:
			return []Cause{podThrottled, podLimiter, ownClients}
		}
		return []Cause{ownClients, startBurst, neighbours, refreshHerd}
	case Uninitialized:
		return []Cause{agentAway, unknownTask}
	case Unavailable:
		if pod {
			return []Cause{noEKSAuth, agentAway}
		}
		return []Cause{agentAway, slowAgent, notTheAgent}
	case UnknownID:
		return []Cause{unknownTask, agentAway}
	case Denied, Unauthorized, EndpointDenied:
		if l == TaskCredentials {
			return []Cause{notTheAgent, wrongPath}
		}
		return []Cause{association, notTheAgent, podToken}
	case Bad:
		if pod {
			return []Cause{podToken, association}
		}
		return []Cause{unknownTask, podToken, notTheAgent}
	case Missing:
		if pod {
			return []Cause{association, wrongPath}
		}
		if l == TaskCredentials {
			return []Cause{wrongPath, unknownTask, notTheAgent}
		}
		return []Cause{wrongPath, unknownTask, association}
	case Expired:
		if pod {
			return []Cause{podToken, wrongClock, expiredThere}
		}
		return []Cause{expiredThere, wrongClock}
	case NoConnection, Unreachable:
		return []Cause{notReachable, packets, agentAway}
	case NoAnswer, Deadline:
		return []Cause{slowAgent, notReachable, packets}
	case Refused:
		return []Cause{agentAway, nobodyThere, notReachable}
	case Broken:
		return []Cause{hungUp, agentAway, notTheAgent}
	case CutShort:
		return []Cause{hungUp, notTheAgent}
	case Malformed, Incomplete:
		return []Cause{notTheAgent, wrongPath, agentAway}
	case NoName, Untrusted:
		return []Cause{notTheAgent, notReachable}
	}
	return []Cause{hiddenThrottle, agentAway, notReachable}
}

// metadataCauses are those of a task's metadata.
func metadataCauses(h How) []Cause {
	switch h {
	case NoAnswer, Deadline, Broken, CutShort:
		return []Cause{slowAgent, hungUp, packets}
	case Throttled:
		return []Cause{ownClients, startBurst, neighbours}
	}
	return containerCauses(TaskCredentials, h)
}
