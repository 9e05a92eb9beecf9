package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// cppPresets are the presets of this SDK.
func cppPresets() []Preset {
	return []Preset{cpp(), cppIMDS()}
}

const (
	cppVersion = "AWS SDK for C++ 1.11, default chain"
	cppChecked = "from source, not run (aws-sdk-cpp, main branch of 2026)"
	// forever is longer than any run: no credentials are given up.
	forever = 365 * 24 * time.Hour
)

// cppRetry are the two tries of every request to a metadata endpoint.
func cppRetry() *strategy.Backoff {
	return &strategy.Backoff{
		Attempts: 2, On: strategy.On429 | strategy.OnAny5xx | strategy.OnTimeout | strategy.OnConnection,
		Wait: strategy.Wait{Waits: []time.Duration{0, 2 * time.Second}},
	}
}

// cppThrottled is how throttling shows in an application.
var cppThrottled = []string{
	`SDKOptions.loggingOptions.logLevel = Aws::Utils::Logging::LogLevel::Warn: "Http request to retrieve credentials failed with error code 429", tag ECSCredentialsClient or EC2MetadataClient`,
}

// cppErrors is what an API call ends with: it is signed with empty credentials, or
// not at all.
var cppErrors = []FinalError{
	{On: strategy.OnEvery, Text: "Unable to sign the request: no credentials (empty AWSCredentials; the log has the reason)"},
}

func cpp() Preset {
	return Preset{
		Name:    "aws-sdk-cpp",
		Service: service.ECS,
		SDK:     cppVersion,
		Release: "1.11",
		Checked: cppChecked,
		Sources: []string{
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/internal/AWSHttpResourceClient.cpp",
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/auth/{GeneralHTTPCredentialsProvider,AWSCredentialsProviderChain}.cpp",
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/client/CoreErrors.cpp, include/aws/core/http/HttpResponse.h",
		},
		Notes: []string{
			"asks again every 5 minutes, whatever the expiry, and in the last 5 seconds",
			"the one retry follows at once, on 429, 408, 5xx and connection failures",
			"a refresh that fails leaves what is held, even past its expiry, and every call asks again: 2 requests each",
			"a failure is no exception: the provider returns empty credentials, and the API call fails later",
			"a document with a key but no secret counts as loaded for 5 minutes, although no call can use it; here the next call asks again",
			"newer sources have a CredentialsCachingProvider with other windows; the default chain does not use it",
		},
		Knobs: []Knob{
			{Line: "retries and time limits: this SDK cannot: wrap it (an AWSCredentialsProvider of your own), or share a cache (one provider for all clients)"},
			{Line: "Aws::Auth::GeneralHTTPCredentialsProvider(relativeUri, absoluteUri, tokenFile, token, refreshRateMs): how often it asks", Settings: cppRefresh()},
		},
		Throttled: cppThrottled,
		Errors:    cppErrors,
		Strategy: strategy.Strategy{
			Cache:       &strategy.Refresh{Window: 5 * time.Second, Latest: 5 * time.Minute, StaleOnError: forever},
			Flight:      strategy.Flight{Kind: strategy.Serial},
			Retry:       cppRetry(),
			Connections: strategy.Connections{Keep: 2},
			Timeouts:    strategy.Timeouts{Connect: time.Second, Attempt: time.Second},
		},
	}
}

func cppIMDS() Preset {
	return Preset{
		Name:    "aws-sdk-cpp@imds",
		Service: service.IMDS,
		SDK:     cppVersion,
		Release: "1.11",
		Checked: cppChecked,
		Sources: []string{
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/internal/AWSHttpResourceClient.cpp",
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/config/EC2InstanceProfileConfigLoader.cpp",
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/auth/AWSCredentialsProvider.cpp",
			"aws/aws-sdk-cpp src/aws-cpp-sdk-core/source/client/CoreErrors.cpp",
		},
		Notes: []string{
			"asks again every 5 minutes, whatever the expiry, and in the last 5 seconds: token, role and credentials",
			"the first load is 7 requests: it also asks for the region, and for that it gets a token, the role and the credentials once more; here it is 3",
			"a token request that fails, except with 400, means IMDSv1 for good",
			"a refresh that fails counts as one: the next follows 5 minutes later, but in the last 5 seconds and after the expiry every call asks; here it always is 5 minutes later",
			"a document that comes expired beside a held one leaves that in use for 5 to 10 minutes; here it is taken",
			"the role is asked for at iam/security-credentials, without the slash, and no redirect is followed",
			"clients made with a ClientConfiguration take the number of tries and the time limit from AWS_METADATA_SERVICE_NUM_ATTEMPTS and AWS_METADATA_SERVICE_TIMEOUT, 1 and 1 s if unset; this preset is the chain without one",
		},
		Knobs: []Knob{
			{Line: "ClientConfiguration.credentialProviderConfig.imdsConfig: metadataServiceNumAttempts, metadataServiceTimeout, imdsRetryStrategy, disableImdsV1"},
			{Line: "Aws::Auth::InstanceProfileCredentialsProvider(refreshRateMs): how often it asks"},
		},
		Throttled: cppThrottled,
		Errors:    cppErrors,
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 5 * time.Second, Latest: 5 * time.Minute,
				Extend: strategy.Extension{Least: 5 * time.Minute, Most: 5 * time.Minute, Defer: strategy.DeferAttempts},
			},
			Flight:      strategy.Flight{Kind: strategy.Serial},
			Retry:       cppRetry(),
			Connections: strategy.Connections{Keep: 2},
			Timeouts:    strategy.Timeouts{Connect: time.Second, Attempt: time.Second},
			Session: strategy.Session{
				FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode),
				Sticky:   strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode),
			},
		},
	}
}
