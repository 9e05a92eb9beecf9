package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// javaV2Presets are the presets of this SDK. The releases of 2025 and of 2026 send the
// same requests; the revision of the cache is on a branch, and in no release yet.
func javaV2Presets() []Preset {
	return []Preset{
		javaV2("", "2.59.1"), javaV2IMDS("", "2.59.1"),
		javaV2("@pre-2026", "2.40.2"), javaV2IMDS("@pre-2026", "2.40.2"),
		javaV2Next(), javaV2NextIMDS(),
	}
}

// javaRetry is ContainerCredentialsRetryPolicy: no waits.
func javaRetry() *strategy.Backoff {
	return &strategy.Backoff{Attempts: 6, On: strategy.OnAny5xx | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset, Wait: strategy.Wait{Factor: 1}}
}

// javaResend is what HttpURLConnection does when a connection breaks before an
// answer, be it kept or new.
// Source: OpenJDK sun.net.www.http.HttpClient, parseHTTP.
var javaResend = strategy.Resend{On: strategy.OnReset, Times: 1, Put: true}

// javaFlight is the lock of CachedSupplier: whoever has waited 5 s for it goes ahead
// without it.
var javaFlight = strategy.Flight{Kind: strategy.Serial, MaxWait: 5 * time.Second}

// javaTimeouts are those of HttpURLConnection's connects and reads.
var javaTimeouts = strategy.Timeouts{Connect: time.Second, Response: time.Second}

// javaV2Throttled is how throttling shows in an application.
var javaV2Throttled = []string{
	"the error does not say so: neither the status nor the body is in its text. getCause() of the provider's exception is a SdkServiceException with statusCode() 429, but the default chain drops it",
	"log at DEBUG: software.amazon.awssdk.utils.cache.CachedSupplier (`Failed to refresh cached value`, with that cause) and software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain (`Unable to load credentials from ...`)",
	"metric CredentialsFetchDuration of a MetricPublisher: it shows waits for credentials, no failures",
}

// javaV2Chain is the end of what the default chain says when all of it has failed.
const javaV2Chain = "SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[...]) : [..., "

// javaV2 is the preset for ECS of releases up to that one.
func javaV2(version, run string) Preset {
	return Preset{
		Name:    "aws-sdk-java-v2" + version,
		Service: service.ECS,
		SDK:     "AWS SDK for Java v2, auth " + run,
		Release: run,
		Checked: "run on 2026-11-28 (" + run + ", Java 17)",
		Sources: []string{
			"aws/aws-sdk-java-v2 core/auth/src/main/java/software/amazon/awssdk/auth/credentials/ContainerCredentialsProvider.java",
			"aws/aws-sdk-java-v2 core/auth/src/main/java/software/amazon/awssdk/auth/credentials/internal/ContainerCredentialsRetryPolicy.java",
			"aws/aws-sdk-java-v2 core/regions/src/main/java/software/amazon/awssdk/regions/util/HttpResourcesUtils.java",
			"aws/aws-sdk-java-v2 utils/src/main/java/software/amazon/awssdk/utils/cache/CachedSupplier.java",
		},
		Notes: []string{
			"429 and other 4xx are not retried; a 5xx or a failed connection is, 5 times, without any wait",
			"a connection that breaks before an answer is made again at once by Java's HTTP client, kept or new: 12 requests instead of 6",
			"a body cut short is read as if it were whole, does not parse, and is not retried",
			"a refresh is due at a random time from 1 hour after the fetch (15 minutes before the expiry, if that is sooner) to 2 minutes before the expiry; one call makes it, a failure is hidden, and the next call tries again",
			"from 1 minute before the expiry on, a failed refresh throws: the last minute of the credentials is not used",
			"a document that has expired, or has less than a minute left, is handed out for 1 s as it is",
			"a document without an Expiration ends in a NullPointerException",
			"once the container provider has succeeded, the default chain asks it alone: a failed refresh ends in its own error, without the chain's words",
			"the default chain continues with IMDS when this fails: on EC2 the application silently gets the role of the instance, and keeps asking IMDS from then on; elsewhere it waits 2 more seconds for nobody. The preset does not ask IMDS",
		},
		Knobs: []Knob{
			{Line: "retries and the time limits of 1 s: this SDK cannot: wrap it, or share a cache (one DefaultCredentialsProvider: every one that is built has its own)"},
			{Line: "AWS_EC2_METADATA_DISABLED=true (aws.disableEc2Metadata) keeps the chain from IMDS"},
			{Line: "ContainerCredentialsProvider.builder().asyncCredentialUpdateEnabled(true): refreshes in a thread of its own", Settings: javaV2Async("ContainerCredentialsProvider")},
		},
		Throttled: javaV2Throttled,
		Errors: []FinalError{
			{On: strategy.On404, Text: javaV2Chain + "ContainerCredentialsProvider(): The requested metadata is not found at {url}, InstanceProfileCredentialsProvider(): ...]"},
			{Text: javaV2Chain + "ContainerCredentialsProvider(): Failed to load credentials from metadata service., InstanceProfileCredentialsProvider(): ...]"},
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 15 * time.Minute, Latest: time.Hour, JitterTo: 2 * time.Minute, Mandatory: time.Minute,
				ExtendOld: strategy.OldExtension{Least: time.Second, Most: time.Second, Defer: strategy.DeferMandatory},
			},
			Flight:   javaFlight,
			Retry:    javaRetry(),
			Timeouts: javaTimeouts,
			Resend:   javaResend, IgnoreEOF: true,
		},
	}
}

