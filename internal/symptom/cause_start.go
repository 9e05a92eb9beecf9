package symptom

import "tenement/internal/startup"

// The commands for what a role may not do, and for what does not exist. Twenty seeds of each
// take some seconds; the profile's own number of them, minutes.
const (
	denied  = "loadgen run resource-init --engine sim --seeds 20 --set network.internet=nat{parameters} --set 'network.denied=[{leg}]'"
	missing = "loadgen run resource-init --engine sim --seeds 20 --set network.internet=nat{parameters} --set 'network.missing=[{missing}]'"
)

// The causes for which a request of a task's start fails. What can happen to a packet is in
// package startup; here are those of one text together, as far as one look tells them apart.
var (
	noWay = Cause{
		Name: "no-way", Title: "There is no way from the subnet to the service: no VPC endpoint, and no route to the internet (or no public address)",
		Test:   "always fails, and after the same time; the route table of the subnet has no 0.0.0.0/0 to a NAT gateway, and the VPC no endpoint com.amazonaws.REGION.{endpoint}; or the route leads to an internet gateway, and the task has no public IP; since the task moved to platform version 1.4.0: there secrets and the token of the registry go over the task's own interface (platform-1.3-to-1.4)",
		Set:    "a VPC endpoint com.amazonaws.REGION.{endpoint}, or a route to a NAT gateway; in a public subnet assignPublicIp ENABLED",
		Run:    "loadgen run private-subnet-no-endpoints --engine sim",
		covers: []startup.Cause{startup.NoRoute, startup.NoPublicAddress},
	}
	closed = Cause{
		Name: "closed", Title: "A security group or a network ACL drops the packets",
		Test:   "the way exists, and VPC flow logs show REJECT at port 443; the security group of the task must let 443 out, that of the VPC endpoint 443 in from the task, the network ACL 443 out and 1024-65535 in; fails in one subnet alone: its network ACL",
		Set:    "inbound 443 from the subnets of the tasks in the security group of the VPC endpoint {endpoint}, outbound 443 in that of the task",
		Run:    "loadgen run security-group-closed --engine sim",
		covers: []startup.Cause{startup.TaskGroupClosed, startup.EndpointGroupClosed, startup.NetworkACL},
	}
	pastEndpoint = Cause{
		Name: "past-endpoint", Title: "There is a VPC endpoint, and it is not used or not there: private DNS is off, its zone is lost, or the agent of the instance does not know it yet",
		Test:   "the service's name resolves to public addresses inside the VPC: private DNS is off; fails in one zone alone: the endpoint has no other; on EC2, works once the agent was restarted: the endpoint is newer than the agent",
		Set:    "private DNS of the VPC endpoint {endpoint} (and enableDnsSupport and enableDnsHostnames of the VPC), a subnet in every zone; on EC2 make ecs-agent, ecs-telemetry and ecs in this order, then restart the agent",
		Run:    "loadgen run private-subnet-dns-off --engine sim",
		covers: []startup.Cause{startup.PrivateDNSOff, startup.ZoneLost, startup.AgentNotRestarted},
	}
	rolePolicy = Cause{
		Name: "role-policy", Title: "The role's policy does not allow it",
		Test:   "fails at once, on every start; the text says `no identity-based policy allows`, or names a role that is not the one you think; the same call with that role fails elsewhere too",
		Set:    "{action} in the policy of the task execution role (AmazonECSTaskExecutionRolePolicy has those of ECR and logs, not those of secrets)",
		Run:    denied,
		covers: []startup.Cause{startup.RolePolicy},
	}
	endpointPolicy = Cause{
		Name: "endpoint-policy", Title: "The policy of the VPC endpoint does not let it through",
		Test:   "fails at once, in this VPC alone; the text says `no VPC endpoint policy allows`; of layers: the bucket prod-REGION-starport-layer-bucket is missing in the policy of the S3 endpoint",
		Set:    "{action} in the policy of the VPC endpoint {endpoint}; for layers s3:GetObject on arn:aws:s3:::prod-REGION-starport-layer-bucket/*",
		Run:    "loadgen run security-group-closed --engine sim --set network.vpc_endpoints.secretsmanager.security_group=open --set network.vpc_endpoints.secretsmanager.policy=deny",
		covers: []startup.Cause{startup.EndpointPolicy},
	}
	otherAccount = Cause{
		Name: "other-account", Title: "It belongs to another account or key, whose own policy does not allow this role",
		Test: "the ARN in the text has another account's number, or the text names KMS; the role's own policy allows it",
		Set:  "the role in the policy of the repository, secret or bucket, and kms:Decrypt for its key",
		Run:  denied,
	}
	keyPolicy = Cause{
		Name: "key-policy", Title: "The role may read it, and may not use the KMS key that encrypts it",
		Test: "fails at once; only what is encrypted with a key of your own is concerned",
		Set:  "kms:Decrypt on that key in the policy of the task execution role, and the role in the policy of the key",
		Run:  denied,
	}
	notThere = Cause{
		Name: "not-there", Title: "It does not exist there: a wrong name or tag, deleted, or in another region or account",
		Test:   "fails at once, on every start, and since a change of the task definition or of the thing itself; `aws` describes it with the ARN of the text, in the region of the text, or not",
		Set:    "the name in the task definition (with the six characters of a secret's ARN, with the tag of an image, with the region of the log group)",
		Run:    missing,
		covers: []startup.Cause{startup.Missing},
	}
	noVersion = Cause{
		Name: "no-value", Title: "It exists, and has no value: a secret without AWSCURRENT, a JSON key that it lacks, no JSON where a key is asked for, an image that a lifecycle rule removed",
		Test: "the name is found when it is described, and its value is not",
		Set:  "a value, or the version and key that the task definition names",
		Run:  missing,
	}
	manyStarts = Cause{
		Name: "many-starts", Title: "Many tasks start at once, and their calls together go beyond the account's limit",
		Test:   "only some starts fail, and most in deployments and scale-outs; CloudTrail counts the throttled calls of that minute",
		Set:    "starts in batches (minimumHealthyPercent and maximumPercent, a slower scale-out), a higher quota for {action} in Service Quotas; fewer secrets per task (one JSON for many)",
		Run:    "loadgen run cold-start --engine sim",
		covers: []startup.Cause{startup.Throttled},
	}
	relaunches = Cause{
		Name: "relaunches", Title: "Failed starts are launched again, and keep the limit used up",
		Test: "goes on after the deployment, in waves that are ever farther apart; stops when the service's desired count is 0 for some minutes",
		Set:  "the deployment circuit breaker, or a smaller desired count until the cause is gone",
		Run:  "loadgen run metastable-relaunch --engine sim",
	}
	noResolver = Cause{
		Name: "no-resolver", Title: "The VPC has no DNS, or a name that is wrong",
		Test: "`no such host` at once: the name (region, service) or a private zone that shadows it; `Temporary failure` or some seconds: no resolver answers (enableDnsSupport, port 53 in the network ACL, more than 1024 packets a second per network interface)",
		Set:  "enableDnsSupport of the VPC, 53 in security group and ACL of your own resolver, the region in the task definition",
		Run:  "loadgen run private-subnet-dns-off --engine sim",
	}
	registryDown = Cause{
		Name: "service-down", Title: "The service or a proxy in between has a fault of its own",
		Test: "starts in all your VPCs fail, or only those behind one proxy; the health dashboard says so",
		Set:  "nothing, if it is the service: the scheduler tries again; else NO_PROXY for what is inside the VPC",
		Run:  "loadgen run metastable-relaunch --engine sim",
	}
	pullLimit = Cause{
		Name: "pull-limit", Title: "The registry's limit of pulls is used up, for your account or for the address of your NAT gateway",
		Test: "works again after the limit's window (hours at Docker Hub), and from another address; the text says toomanyrequests",
		Set:  "a copy in ECR (pull-through cache), repositoryCredentials in the task definition, fewer relaunches",
		Run:  "loadgen run metastable-relaunch --engine sim",
	}
	diskFull = Cause{
		Name: "disk-full", Title: "The disk of the instance or the task has no room for the image",
		Test: "df on the instance; on Fargate the image, unpacked, is larger than ephemeralStorage (20 GiB)",
		Set:  "ephemeralStorage in the task definition; on EC2 a larger volume, ECS_IMAGE_CLEANUP_INTERVAL, max-size of json-file logs",
	}
	wrongImage = Cause{
		Name: "wrong-platform", Title: "The image has no build for this processor",
		Test: "docker manifest inspect lists no such platform",
		Set:  "runtimePlatform in the task definition, or an image for both",
	}
	noLogin = Cause{
		Name: "no-login", Title: "The image is private, and the task shows its registry no login",
		Test: "docker pull fails in the same way after docker logout, and works after docker login",
		Set:  "repositoryCredentials in the task definition: a secret with username and password, which the task execution role may read",
	}
	// Source: Amazon ECR User Guide, "Private registry authentication".
	staleLogin = Cause{
		Name: "stale-login", Title: "The login at the registry is more than 12 hours old: made once by hand or by a script",
		Test: "works again after docker login, for 12 hours; ~/.docker/config.json holds a token for the registry",
		Set:  "the credential helper of ECR (amazon-ecr-credential-helper), or the login of the agent: docker logout on the instance, and the policy of the role",
	}
	badImage = Cause{
		Name: "bad-image", Title: "The image itself cannot be unpacked: it was pushed in part, or its layers are compressed in more than one way",
		Test: "fails for this tag alone, and on docker pull too; docker manifest inspect shows layers of gzip beside some of zstd",
		Set:  "an image that is built and pushed anew, with one compression for all layers",
	}
	brokenPull = Cause{
		Name: "broken-on-the-way", Title: "A connection broke: a NAT gateway that is replaced or out of ports, a proxy, a firewall",
		Test: "some starts fail, others at the same time do not; the NAT gateway's ErrorPortAllocation or IdleTimeoutCount is above 0",
		Set:  "VPC endpoints in place of the NAT gateway, or more addresses at it",
		Run:  "loadgen run metastable-relaunch --engine sim",
	}
	untrusted = Cause{
		Name: "untrusted", Title: "A proxy or firewall in between opens TLS, or the image has no root certificates",
		Test: "the issuer of the certificate that openssl s_client shows is not Amazon",
		Set:  "no inspection for *.amazonaws.com, or its root certificate where the client runs; ca-certificates in the image",
	}
	otherStart = Cause{
		Name: "request", Title: "What is asked for is named wrongly: region, ARN or option of the task definition",
		Test: "fails at once, on every start since a change of the task definition",
		Set:  "the option that the text names",
		Run:  missing,
	}
)

