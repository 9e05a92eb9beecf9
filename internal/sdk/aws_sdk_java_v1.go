package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// javaV1Presets are the presets of this SDK, which has had its last release.
func javaV1Presets() []Preset { return []Preset{javaV1(), javaV1IMDS()} }

const (
	javaV1Version = "AWS SDK for Java v1, core 1.12.797"
	javaV1Checked = "run on 2026-11-28 (1.12.797, Java 17)"
)

// javaV1Throttled is how throttling shows in an application.
var javaV1Throttled = []string{
	"the error has `Status Code: 429`",
	"log at WARN: com.amazonaws.auth.BaseCredentialsFetcher, `Unable to load credentials from service endpoint`, for a refresh that failed while the old credentials serve; at DEBUG: com.amazonaws.internal.EC2ResourceFetcher, `Got response code 429 from GET ...`",
	"AwsSdkMetrics, CredentialsRequestTime: it shows waits for credentials, no failures",
}

// javaV1Errors are what the default chain says of its last provider's messages.
func javaV1Errors() []FinalError {
	const prefix = "com.amazonaws.SdkClientException: Unable to load AWS credentials from any provider in the chain: [..., com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper@<hash>: "
	const suffix = "]"
	const status = " (Service: null; Status Code: {status}; Error Code: {code|null}; Request ID: null; Proxy: null)"
	return []FinalError{
		{On: strategy.On404, Text: prefix + "The requested metadata is not found at {url}" + suffix},
		{On: strategy.OnAnyStatus, Text: prefix + "{message|reason}" + status + suffix},
		{On: strategy.OnMissingField | strategy.OnEmpty, Text: prefix + "Unable to load credentials. Access key or secret key are null." + suffix},
		{On: strategy.OnMalformed | strategy.OnTruncated, Text: prefix + "Unable to parse Json string. See debug-level logs for the exact error details, which may include sensitive information." + suffix},
		{On: strategy.OnTimeout | strategy.OnConnection, Text: prefix + "Failed to connect to service endpoint: " + suffix},
	}
}

func javaV1() Preset {
	return Preset{
		Name:    "aws-sdk-java-v1",
		Service: service.ECS,
		SDK:     javaV1Version,
		Release: "1.12.797",
		Checked: javaV1Checked,
		Sources: []string{
			"aws/aws-sdk-java aws-java-sdk-core/src/main/java/com/amazonaws/auth/{ContainerCredentialsProvider,BaseCredentialsFetcher,ContainerCredentialsRetryPolicy}.java",
			"aws/aws-sdk-java aws-java-sdk-core/src/main/java/com/amazonaws/internal/{EC2ResourceFetcher,ConnectionUtils}.java",
		},
		Notes: []string{
			"429 and other 4xx are not retried; a 5xx or a failed connection is, 5 times, without any wait",
			"a connection that breaks before an answer is made again at once by Java's HTTP client, kept or new: 12 requests instead of 6",
			"a body cut short is read as if it were whole, does not parse, and is not retried",
			"callers wait for each other without a limit, look again, and then fetch one after another: 8 callers of a dead endpoint take 48 s",
			"credentials are fetched again an hour after the last attempt, and from 15 minutes before the expiry on at each call; while a refresh fails the old ones serve until they expire",
			"a document without an Expiration is kept for an hour; the preset does not keep it",
			"credentials that have expired are an error, also as they arrive",
		},
		Knobs: []Knob{
			{Line: "retries: this SDK cannot: wrap it, or share a cache (one provider: every DefaultAWSCredentialsProviderChain that is made has a cache of its own for ECS; getInstance() is one for the process)"},
			{Line: "AWS_METADATA_SERVICE_TIMEOUT, in seconds: both time limits", Settings: javaTimeout(javaV1TimeoutSource)},
		},
		Throttled: javaV1Throttled,
		Errors:    javaV1Errors(),
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 15 * time.Minute, Latest: time.Hour, LatestAgain: true,
				StaleOnError: 1, // until the expiry itself
			},
			Flight:        strategy.Flight{Kind: strategy.Serial},
			Retry:         javaRetry(),
			Timeouts:      javaTimeouts,
			RejectExpired: true,
			Resend:        javaResend, IgnoreEOF: true,
		},
	}
}

func javaV1IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-java-v1@imds",
		Service: service.IMDS,
		SDK:     javaV1Version + ", instance profile",
		Release: "1.12.797",
		Checked: javaV1Checked,
		Sources: []string{
			"aws/aws-sdk-java aws-java-sdk-core/src/main/java/com/amazonaws/auth/{InstanceMetadataServiceCredentialsFetcher,BaseCredentialsFetcher}.java",
			"aws/aws-sdk-java aws-java-sdk-core/src/main/java/com/amazonaws/internal/{InstanceMetadataServiceResourceFetcher,EC2ResourceFetcher,ConnectionUtils}.java",
		},
		Notes: []string{
			"a token for each request, so that a fetch is four: token, role, token, credentials; nothing is retried",
			"a token request that ends in 429, another 4xx but 400, or a timeout means IMDSv1 for the request that follows; one that ends in a 5xx or a broken connection fails the fetch",
			"after a failed refresh the credentials are used on, even expired, and the next attempt comes after 50 to 70 s; the same holds for a document that has less than 15 minutes left when it arrives",
			"credentials are fetched again an hour after the last attempt, and from 15 minutes before the expiry on",
			"the default chain shares one instance, with its cache, in the whole process",
			"a document without an Expiration is kept for an hour; the preset does not keep it",
			"a role name cut short is used as it is",
		},
		Knobs: []Knob{
			{Line: "AWS_METADATA_SERVICE_TIMEOUT, in seconds: both time limits", Settings: javaTimeout(javaV1TimeoutSource)},
			{Line: "AWS_EC2_METADATA_V1_DISABLED (com.amazonaws.sdk.disableEc2MetadataV1): no fallback to IMDSv1"},
			{Line: "InstanceProfileCredentialsProvider.createAsyncRefreshingProvider(true): refreshes in a thread of its own, every minute"},
		},
		Throttled: javaV1Throttled,
		Errors:    javaV1Errors(),
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 15 * time.Minute, Latest: time.Hour, LatestAgain: true,
				Extend:    strategy.Extension{Least: 50 * time.Second, Most: 70 * time.Second},
				ExtendOld: strategy.OldExtension{Least: 50 * time.Second, Most: 70 * time.Second, Defer: strategy.DeferAttempts},
			},
			Flight:   strategy.Flight{Kind: strategy.Serial},
			Timeouts: javaTimeouts,
			Session: strategy.Session{
				OneUse:   true,
				FallBack: strategy.OnAny4xx&^strategy.On400 | strategy.OnTimeout,
			},
			Resend: javaResend, IgnoreEOF: true,
		},
	}
}
