package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// defaultTransport is what Go's http.DefaultTransport does with its connections.
var defaultTransport = strategy.Connections{Keep: 2, Idle: 90 * time.Second}

// goV1Presets are the presets of this SDK.
func goV1Presets() []Preset {
	return []Preset{goV1(), goV1IMDS()}
}

// What both presets say.
const (
	goV1Version = "AWS SDK for Go v1.55.8, its last release"
	goV1Checked = "run on 2026-11-28 (v1.55.8)"
	goV1Retryer = "aws/aws-sdk-go aws/client/default_retryer.go, aws/request/{retryer,connection_reset_error}.go"
	goV1Reset   = "a connection that is reset (not closed) before the answer is not retried; in the preset it is"
	goV1Over    = "the SDK is out of support since 2025-07-31: move to aws-sdk-go-v2"
)

// goV1Throttled is how throttling shows in an application.
var goV1Throttled = []string{
	"aws.Config: LogLevel aws.LogDebugWithRequestRetries logs each retry, aws.LogDebugWithHTTPBody each answer",
	"aws.Config: CredentialsChainVerboseErrors puts the provider's error into that of the chain",
	"session.Handlers.CompleteAttempt: a handler sees each attempt (r.HTTPResponse.StatusCode, r.RetryCount)",
}

// goV1Throttles are the failures after which Go v1 waits as after a throttle.
const goV1Throttles = strategy.On429 | strategy.On502 | strategy.On503 | strategy.On504

// goV1On are the failures that Go v1 retries of every request.
const goV1On = goV1Throttles | strategy.On500 | strategy.OnTimeout | strategy.OnConnection

// goV1Backoff is the waits of Go v1: 30 to 60 ms, or 0.5 to 1 s after a throttle,
// doubled from retry to retry.
func goV1Backoff(attempts int, on strategy.Conditions) *strategy.Backoff {
	return &strategy.Backoff{
		Attempts: attempts, On: on,
		Wait: strategy.Wait{Base: 60 * time.Millisecond, Cap: 300 * time.Second, Factor: 2, Jitter: strategy.EqualJitter},
		Classes: []strategy.Class{{
			On:   goV1Throttles | on&strategy.OnThrottleCode,
			Wait: strategy.Wait{Base: time.Second, Cap: 300 * time.Second, Factor: 2, Jitter: strategy.EqualJitter},
		}},
		RetryAfter: strategy.RetryAfter{Use: strategy.Added, On: strategy.On429 | strategy.On503},
	}
}

// goV1Errors is the one error of the default chain, whose second line says how to
// see more. It follows the failures in on; the provider takes some documents that
// others refuse.
func goV1Errors(on strategy.Conditions) []FinalError {
	return []FinalError{{On: on, Text: "NoCredentialProviders: no valid providers in chain. Deprecated."}}
}

func goV1() Preset {
	return Preset{
		Name:    "aws-sdk-go-v1",
		Service: service.ECS,
		SDK:     goV1Version,
		Release: "1.55.8",
		Checked: goV1Checked,
		Sources: []string{
			"aws/aws-sdk-go aws/credentials/endpointcreds/provider.go, aws/defaults/defaults.go",
			goV1Retryer,
			"aws/aws-sdk-go aws/credentials/credentials.go",
		},
		Notes: []string{
			"a refusal that is no JSON is retried whatever its status, because it does not parse; a JSON error only with 429, 500, 502, 503, 504 or a throttling code",
			"Retry-After is added to the backoff, after 429 and 503",
			"calls that come while another one fetches wait for it, look at the cache, and then make one more fetch together: twice the requests, and twice the wait",
			"no response timeout: an endpoint that accepts and never answers holds the call, and all that come later, for ever",
			goResends,
			"credentials inside the last 5 minutes are not used when the refresh fails",
			"credentials that have expired when they come are handed out",
			"an empty object is taken for credentials that never expire; the preset asks again at the next call",
			goV1Reset,
		},
		Knobs: []Knob{
			{Line: "aws.Config: MaxRetries, Retryer (client.DefaultRetryer: MinRetryDelay, MinThrottleDelay and their maxima) reach this provider", Settings: goV1Retries("[{on: [429, 502, 503, 504, throttle_code], base: {value}, cap: 5m, jitter: equal}]")},
			{Line: "aws.Config: HTTPClient, for a response timeout"},
			{Line: "endpointcreds.NewCredentialsClient: ExpiryWindow", Settings: goV1Window()},
			{Line: "share one session.Session: every session has a cache of its own"},
			{Line: goV1Over},
		},
		Throttled: goV1Throttled,
		Errors:    goV1Errors(strategy.OnEvery &^ (strategy.OnEmpty | strategy.OnMissingField)),
		Strategy: strategy.Strategy{
			Cache:       &strategy.Refresh{Window: 5 * time.Minute},
			Flight:      strategy.Flight{Kind: strategy.Join, LookAgain: true},
			Retry:       goV1Backoff(4, goV1On|strategy.OnMalformed|strategy.OnText|strategy.OnThrottleCode),
			Timeouts:    strategy.Timeouts{Connect: 30 * time.Second},
			Connections: defaultTransport, Resend: strategy.ResendKept,
			AcceptEmpty: true, AcceptIncomplete: true,
		},
	}
}

func goV1IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-go-v1@imds",
		Service: service.IMDS,
		SDK:     goV1Version,
		Release: "1.55.8",
		Checked: goV1Checked,
		Sources: []string{
			"aws/aws-sdk-go aws/ec2metadata/{api,service,token_provider}.go",
			"aws/aws-sdk-go aws/credentials/ec2rolecreds/ec2_role_provider.go",
			goV1Retryer,
		},
		Notes: []string{
			"after a token request that failed with 429, 5xx or a timeout, every try of every GET asks for a token again, three times",
			"a 401 is not retried, but the next request asks for a new token",
			"Retry-After is added to the backoff, after 429 and 503",
			"when a refresh fails, the old credentials are not used, though they are valid for 5 minutes more",
			"calls that come while another one fetches wait for it, look at the cache, and then make one more fetch together",
			goV1Reset,
		},
		Knobs: []Knob{
			{Line: "aws.Config: EC2MetadataDisableTimeoutOverride, with HTTPClient and MaxRetries of one's own", Settings: goV1Retries("")},
			{Line: "aws.Config: EC2MetadataEnableFallback false, or AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
			{Line: "ec2rolecreds.NewCredentials: ExpiryWindow"},
			{Line: "share one session.Session: every session has a token and a cache of its own"},
			{Line: goV1Over},
		},
		Throttled: goV1Throttled,
		Errors:    goV1Errors(strategy.OnEvery &^ strategy.OnMissingField),
		Strategy: strategy.Strategy{
			Cache:       &strategy.Refresh{Window: 5 * time.Minute},
			Flight:      strategy.Flight{Kind: strategy.Join, LookAgain: true},
			Retry:       goV1Backoff(3, goV1On),
			Timeouts:    strategy.Timeouts{Attempt: time.Second},
			Connections: defaultTransport, Resend: strategy.ResendKept,
			AcceptIncomplete: true,
			Session: strategy.Session{
				Keep: true, Early: 30 * time.Second, Every: true, Renew: true,
				FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode),
				Sticky:   strategy.On403 | strategy.On404 | strategy.On405,
			},
		},
	}
}