// image reports whether a leg is a part of pulling an image.
func image(l Leg) bool { return l == Image || legs[l].of == Image }

// startCauses are those of a request of a task's start.
func startCauses(l Leg, h How, private bool) []Cause {
	switch h {
	case NoConnection, NoAnswer, Deadline, Unreachable, Refused:
		if private { // the name led to an endpoint
			return []Cause{closed, pastEndpoint, noWay}
		}
		return []Cause{noWay, closed, pastEndpoint}
	case EndpointDenied:
		return []Cause{endpointPolicy, rolePolicy}
	case KeyDenied:
		return []Cause{keyPolicy, otherAccount}
	case Denied, Unauthorized:
		if l == Layers {
			return []Cause{endpointPolicy, otherAccount, rolePolicy}
		}
		return []Cause{rolePolicy, endpointPolicy, otherAccount}
	case Missing:
		return []Cause{notThere, noVersion, otherAccount}
	case Throttled:
		if image(l) {
			return []Cause{manyStarts, pullLimit, relaunches}
		}
		return []Cause{manyStarts, relaunches}
	case HubLimit:
		return []Cause{pullLimit, manyStarts, relaunches}
	case NoName:
		return []Cause{noResolver, pastEndpoint, otherStart}
	case Untrusted:
		return []Cause{untrusted}
	case Broken, CutShort:
		return []Cause{brokenPull, registryDown, closed}
	case Unavailable:
		return []Cause{registryDown, manyStarts}
	case Full:
		return []Cause{diskFull}
	case WrongPlatform:
		return []Cause{wrongImage}
	case Answered:
		switch {
		case l == Layers:
			return []Cause{endpointPolicy, pullLimit, notThere}
		case image(l):
			return []Cause{pullLimit, rolePolicy, notThere}
		}
		return []Cause{rolePolicy, notThere, noWay}
	case BadImage:
		return []Cause{badImage, diskFull}
	case Private:
		return []Cause{notThere, noLogin, rolePolicy}
	case NoValue:
		return []Cause{noVersion, notThere}
	case Malformed:
		if l == Secret {
			return []Cause{noVersion, registryDown}
		}
		return []Cause{registryDown, otherStart, notThere}
	case Expired:
		if image(l) {
			return []Cause{staleLogin, wrongClock}
		}
		return []Cause{wrongClock, heldTooLong}
	case Bad, Incomplete:
		return []Cause{otherStart, notThere, registryDown}
	}
	return []Cause{noWay, rolePolicy, notThere}
}