// javaV2Session is how this SDK deals with tokens: one for each fetch.
var javaV2Session = strategy.Session{FallBack: strategy.OnEvery &^ strategy.On400}

// javaV2IMDS is the preset for EC2 of releases up to that one.
func javaV2IMDS(version, run string) Preset {
	return Preset{
		Name:    "aws-sdk-java-v2" + version + "@imds",
		Service: service.IMDS,
		SDK:     "AWS SDK for Java v2, auth " + run + ", instance profile",
		Release: run,
		Checked: "run on 2026-11-28 (" + run + ", Java 17)",
		Sources: []string{
			"aws/aws-sdk-java-v2 core/auth/src/main/java/software/amazon/awssdk/auth/credentials/InstanceProfileCredentialsProvider.java",
			"aws/aws-sdk-java-v2 core/auth/src/main/java/software/amazon/awssdk/auth/credentials/internal/Ec2MetadataConfigProvider.java",
			"aws/aws-sdk-java-v2 core/regions/src/main/java/software/amazon/awssdk/regions/util/HttpResourcesUtils.java",
			"aws/aws-sdk-java-v2 utils/src/main/java/software/amazon/awssdk/utils/cache/CachedSupplier.java",
		},
		Notes: []string{
			"nothing is retried; each fetch asks for a token, the role and the credentials again",
			"any failure of the token request but 400 means IMDSv1 for that fetch",
			"no release up to 2.59.1 asks below iam/security-credentials-extended; since 2026 the request for credentials has the header X-amzn-extended: 1",
			"a refresh is due at a random time from half of the life (at least 5 minutes) to 61 s before the expiry; one call makes it, a failure is hidden, and the next call tries again",
			"when a refresh fails in the last second or later, the credentials are used on, even expired; every call tries again, and for 0.1 s, growing to 10 s, other calls do not wait for it",
			"a document that arrives expired is used for 1 to 10 minutes",
			"a document without an Expiration ends in a NullPointerException",
			"a role name cut short is used as it is",
		},
		Knobs: []Knob{
			{Line: "AWS_METADATA_SERVICE_TIMEOUT (aws.ec2MetadataServiceTimeout), in seconds", Settings: javaTimeout("aws/aws-sdk-java-v2 core/sdk-core/src/main/java/software/amazon/awssdk/core/SdkSystemSetting.java")},
			{Line: "AWS_EC2_METADATA_V1_DISABLED (aws.disableEc2MetadataV1): no fallback to IMDSv1"},
			{Line: "InstanceProfileCredentialsProvider.builder(): asyncCredentialUpdateEnabled(true), staleTime(Duration) (1 s: when a refresh is mandatory)", Settings: javaV2Async("InstanceProfileCredentialsProvider")},
			{Line: "share one DefaultCredentialsProvider: every one that is built has a cache of its own"},
		},
		Throttled: javaV2Throttled,
		Errors: []FinalError{
			{Text: javaV2Chain + "InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS.]"},
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Share: 0.5, Earliest: 5 * time.Minute, JitterTo: 61 * time.Second, Mandatory: time.Second,
				Extend: strategy.Extension{
					Least: time.Millisecond, Most: 100 * time.Millisecond, Factor: 2, Cap: 10 * time.Second,
					Defer: strategy.DeferMandatory,
				},
				ExtendOld: strategy.OldExtension{Least: time.Minute, Most: 10 * time.Minute, Defer: strategy.DeferAttempts},
			},
			Flight:   javaFlight,
			Timeouts: javaTimeouts,
			Session:  javaV2Session,
			Resend:   javaResend, IgnoreEOF: true,
		},
	}
}
