package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// rustPresets are the presets of this SDK.
func rustPresets() []Preset {
	return []Preset{rust(), rustIMDS()}
}

const (
	rustVersion = "AWS SDK for Rust, default chain, aws-config 1.13.0"
	rustChecked = "run on 2026-11-28 (aws-config 1.13.0, aws-smithy-runtime 1.16.2)"
	// rustLoad is how long a call waits for its credentials, which follows from the
	// client's retry and timeout settings: 3 attempts of 6.2 s, and waits of 1 s and
	// 2 s. It counts from the call's beginning, another's fetch included.
	rustLoad = 21600 * time.Millisecond
)

// What an error of an API call for want of credentials begins with, as
// DisplayErrorContext prints it.
const (
	rustTimedOut  = "dispatch failure: other: identity resolver timed out after 21.6s"
	rustProvider  = "dispatch failure: other: an error occurred while loading credentials: "
	rustUnhandled = "dispatch failure: other: unexpected credentials error: "
	rustNoChain   = "dispatch failure: other: the credential provider was not enabled: no credentials found in chain. Attempted:"

	rustToken      = rustProvider + "failed to load IMDS session token: "
	rustUnexpected = rustProvider + "an unexpected error occurred communicating with IMDS: "
	rustCutShort   = "error reading a body from connection: end of file before message length reached"
)

// rustThrottled is how throttling shows in an application.
var rustThrottled = []string{
	"tracing_subscriber with RUST_LOG=aws_smithy_runtime=debug,aws_config=debug: each attempt, its status, and why it is not retried",
	"RUST_LOG=hyper_util=trace: each connection and request",
	"DisplayErrorContext(&err) prints the status; {} prints `dispatch failure`",
}

// rustQuota is the retry quota of a provider, which all clients of a process share.
var rustQuota = strategy.Quota{Tokens: 500, Cost: 5, TimeoutCost: 10}

func rust() Preset {
	return Preset{
		Name:    "aws-sdk-rust",
		Service: service.ECS,
		SDK:     rustVersion,
		Release: "1.13.0",
		Checked: rustChecked,
		Sources: []string{
			"smithy-lang/smithy-rs aws/rust-runtime/aws-config/src/{ecs,http_credential_provider,json_credentials}.rs",
			"smithy-lang/smithy-rs rust-runtime/aws-smithy-runtime/src/client/identity/cache/lazy.rs",
			"smithy-lang/smithy-rs rust-runtime/aws-smithy-runtime/src/client/retries/{classifiers,strategy/standard}.rs",
		},
		Notes: []string{
			"429 is not retried, whatever its body; nor are other 4xx and 501",
			"a document without a field is retried like one that does not parse",
			"a refresh is due 5 to 10 seconds before the expiry, drawn anew for each document; a failure then fails the call",
			"credentials that arrive expired are handed out, and fetched again by every call",
			"the cache belongs to the SdkConfig; the retry quota to the process",
			"of concurrent calls one fetches; those that wait get what it brings, but if it fails the next of them asks for itself, until 21.6 s have passed for each",
			"if what it brings has expired already, those that wait get that too; here each asks for itself",
			"Retry-After is ignored",
		},
		Knobs: []Knob{
			{Line: "retries: this SDK cannot: wrap it (implement ProvideCredentials), or share a cache (load one SdkConfig and make all clients from it); AWS_MAX_ATTEMPTS does not reach this provider"},
			{Line: "aws_config::ecs::EcsCredentialsProvider::builder().connect_timeout(..).read_timeout(..)", Settings: rustTimeouts()},
			{Line: "aws_config::defaults().identity_cache(IdentityCache::lazy().buffer_time(..).load_timeout(..).build())", Settings: rustWindow()},
		},
		Throttled: rustThrottled,
		Errors: []FinalError{
			{On: strategy.OnOutOfTime, Text: rustTimedOut},
			{On: strategy.OnAnyStatus, Text: rustProvider + "Non-success status from HTTP credential provider: StatusCode({status})"},
			{On: strategy.OnEmpty, Text: rustUnhandled + "Expected field `AccessKeyId` in response but it was missing"},
			{On: strategy.OnMissingField, Text: rustUnhandled + "Expected field `SecretAccessKey` in response but it was missing"},
			{On: strategy.OnMalformed, Text: rustUnhandled + "invalid JSON in response: "},
			{On: strategy.OnTruncated, Text: rustUnhandled + "response error: " + rustCutShort},
			{On: strategy.OnResponseTimeout, Text: rustUnhandled + "dispatch failure: timeout: HTTP read timeout occurred after 5s: timed out"},
			{On: strategy.OnConnectTimeout, Text: rustUnhandled + "dispatch failure: timeout: client error (Connect): HTTP connect timeout occurred after 2s: timed out"},
			{On: strategy.OnRefused, Text: rustUnhandled + "dispatch failure: io error: client error (Connect): tcp connect error: Connection refused (os error 111)"},
			{On: strategy.OnReset, Text: rustUnhandled + "dispatch failure: other: client error (SendRequest): connection closed before message completed"},
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 10 * time.Second, Jitter: 0.5},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 3,
				On: strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 | strategy.OnTimeout | strategy.OnConnection |
					strategy.OnMalformed | strategy.OnMissingField | strategy.OnEmpty,
				Wait: strategy.Wait{Base: time.Second, Cap: 20 * time.Second, Factor: 2, Jitter: strategy.FullJitter},
			},
			Quota:       rustQuota,
			Connections: strategy.Connections{Idle: 90 * time.Second},
			Timeouts:    strategy.Timeouts{Connect: 2 * time.Second, Response: 5 * time.Second, Call: rustLoad},
		},
	}
}

