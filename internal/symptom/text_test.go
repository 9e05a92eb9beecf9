package symptom

import (
	"fmt"
	"strings"
	"testing"
)

// Texts of agents, of AWS's APIs and of reports that no preset and no row of package startup
// has: what they are recognised as, with the cause that comes first.
var texts = []struct {
	text  string
	leg   Leg
	how   How
	first string
}{
	// The ECS agent: its answers, its log, its audit log.
	{`{"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials uninitialized for ID","HTTPErrorCode":503}`, TaskCredentials, Uninitialized, "agent-away"},
	{`{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}`, TaskCredentials, UnknownID, "unknown-task"},
	{`{"code":"NoIdInRequest","message":"CredentialsV1Request: No Credential ID in the request","HTTPErrorCode":400}`, TaskCredentials, UnknownID, "unknown-task"},
	{`level=error time=2026-11-29T10:00:00Z msg="HTTP response status code is '503', request type is: credentials, and response in JSON is {\"code\":\"CredentialsUninitialized\"}"`, TaskCredentials, Uninitialized, "agent-away"},
	{`level=error time=2026-11-29T10:00:00Z msg="HTTP response status code is '404', request type is: task metadata, and response in JSON is \"V4 task metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: 0b2a\""`, TaskMetadata, Missing, "wrong-path"},
	{`2018-12-07T10:00:00Z [ERROR] Error processing credential request: CredentialsV2Request: ID not found. Request IP Address: 172.17.0.3:50000`, TaskCredentials, UnknownID, "unknown-task"},
	{`2026-11-20T23:10:25Z 429 172.17.0.3:50000 "/v2/credentials" "Boto3/1.34.0" - `, TaskCredentials, Throttled, "own-clients"},
	{`2026-11-20T23:10:25Z 429 172.17.0.3:50000 "/v4/0123-abc/task" "aws-sdk-go-v2/1.30.0 os/linux" - `, TaskMetadata, Throttled, "own-clients"},
	{`You have reached maximum request limit.`, TaskCredentials, Throttled, "own-clients"},
	{`level=warn time=2026-11-29T10:00:00Z msg="ListTagsForResource throttled or rate limited" error="ThrottlingException: Rate exceeded"`, TaskMetadata, Throttled, "slow-agent"},
	{`level=error msg="ACS: Unable to discover poll endpoint" error="RequestError: send request failed caused by: Post \"https://ecs.us-east-1.amazonaws.com/\": dial tcp 52.46.1.2:443: i/o timeout"`, Agent, NoConnection, "no-way"},
	{`level=error msg="tcs: unable to discover poll endpoint" error="AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/ecsInstanceRole/i-1 is not authorized to perform: ecs:DiscoverPollEndpoint on resource: * because no identity-based policy allows the ecs:DiscoverPollEndpoint action"`, Agent, Denied, "role-policy"},
	{`2016-09-16T11:00:01Z [WARN] Error accessing the EC2 Metadata Service; retrying: Get http://169.254.169.254/2014-02-25/dynamic/instance-identity/document: dial tcp 169.254.169.254:80: i/o timeout`, Instance, NoConnection, "hop-limit"},
	{`[ERROR] Error getting valid credentials: NoCredentialProviders: no valid providers in chain. Deprecated.`, Instance, Untold, "no-role"},
	{`level=error msg="Unable to get instance identity document" error="operation error ec2imds: GetInstanceIdentityDocument, http response error StatusCode: 404, request to EC2 IMDS failed"`, Instance, Missing, "no-role"},
	// The EKS Pod Identity agent.
	{`{"client-addr":"10.10.42.5:36146","cluster-name":"my-eks","level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, RequestID: , canceled, context canceled","time":"2025-02-19T19:30:37Z"}`, EKSAuth, Deadline, "no-eks-auth"},
	{`Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, exceeded maximum number of attempts, 2, https response error StatusCode: 429, RequestID: 3c5a77b1, ThrottlingException: Rate exceeded`, EKSAuth, Throttled, "eks-auth-throttled"},
	{`Removing credentials from cache, got non recoverable error: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 400, RequestID: 3c5a77b1-e68d-44fe-8b54-4a6c9bbcb057, ExpiredTokenException: The token included in the request is expired: current date/time 2025-07-06T07:02:09.314833331Z must be before the expiration date/time 2025-07-06T04:16:18Z.`, EKSAuth, Expired, "pod-token"},
	{`Service account token cannot be empty`, PodCredentials, Bad, "old-sdk"},
	{`Service account token failed basic claim validations: token is expired`, PodCredentials, Expired, "pod-token"},
	{`Access Denied. Called agent through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not localhost`, PodCredentials, Denied, "wrong-path"},
	{`{"level":"error","ts":"2025-11-09T13:35:17.149Z","msg":"Unable to create controller manager","error":"unable to determine account ID: unable to get caller identity: operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, failed to load credentials, : [43250e5c-8c9c-4fe8-af41-34d48103435b]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client","stacktrace":"main.main\n\t/github.com/x/main.go:77"}`, PodCredentials, Denied, "association"},
	{`CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 429 from container metadata: [3c5a77b1]: (ThrottlingException): Rate exceeded, fault: client`, PodCredentials, Throttled, "eks-auth-throttled"},
	{`IPv4 endpoint attempt failed: HTTP request to pod identity agent failed: Get "http://169.254.170.23/v1/credentials": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, PodCredentials, NoAnswer, "slow-agent"},
	// Instance metadata.
	{`{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role app.  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc."}`, Instance, Denied, "role-trust"},
	{`requests.exceptions.ReadTimeout: HTTPConnectionPool(host='169.254.169.254', port=80): Read timed out. (read timeout=5.0)`, Instance, NoAnswer, "hop-limit"},
	{`Connect timeout on endpoint URL: "http://169.254.169.254/latest/api/token"`, Instance, NoConnection, "hop-limit"},
	{`Caught retryable HTTP exception while making metadata service request to http://169.254.169.254/latest/meta-data/iam/security-credentials/: Connect timeout on endpoint URL: "http://169.254.169.254/latest/meta-data/iam/security-credentials/"`, Instance, NoConnection, "hop-limit"},
	{`Error retrieving credentials from the instance profile metadata service. (cURL error 28: Connection timed out after 1001 milliseconds (see https://curl.se/libcurl/c/libcurl-errors.html) for http://169.254.169.254/latest/api/token)`, Instance, NoConnection, "hop-limit"},
	{`curl: (28) Failed to connect to 169.254.169.254 port 80 after 2001 ms: Connection timed out`, Instance, NoConnection, "hop-limit"},
	{`{"originalError":{"message":"Could not load credentials from any providers","errno":"EINVAL","code":"CredentialsError","syscall":"connect","address":"169.254.169.254"}}`, AnyProvider, Untold, "throttled"},
	{`{"message":"EC2 Metadata roleName request returned error","errno":"EINVAL","code":"EINVAL","syscall":"connect","address":"169.254.169.254","port":80}`, Instance, Untold, "many-clients"},
	{`EC2RoleRequestError: no EC2 instance role found\ncaused by: EC2MetadataError: failed to make EC2Metadata request\n\n\tstatus code: 404, request id: `, Instance, Missing, "no-role"},
	{`NoCredentialProviders: no valid providers in chain\ncaused by: EnvAccessKeyNotFound: failed to find credentials in the environment.\nSharedCredsLoad: failed to load shared credentials file\nCredentialsEndpointError: failed to load credentials\ncaused by: : \n\tstatus code: 429, request id: `, Container, Throttled, "own-clients"},
	// Chains.
	{`Unable to locate credentials. You can configure credentials by running "aws configure".`, AnyProvider, Untold, "no-provider"},
	{`Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider(), EnvironmentVariableCredentialsProvider(), ContainerCredentialsProvider(), InstanceProfileCredentialsProvider()]) : [SystemPropertyCredentialsProvider(): Unable to load credentials from system settings. Access key must be specified either via environment variable (AWS_ACCESS_KEY_ID) or system property (aws.accessKeyId)., ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set., InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS.]`, Instance, Untold, "no-provider"},
	{`unable to sign request without credentials set (Aws::Errors::MissingCredentialsError)`, AnyProvider, Untold, "throttled"},
	{`WARNING:botocore.credentials:Refreshing temporary credentials failed during mandatory refresh period.`, AnyProvider, Untold, "throttled"},
	// Web identity.
	{`botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity`, WebIdentity, Denied, "web-trust"},
	{`failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 1, ExpiredTokenException: Token expired: current date/time 1 must be before the expiration date/time 2`, WebIdentity, Expired, "web-token"},
	{`operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://sts.eu-west-1.amazonaws.com/": dial tcp 52.94.1.2:443: i/o timeout`, WebIdentity, NoConnection, "no-sts"},
	// The application's own calls.
	{`An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired.`, AWS, Expired, "held-too-long"},
	{`An error occurred (ExpiredTokenException) when calling the DescribeTasks operation: The security token included in the request is expired`, AWS, Expired, "held-too-long"},
	{`An error occurred (ThrottlingException) when calling the DescribeServices operation (reached max retries: 4): Rate exceeded`, AWS, Throttled, "api-limit"},
	{`operation error DynamoDB: GetItem, https response error StatusCode: 400, RequestID: ABC, api error AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/node-role/i-0abc is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:111122223333:table/orders because no identity-based policy allows the dynamodb:GetItem action`, AWS, Denied, "wrong-role"},
	{`An error occurred (UnrecognizedClientException) when calling the ListTables operation: The security token included in the request is invalid`, AWS, Unauthorized, "broken-keys"},
	{`com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; Request ID: X)`, AWS, Throttled, "api-limit"},
	// Starts, in other words than those of package startup.
	{`ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-central-1:account_id:secret:x-EaPYTy from secrets manager: AccessDeniedException: Access to KMS is not allowed status code: 400, request id: a87a66d9-f839-4353-b8c2-9984b1465695`, Secret, KeyDenied, "key-policy"},
	{`ResourceInitializationError: unable to pull secrets or registry auth`, RegistryAuth, Untold, "no-way"},
	{`ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-1.efs.us-east-1.amazonaws.com" - check that your file system ID is correct`, Placement, Untold, "no-file-system"},
	{`CannotPullContainerError: Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limits`, Image, HubLimit, "pull-limit"},
	{`CannotPullContainerError: write /var/lib/docker/tmp/GetImageBlob111111111: no space left on device`, Layers, Full, "disk-full"},
	{`CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'`, Image, WrongPlatform, "wrong-platform"},
	{`CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/tryretool/backend:2.110.5: failed to do request: Head "https://registry-1.docker.io/v2/tryretool/backend/manifests/2.110.5": dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: no such host`, Manifest, NoName, "no-resolver"},
	{`CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: RequestError: send request failed` + "\n" + `caused by: Post https://logs.us-east-2.amazonaws.com/: dial tcp 10.20.10.16:443: i/o time`, LogStream, NoConnection, "closed"},
	{`CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: OCI runtime create failed: container_linux.go:370: starting container process caused: exec: "/opt/app/run.sh": stat /opt/app/run.sh: no such file or directory`, Program, Untold, "wrong-command"},
	{`ResourceInitializationError: failed to download env files: file download command: non empty error stream: RequestCanceled: request context canceled caused by: context deadline exceeded`, EnvFile, Deadline, "no-way"},
	{`ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set., InstanceProfileCredentialsProvider(): The requested metadata is not found at http://169.254.169.254/latest/meta-data/iam/security-credentials/]`, Instance, Missing, "no-role"},
	{`Timeout waiting for network interface provisioning to complete.`, Placement, Untold, "no-addresses"},
	{`Essential container in task exited`, Program, Untold, "program"},
	{`service web was unable to place a task because no container instance met all of its requirements.`, Placement, Untold, "no-capacity"},
	// Without the name of a service.
	{`Get "http://169.254.170.2/v4/0b2a/task": net/http: timeout awaiting response headers`, TaskMetadata, NoAnswer, "slow-agent"},
	{`HTTP/1.1 429 Too Many Requests`, NoLeg, Throttled, "throttled"},
	{`unexpected EOF`, NoLeg, CutShort, "hung-up"},
}

// Each text is recognised, quoted in any way.
func TestTexts(t *testing.T) {
	for _, row := range texts {
		w := want{legs: []Leg{row.leg}, hows: []How{row.how}, first: []string{row.first}}
		w.check(t, "as it is", row.text)
		if strings.HasPrefix(row.text, "level=") || strings.HasPrefix(row.text, "20") || strings.HasPrefix(row.text, "{") {
			continue // whole lines of logs
		}
		w.everyWay(t, "quoted", row.text)
	}
}

// In a log without times each text is found as often as its line is there.
func TestRepeated(t *testing.T) {
	const n = 40
	for _, row := range texts {
		line, rest, _ := strings.Cut(row.text, "\n")
		once := Diagnose(line)
		if rest != "" || len(once) != 1 {
			continue
		}
		if all := Diagnose(strings.Repeat(line+"\n", n)); len(all) != 1 || all[0].Count != n {
			t.Errorf("%s: got %s, want %d", line, said(all), n)
		}
	}
}

// In a log without times an address counts for the error of its own line.
func TestOwnAddress(t *testing.T) {
	const what = `Get "http://%s": net/http: timeout awaiting response headers` + "\n"
	all := Diagnose(fmt.Sprintf(what+what+what, "169.254.170.2/v4/0b2a/task", "169.254.169.254/latest/meta-data/iam/security-credentials/", "169.254.170.2/v4/0b2a/task"))
	if len(all) != 2 || all[0].Leg != TaskMetadata || all[0].Count != 2 || all[1].Leg != Instance || all[1].Count != 1 {
		t.Errorf("got %s", said(all))
	}
}

// What is no error of these is not recognised.
func TestNothing(t *testing.T) {
	for _, text := range []string{
		"", "\n\n", "hello, world", "429", "the token was read", "cat <<EOF\nhello\nEOF\n", "GET /orders/429 200 OK", "\\", "\\u", "\x1b[", "&", "{\"", strings.Repeat("…", 10),
		"2026-11-29T10:00:00Z INFO all is well in 403 ms",
		"no failures; the reason: resources were added", "db-3 is unhealthy in zone a due to load", "java.lang.OutOfMemoryError: Java heap space",
		"AWS_ACCESS_KEY_ID is set", "connection to db.example.com timed out", "the service was unable to start", "Scaling activity initiated by (deployment ecs-svc/0123456789)",
	} {
		if all := Diagnose(text); len(all) > 0 {
			t.Errorf("%q: got %s", text, said(all))
		}
	}
}

// Of a log with several errors each is found once, with its number, the first first.
func TestSeveral(t *testing.T) {
	const log = `2026-11-29T10:00:00Z INFO starting
2026-11-29T10:00:01Z ERROR CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 429 from container metadata: You have reached maximum request limit.
2026-11-29T10:00:01Z INFO GET /orders 503
2026-11-29T10:00:02Z ERROR Unable to locate credentials
2026-11-29T10:00:03Z ERROR An error occurred (ThrottlingException) when calling the DescribeTasks operation: Rate exceeded
2026-11-29T10:00:04Z ERROR CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 429 from container metadata: You have reached maximum request limit.
2026-11-29T10:00:05Z ERROR CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received error when attempting to retrieve container metadata: Read timeout on endpoint URL: "http://169.254.170.2/v2/credentials/x"
2026-11-29T10:00:06Z ERROR Unable to locate credentials
2026-11-29T10:00:07Z ERROR CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 429 from container metadata: You have reached maximum request limit.
`
	all := Diagnose(log)
	type found struct {
		leg   Leg
		how   How
		count int
	}
	var got []found
	for _, f := range all {
		got = append(got, found{f.Leg, f.How, f.Count})
	}
	want := []found{{TaskCredentials, Throttled, 3}, {AnyProvider, Untold, 2}, {AWS, Throttled, 1}, {TaskCredentials, NoAnswer, 1}}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: got %v, want %v", i, got[i], want[i])
		}
	}
	if want := "CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 429 from container metadata: You have reached maximum request limit."; all[0].Text != want {
		t.Errorf("got text %q, want %q", all[0].Text, want)
	}
}

