package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// kotlinPresets are the presets of this SDK.
func kotlinPresets() []Preset { return []Preset{kotlin(), kotlinIMDS()} }

const kotlinVersion = "AWS SDK for Kotlin, aws-config 1.8.12, smithy-kotlin 1.7.2"

// kotlinRetry is the standard retry strategy with its default waits.
func kotlinRetry(on strategy.Conditions) *strategy.Backoff {
	return &strategy.Backoff{
		Attempts: 3, On: on, Wait: strategy.Wait{Base: 10 * time.Millisecond, Cap: 20 * time.Second, Factor: 1.5, Jitter: strategy.FullJitter},
	}
}

// kotlinTimeouts are those of the default chain's HTTP engine, OkHttp.
var kotlinTimeouts = strategy.Timeouts{Connect: 2 * time.Second, Response: 30 * time.Second}

// kotlinErrors is what the default chain says, whatever the cause.
var kotlinErrors = []FinalError{{
	Text: "aws.smithy.kotlin.runtime.identity.IdentityProviderException: No identity could be resolved from the chain: SystemPropertyCredentialsProvider -> EnvironmentCredentialsProvider -> ... -> ProfileCredentialsProvider -> EcsCredentialsProvider -> ImdsCredentialsProvider",
}}

// kotlinThrottled is how throttling shows in an application.
var kotlinThrottled = []string{
	"the error does not say so: look at its suppressed exceptions (suppressedExceptions), one for each provider of the chain; for ECS one says `Error retrieving credentials from container service: HTTP 429 ...`",
	"log at DEBUG (slf4j): aws.sdk.kotlin.runtime.auth.credentials.EcsCredentialsProvider, `failed to obtain credentials from container metadata service`; aws.sdk.kotlin.runtime.config.imds.ImdsRetryPolicy, `IMDS error: statusCode=429 ...`",
}

func kotlin() Preset {
	return Preset{
		Name:    "aws-sdk-kotlin",
		Service: service.ECS,
		SDK:     kotlinVersion,
		Release: "1.8.12",
		Checked: "run on 2026-11-28 (1.8.12, Java 17); the connect timeout is from source",
		Sources: []string{
			"awslabs/aws-sdk-kotlin aws-runtime/aws-config/common/src/aws/sdk/kotlin/runtime/auth/credentials/{EcsCredentialsProvider,DefaultChainCredentialsProvider}.kt",
			"smithy-lang/smithy-kotlin runtime/auth/aws-credentials/common/src/aws/smithy/kotlin/runtime/auth/awscredentials/CachedCredentialsProvider.kt",
			"smithy-lang/smithy-kotlin runtime/runtime-core/common/src/aws/smithy/kotlin/runtime/retries/{StandardRetryStrategy,delay/ExponentialBackoffWithJitter}.kt",
		},
		Notes: []string{
			"3 attempts within some 25 ms: the waits are U(0, 10) and U(0, 15) ms",
			"a 429 or a 5xx is retried if its body is text; an error whose Content-Type is application/json is not, if it has no Code and Message. The preset retries it",
			"credentials are fetched again after 15 minutes less 10 s, however long they live, or 10 s before they expire; when that fails the call fails, however long the old ones would be good",
			"callers wait for each other without a limit and then fetch one after another",
			"an endpoint that accepts and never answers holds the call, and all behind it, for 90 s",
			"a document without a Token or an Expiration is an error",
			"OkHttp sends a request twice more if its kept connection broke; the preset once",
			"the default chain continues with IMDS when this fails: on EC2 the application silently gets the role of the instance. The preset does not ask IMDS",
		},
		Knobs: []Knob{
			{Line: "number of retries: this SDK cannot: wrap it, or share a cache (one DefaultChainCredentialsProvider: every one has its own)"},
			{Line: "AWS_NEW_RETRIES_2026=true: the waits are U(0, 50) and U(0, 100) ms", Settings: kotlinRetries()},
			{Line: "CachedCredentialsProvider(EcsCredentialsProvider(httpClient = ...), expireCredentialsAfter = ..., refreshBufferWindow = ...): time limits by the engine, and a longer life in the cache", Settings: kotlinWindow()},
		},
		Throttled: kotlinThrottled,
		Errors:    kotlinErrors,
		Strategy: strategy.Strategy{
			Cache:    &strategy.Refresh{Window: 10 * time.Second, AtMost: 15 * time.Minute},
			Flight:   strategy.Flight{Kind: strategy.Serial},
			Retry:    kotlinRetry(strategy.On429 | strategy.OnAny5xx | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset),
			Timeouts: kotlinTimeouts,
			Resend:   strategy.ResendKept,
		},
	}
}

func kotlinIMDS() Preset {
	return Preset{
		Name:    "aws-sdk-kotlin@imds",
		Service: service.IMDS,
		SDK:     kotlinVersion + ", instance profile",
		Release: "1.8.12",
		Checked: "run on 2026-11-28 (1.8.12, Java 17); the connect timeout, and what becomes of a document that arrives expired, are from source",
		Sources: []string{
			"awslabs/aws-sdk-kotlin aws-runtime/aws-config/common/src/aws/sdk/kotlin/runtime/auth/credentials/ImdsCredentialsProvider.kt",
			"awslabs/aws-sdk-kotlin aws-runtime/aws-config/common/src/aws/sdk/kotlin/runtime/config/imds/{ImdsClient,ImdsRetryPolicy,TokenMiddleware}.kt",
			"smithy-lang/smithy-kotlin runtime/auth/aws-credentials/common/src/aws/smithy/kotlin/runtime/auth/awscredentials/CachedCredentialsProvider.kt",
		},
		Notes: []string{
			"version 2 only: without a token there are no credentials",
			"429 is not retried; a 5xx, a 401 or a failed connection is, twice, within some 25 ms; a 401 does not renew the token",
			"in the default chain the time limit of an answer is 30 s, not the 1 s of the IMDS client: the chain passes its own HTTP engine",
			"credentials are fetched again after 15 minutes less 10 s, however long they live, or 10 s before they expire",
			"a refresh that ends in 500 leaves the old credentials in use for 15 minutes, even expired, and a busy client's for up to 30; after any other failure the call fails",
			"OkHttp sends a request twice more if its kept connection broke; the preset once",
			"the role's name is asked for at every fetch, the token kept until 2 minutes before its end",
		},
		Knobs: []Knob{
			{Line: "ImdsCredentialsProvider(client = lazy { ImdsClient { maxRetries = ...; tokenTtl = ... } }): with an HTTP engine of its own, whose time limits are 1 s"},
			{Line: "AWS_NEW_RETRIES_2026=true: the waits are U(0, 50) and U(0, 100) ms", Settings: kotlinRetries()},
			{Line: "share one DefaultChainCredentialsProvider: every one has a cache of its own"},
		},
		Throttled: kotlinThrottled,
		Errors:    kotlinErrors,
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 10 * time.Second, AtMost: 15 * time.Minute,
				Extend:    strategy.Extension{Least: 15 * time.Minute, Most: 15 * time.Minute, On: strategy.On500},
				ExtendOld: strategy.OldExtension{Least: 15 * time.Minute, Most: 15 * time.Minute},
			},
			Flight:   strategy.Flight{Kind: strategy.Serial},
			Retry:    kotlinRetry(strategy.On401 | strategy.OnAny5xx | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset),
			Timeouts: kotlinTimeouts,
			Resend:   strategy.ResendKept,
			Session:  strategy.Session{Keep: true, Early: 2 * time.Minute, Every: true},
		},
	}
}