func rustIMDS() Preset {
	return Preset{
		Name:    "aws-sdk-rust@imds",
		Service: service.IMDS,
		SDK:     rustVersion,
		Release: "1.13.0",
		Checked: rustChecked,
		Sources: []string{
			"smithy-lang/smithy-rs aws/rust-runtime/aws-config/src/imds/{client,credentials}.rs",
			"smithy-lang/smithy-rs aws/rust-runtime/aws-config/src/imds/client/token.rs",
			"smithy-lang/smithy-rs rust-runtime/aws-smithy-runtime/src/client/identity/cache/lazy.rs",
		},
		Notes: []string{
			"IMDSv2 only: a token request that fails is the end of the fetch",
			"5xx and 401 are tried 4 times; timeouts, broken connections and 429 are not retried",
			"a 401 does not renew the token: the tries after it send the same one",
			"a refresh that fails hands out the credentials that came last, even past their expiry, and the next call asks again",
			"credentials that arrive expired are used for 10 to 15 minutes",
			"this release does not ask iam/security-credentials-extended, and it asks for iam/security-credentials/ with its slash; older releases asked without it",
		},
		Knobs: []Knob{
			{Line: "aws_config::imds::Client::builder().max_attempts(..).connect_timeout(..).read_timeout(..).retry_classifier(..)", Settings: rustIMDSTries()},
			{Line: "aws_config::imds::credentials::ImdsCredentialsProvider::builder().imds_client(..).profile(..): with a profile no list is asked for"},
			{Line: "load one SdkConfig and make all clients from it"},
		},
		Throttled: rustThrottled,
		Errors: []FinalError{
			{On: strategy.OnOutOfTime, Text: rustTimedOut},
			{On: strategy.OnTimeout | strategy.OnRefused | strategy.OnReset, Leg: "token", Text: rustNoChain},
			{On: strategy.On404, Leg: "role", Text: rustNoChain},
			{On: strategy.On400, Leg: "token", Text: rustToken + "service error: invalid request parameters. This indicates an SDK bug."},
			{On: strategy.On403, Leg: "token", Text: rustToken + "service error: request forbidden: IMDS is disabled or the caller has insufficient permissions."},
			{On: strategy.OnText, Leg: "token", Text: rustToken + "service error: invalid token"}, // the text ends with a line feed
			{On: strategy.OnAnyStatus, Leg: "token", Text: rustToken + "service error: token response did not contain a TTL header"},
			{On: strategy.OnTruncated, Leg: "token", Text: rustToken + "response error: " + rustCutShort},
			{On: strategy.OnEmpty, Text: rustUnhandled + "Expected field `AccessKeyId` in response but it was missing"},
			{On: strategy.OnMissingField, Text: rustUnhandled + "Expected field `SecretAccessKey` in response but it was missing"},
			{On: strategy.OnMalformed, Text: rustUnhandled + "invalid JSON in response: "},
			{On: strategy.OnAnyStatus, Text: rustProvider + "error response from IMDS (code: {status})."},
			{On: strategy.OnTruncated, Text: rustProvider + "an IO error occurred communicating with IMDS: response error: " + rustCutShort},
			{On: strategy.OnResponseTimeout, Text: rustUnexpected + "HTTP read timeout occurred after 1s: timed out"},
			{On: strategy.OnEvery, Text: rustUnexpected + "client error (SendRequest): "},
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 10 * time.Second, Jitter: 0.5, StaleOnError: forever,
				ExtendOld: strategy.OldExtension{Least: 10 * time.Minute, Most: 15 * time.Minute},
			},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 4, On: strategy.On401 | strategy.OnAny5xx,
				Wait: strategy.Wait{Base: time.Second, Cap: 20 * time.Second, Factor: 2, Jitter: strategy.FullJitter},
			},
			Quota:       rustQuota,
			Connections: strategy.Connections{Idle: 90 * time.Second},
			Timeouts:    strategy.Timeouts{Connect: time.Second, Response: time.Second, Attempt: 10 * time.Second, Leg: 30 * time.Second, Call: rustLoad},
			Session:     strategy.Session{Keep: true, Early: 2 * time.Minute, Every: true},
		},
	}
}