// Stopped reasons one after another in a list are told apart.
func TestList(t *testing.T) {
	const list = `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): AccessDeniedException: User: x is not authorized to perform: secretsmanager:GetSecretValue
CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref x: x: not found
ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded
Essential container in task exited
`
	all := Diagnose(list)
	want := []Finding{{Leg: Secret, How: Denied}, {Leg: Manifest, How: Missing}, {Leg: Parameter, How: Deadline}, {Leg: Program, How: Untold}}
	if len(all) != len(want) {
		t.Fatalf("got %s", said(all))
	}
	for i, w := range want {
		if all[i].Leg != w.Leg || all[i].How != w.How {
			t.Errorf("%d: got %s, want %v %v", i, said(all[i:i+1]), w.Leg, w.How)
		}
	}
}

// Whatever fails and however, there is a cause with a test and something to set, of which
// everything is filled in, and each leg and each way has its words.
func TestCausesAreWhole(t *testing.T) {
	for l := range endOfLegs {
		if l.String() == "" || l.Title() == "" {
			t.Errorf("leg %d has no name", l)
		}
		for h := range endOfHows {
			if h.String() == "" || h.Says() == "" || h.Takes() == "" {
				t.Errorf("way %d has no name", h)
			}
			all := causesOf(&row{}, &record{leg: l, how: h})
			if len(all) == 0 {
				t.Errorf("%v %v: no cause", l, h)
			}
			names := make(map[string]bool)
			for _, c := range all {
				if c.Name == "" || c.Title == "" || c.Test == "" || c.Set == "" || names[c.Name] || strings.Contains(c.Test+c.Set+c.Run, "{") {
					t.Errorf("%v %v: got %+v", l, h, c)
				}
				names[c.Name] = true
			}
		}
	}
}

// An excerpt ends where its string of JSON ends, and is read as the string is.
func TestExcerptOfJSON(t *testing.T) {
	said := `caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 192.0.2.1:443: i/o timeout`
	escaped := strings.ReplaceAll(said, `"`, `\"`)
	for _, after := range []string{`"}]}`, `", "stopCode": "TaskFailedToStart"`, `","a":"b"`, "\"\n}", "\",\n  \"a\": 1"} {
		text := `{"stoppedReason": "unable to retrieve ecr registry auth: RequestError: send request failed\n` + escaped + after
		all := Diagnose(text)
		if want := "unable to retrieve ecr registry auth: RequestError: send request failed " + said; len(all) != 1 || all[0].Text != want {
			t.Errorf("%q: %+v", after, all)
		}
	}
}

// A list of words in quotes is no JSON, and stays whole.
func TestExcerptOfQuotedWords(t *testing.T) {
	text := `unable to place a task because "a", "b" and "c" are not there`
	if all := Diagnose(text); len(all) != 1 || all[0].Text != text {
		t.Errorf("%+v", all)
	}
}
