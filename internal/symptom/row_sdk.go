package symptom

// Who writes the texts of SDKs.
const (
	botocore = "botocore (boto3, AWS CLI)"
	goV1     = "the AWS SDK for Go v1"
	goV2     = "the AWS SDK for Go v2"
	javaV1   = "the AWS SDK for Java 1"
	javaV2   = "the AWS SDK for Java 2"
	jsV2     = "the AWS SDK for JavaScript v2"
	jsV3     = "the AWS SDK for JavaScript v3"
	kotlin   = "the AWS SDK for Kotlin"
	dotNet   = "the AWS SDK for .NET"
	php      = "the AWS SDK for PHP"
	ruby     = "the AWS SDK for Ruby"
	rust     = "the AWS SDK for Rust"
	cpp      = "the AWS SDK for C++"
)

// sdkRows are the texts of SDKs. Their sources are those of the presets; texts that no
// preset has stand in the same files.
var sdkRows = []row{
	// botocore/credentials.py, utils.py and exceptions.py
	{text: "Error when retrieving credentials from container-role", source: botocore, preset: "botocore", leg: Container},
	{text: "attempting to retrieve container metadata", source: botocore, preset: "botocore", leg: Container, part: true},
	{text: "from container metadata", source: botocore, preset: "botocore", leg: Container, part: true},
	{text: "from ECS metadata", source: botocore, preset: "botocore", leg: Container, part: true},
	{text: "returned from container metadata services", source: botocore, preset: "botocore", leg: Container, part: true},
	{text: "Error when retrieving credentials from iam-role", source: botocore, preset: "botocore@imds", leg: Instance},
	{text: "Refreshing temporary credentials failed during", source: botocore, preset: "botocore", leg: AnyProvider, outer: true},
	{text: "refreshed credentials are still expired", source: botocore, preset: "botocore", leg: Container, how: Expired},
	{text: "KeyError: 'AccessKeyId'", source: botocore, preset: "botocore", leg: Container, how: Incomplete},
	{text: "KeyError: 'SecretAccessKey'", source: botocore, preset: "botocore", leg: Container, how: Incomplete},
	{text: "making metadata service request to", source: botocore, preset: "botocore@imds", leg: Instance, part: true},
	{text: "Metadata service returned non-200 response", source: botocore, preset: "botocore@imds", leg: Instance, part: true},
	{text: "Max number of attempts exceeded … when attempting to retrieve data from metadata service", source: botocore, preset: "botocore@imds", leg: Instance},
	{text: "Unable to locate credentials", source: botocore, preset: "botocore@imds", leg: AnyProvider, causes: []Cause{noCredentials, noAnswerAnywhere, manyClients, noRole}},
	{text: "PartialCredentialsError", source: botocore, preset: "botocore", leg: AnyProvider, how: Incomplete, causes: []Cause{brokenKeys}},
	{text: "MetadataRetrievalError", source: botocore, preset: "botocore", leg: Container, outer: true},
	{text: "Error retrieving metadata: Received", source: botocore, preset: "botocore", leg: Container, part: true},
	{text: "CredentialRetrievalError", source: botocore, preset: "botocore", leg: AnyProvider, outer: true},

	// aws-sdk-go-v2: credentials/endpointcreds, credentials/ec2rolecreds, feature/ec2/imds, aws/credential_cache.go
	{text: "failed to load credentials, deserialization failed, failed to decode error message", source: goV2 + " before credentials 1.16.4", preset: "aws-sdk-go-v2@pre-429", leg: Container, how: Throttled},
	{text: "no EC2 IMDS role found", source: goV2, preset: "aws-sdk-go-v2@imds", leg: Instance},
	{text: "EC2 IMDS role credentials", source: goV2, preset: "aws-sdk-go-v2@imds", leg: Instance},
	{text: "failed to refresh cached credentials, failed to load credentials", source: goV2, preset: "aws-sdk-go-v2", leg: Container},
	{text: "operation error ec2imds", source: goV2, preset: "aws-sdk-go-v2@imds", leg: Instance, part: true},
	{text: "request to EC2 IMDS failed", source: goV2, preset: "aws-sdk-go-v2@imds", leg: Instance, part: true},
	{text: "failed to refresh cached credentials, failed to retrieve credentials … AssumeRoleWithWebIdentity", source: goV2, leg: WebIdentity},
	{text: "failed to retrieve jwt from provide source", source: goV2, leg: WebIdentity, how: Bad},
	{text: "failed to refresh cached credentials", source: goV2, preset: "aws-sdk-go-v2", leg: AnyProvider, outer: true},

	// aws-sdk-go: aws/credentials
	{text: "CredentialsEndpointError: failed to load credentials", source: goV1, preset: "aws-sdk-go-v1", leg: Container},
	{text: "EC2RoleRequestError", source: goV1, preset: "aws-sdk-go-v1@imds", leg: Instance, part: true},
	{text: "EC2MetadataRequestError", source: goV1, preset: "aws-sdk-go-v1@imds", leg: Instance, part: true},
	{text: "failed to get session token, falling back to IMDSv1", source: goV1, preset: "aws-sdk-go-v1@imds", leg: Instance},
	{text: "EC2MetadataError: failed to make EC2Metadata request", source: goV1, preset: "aws-sdk-go-v1@imds", leg: Instance, part: true},
	{text: "no valid providers in chain", source: goV1, preset: "aws-sdk-go-v1", leg: AnyProvider, outer: true, part: true},
	{text: "NoCredentialProviders", source: goV1, preset: "aws-sdk-go-v1", leg: AnyProvider, outer: true},

	// Java 1, with the messages of its providers
	{text: "EC2ContainerCredentialsProviderWrapper … Failed to connect to service endpoint", source: javaV1, preset: "aws-sdk-java-v1", leg: AnyProvider, how: NoConnection},
	{text: "EC2ContainerCredentialsProviderWrapper … The requested metadata is not found at", source: javaV1, preset: "aws-sdk-java-v1", leg: AnyProvider, how: Missing},
	{text: "EC2ContainerCredentialsProviderWrapper", source: javaV1, preset: "aws-sdk-java-v1", leg: AnyProvider},
	{text: "Unable to load AWS credentials from any provider in the chain", source: javaV1, preset: "aws-sdk-java-v1", leg: AnyProvider, outer: true},
	{text: "InstanceProfileCredentialsProvider … Unable to load credentials from service endpoint", source: javaV1, preset: "aws-sdk-java-v1@imds", leg: Instance, how: NoConnection, near: 60},
	{text: "Unable to load credentials from service endpoint", source: javaV1, preset: "aws-sdk-java-v1", leg: AnyProvider, how: NoConnection},
	{text: "aws-java-sdk-sts module must be on the class path", source: javaV1, leg: WebIdentity, causes: []Cause{noSTSModule}},
	{text: "Failed to connect to service endpoint", source: javaV1, preset: "aws-sdk-java-v1", leg: NoLeg, how: NoConnection, part: true},

	// Java 2
	{text: "ContainerCredentialsProvider(): Failed to load credentials from metadata service … InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS", source: javaV2, preset: "aws-sdk-java-v2", leg: Container},
	{text: "ContainerCredentialsProvider(): Failed to load credentials from metadata service", source: javaV2, preset: "aws-sdk-java-v2", leg: Container},
	{text: "ContainerCredentialsProvider(): The requested metadata is not found at", source: javaV2, preset: "aws-sdk-java-v2", leg: Container, how: Missing},
	{text: "Cannot fetch credentials from container … InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS", source: javaV2, preset: "aws-sdk-java-v2@imds", leg: Instance, causes: askedLast},
	{text: "Cannot fetch credentials from container … InstanceProfileCredentialsProvider(): The requested metadata is not found at", source: javaV2, preset: "aws-sdk-java-v2@imds", leg: Instance, how: Missing},
	{text: "Failed to load credentials from IMDS", source: javaV2, preset: "aws-sdk-java-v2@imds", leg: Instance, part: true},
	{text: "Failed to load credentials from metadata service", source: javaV2, preset: "aws-sdk-java-v2", leg: Container},
	{text: "'sts' service module must be on the class path", source: javaV2, leg: WebIdentity, causes: []Cause{noSTSModule}},
	{text: "Unable to load credentials from any of the providers in the chain", source: javaV2, preset: "aws-sdk-java-v2", leg: AnyProvider, outer: true},

	// JavaScript v2: lib/credentials, lib/metadata_service.js
	{text: "Missing credentials in config", source: jsV2, preset: "aws-sdk-js-v2", leg: AnyProvider},
	{text: "EC2 Metadata roleName request returned error", source: jsV2, preset: "aws-sdk-js-v2@imds", leg: Instance},
	{text: "EC2 Metadata creds request returned error", source: jsV2, preset: "aws-sdk-js-v2@imds", leg: Instance},
	{text: "Could not load credentials from RemoteCredentials", source: jsV2, preset: "aws-sdk-js-v2", leg: Container},
	{text: "Could not load credentials from ECSCredentials", source: jsV2, preset: "aws-sdk-js-v2", leg: Container},

	// JavaScript v3: credential-provider-http, credential-provider-imds, credential-provider-node
	{text: "is not a valid container metadata service hostname", source: jsV3, preset: "aws-sdk-js-v3@eks-pod-identity", leg: PodCredentials, causes: []Cause{podThrottled, oldSDK, agentAway}},
	{text: "Server responded with status", source: jsV3, preset: "aws-sdk-js-v3@http", leg: Container},
	{text: "HTTP credential provider response not of the required format", source: jsV3, preset: "aws-sdk-js-v3@http", leg: Container, how: Incomplete},
	{text: "CredentialsProviderError: TimeoutError: socket hang up", source: jsV3, preset: "aws-sdk-js-v3@http", leg: Container, how: Broken},
	{text: "CredentialsProviderError: Error: connect ECONNREFUSED", source: jsV3, preset: "aws-sdk-js-v3@http", leg: Container, how: Refused},
	{text: "CredentialsProviderError: TimeoutError: @smithy/node-http-handler", source: jsV3, preset: "aws-sdk-js-v3@http", leg: Container, how: NoConnection},
	{text: "Error response received from instance metadata service", source: jsV3, preset: "aws-sdk-js-v3@container", leg: AnyProvider, how: Untold, causes: []Cause{hiddenThrottle, unknownTask, notTheAgent, agentAway}},
	{text: "Invalid response received from instance metadata service", source: jsV3, preset: "aws-sdk-js-v3@container", leg: AnyProvider, how: Incomplete},
	{text: "TimeoutError from instance metadata service", source: jsV3, preset: "aws-sdk-js-v3@container", leg: AnyProvider, how: NoAnswer},
	{text: "Unable to connect to instance metadata service", source: jsV3, preset: "aws-sdk-js-v3@container", leg: AnyProvider, how: Refused, causes: []Cause{agentAway, hungUp, nobodyThere}},
	{text: "EC2 Metadata token request returned error", source: jsV3, preset: "aws-sdk-js-v3@imds", leg: Instance, how: Bad},
	{text: "EC2 instance metadata service access disabled", source: jsV3, preset: "aws-sdk-js-v3@imds", leg: Instance, how: Denied},
	{text: "Could not load credentials from any providers", source: jsV3, preset: "aws-sdk-js-v3", leg: AnyProvider},
	{text: "Error: Credential is missing", source: jsV3, preset: "aws-sdk-js-v3", leg: AnyProvider},
	{text: "SyntaxError: Unterminated string in JSON", source: jsV3, preset: "aws-sdk-js-v3", leg: AnyProvider, how: Malformed},

	// Kotlin
	{text: "No credentials could be loaded from the chain", source: kotlin, preset: "aws-sdk-kotlin", leg: AnyProvider},
	{text: "No identity could be resolved from the chain", source: kotlin, preset: "aws-sdk-kotlin", leg: AnyProvider},

	// .NET
	{text: "Cannot fetch credentials from container - neither", source: dotNet, preset: "aws-sdk-net", leg: AnyProvider, causes: []Cause{noCredentials}, part: true},
	{text: "Unable to retrieve credentials. Message", source: dotNet, preset: "aws-sdk-net", leg: Container},
	{text: "System.ArgumentNullException … ImmutableCredentials", source: dotNet, preset: "aws-sdk-net", leg: Container, how: Incomplete},
	{text: "Unable to get IAM security credentials from EC2 Instance Metadata Service", source: dotNet, preset: "aws-sdk-net@imds", leg: Instance, causes: askedLast},
	{text: "Failed to retrieve credentials from EC2 Instance Metadata Service", source: dotNet, preset: "aws-sdk-net@imds", leg: Instance, causes: askedLast},
	{text: "HttpRequestException: Response status code does not indicate success: 401", source: dotNet, preset: "aws-sdk-net@imds", leg: Instance, how: Unauthorized},

	// PHP
	{text: "Error retrieving credentials from container metadata", source: php, preset: "aws-sdk-php", leg: Container},
	{text: "Error retrieving credential from ECS", source: php, preset: "aws-sdk-php", leg: Container},
	{text: "Unexpected container metadata credentials value", source: php, preset: "aws-sdk-php", leg: Container, how: Malformed, part: true},
	{text: "Error retrieving credentials from the instance profile metadata service … Error retrieving metadata token", source: php, preset: "aws-sdk-php@imds", leg: Instance},
	{text: "Error retrieving credentials from the instance profile metadata service", source: php, preset: "aws-sdk-php@imds", leg: Instance},
	{text: "Error retrieving credentials from the instance profile metadata server", source: php, preset: "aws-sdk-php@imds", leg: Instance},
	{text: "Unexpected instance profile response code", source: php, preset: "aws-sdk-php@imds", leg: Instance, how: Incomplete},

	// Ruby
	{text: "Failed to parse metadata service response", source: ruby, preset: "aws-sdk-ruby", leg: AnyProvider, how: Malformed},
	{text: "unable to sign request without credentials set", source: ruby, preset: "aws-sdk-ruby", leg: AnyProvider},
	{text: "Error retrieving ECS Credentials", source: ruby, preset: "aws-sdk-ruby", leg: Container},
	{text: "Error retrieving instance profile credentials", source: ruby, preset: "aws-sdk-ruby@imds", leg: Instance},

	// Rust: aws-config, aws-smithy-runtime
	{text: "Non-success status from HTTP credential provider", source: rust, preset: "aws-sdk-rust", leg: Container},
	{text: "failed to load IMDS session token … token response did not contain a TTL header", source: rust, preset: "aws-sdk-rust@imds", leg: Instance, causes: []Cause{manyClients, imdsDown, notTheAgent}},
	{text: "failed to load IMDS session token", source: rust, preset: "aws-sdk-rust@imds", leg: Instance},
	{text: "error response from IMDS", source: rust, preset: "aws-sdk-rust@imds", leg: Instance},
	{text: "error occurred communicating with IMDS", source: rust, preset: "aws-sdk-rust@imds", leg: Instance},
	{text: "no credentials found in chain", source: rust, preset: "aws-sdk-rust@imds", leg: AnyProvider, causes: []Cause{noRole, noCredentials, noAnswerAnywhere}},
	{text: "no providers in chain provided credentials", source: rust, preset: "aws-sdk-rust", leg: AnyProvider},
	{text: "identity resolver timed out after", source: rust, preset: "aws-sdk-rust", leg: AnyProvider, how: Deadline},
	{text: "could not communicate with IMDS", source: rust, preset: "aws-sdk-rust@imds", leg: Instance},
	{text: "Credentials provider timed out after", source: rust, preset: "aws-sdk-rust", leg: AnyProvider, how: Deadline},
	{text: "SigningStageError … MissingCredentials", source: rust, preset: "aws-sdk-rust", leg: AnyProvider, near: 40},
	{text: "Couldn't find AWS credentials in environment, credentials file, or IAM role", source: "rusoto", leg: AnyProvider, causes: []Cause{noCredentials, noAnswerAnywhere, noRole}},
	{text: "unexpected credentials error", source: rust, preset: "aws-sdk-rust", leg: AnyProvider},
	{text: "an error occurred while loading credentials", source: rust, preset: "aws-sdk-rust", leg: AnyProvider, outer: true},

	// C++: its log lines; the error of the call does not say
	{text: "ECSCredentialsClient … error code", source: cpp, preset: "aws-sdk-cpp", leg: Container},
	{text: "EC2MetadataClient … error code", source: cpp, preset: "aws-sdk-cpp@imds", leg: Instance},
	{text: "Http request to retrieve credentials failed", source: cpp, preset: "aws-sdk-cpp", leg: AnyProvider},
	{text: "Unable to sign the request: no credentials", source: cpp, preset: "aws-sdk-cpp", leg: AnyProvider},
}
