package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// javaScriptV2Presets are the presets of this SDK.
func javaScriptV2Presets() []Preset {
	return []Preset{javaScriptV2(), javaScriptV2IMDS()}
}

const (
	javaScriptV2Version = "AWS SDK for JavaScript v2, default chain, aws-sdk 2.1693.0"
	javaScriptV2Checked = "run on 2026-11-28 (aws-sdk 2.1693.0, Node.js 20.20)"
)

// javaScriptV2Errors is what an API call raises, whatever the provider met.
var javaScriptV2Errors = []FinalError{
	{On: strategy.OnEvery, Text: "CredentialsError: Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1"},
}

// javaScriptV2Retry is the retry loop that both providers share.
func javaScriptV2Retry() *strategy.Backoff {
	return &strategy.Backoff{
		Attempts:   4,
		On:         strategy.On429 | strategy.OnAny5xx | strategy.OnTimeout | strategy.OnReset,
		Wait:       strategy.Wait{Base: 100 * time.Millisecond, Factor: 2, Jitter: strategy.FullJitter},
		RetryAfter: strategy.RetryAfter{Use: strategy.Added},
	}
}

func javaScriptV2() Preset {
	return Preset{
		Name:    "aws-sdk-js-v2",
		Service: service.ECS,
		SDK:     javaScriptV2Version,
		Release: "2.1693.0",
		Checked: javaScriptV2Checked,
		Sources: []string{
			"aws/aws-sdk-js lib/credentials/remote_credentials.js",
			"aws/aws-sdk-js lib/util.js (handleRequestWithRetries, calculateRetryDelay)",
			"aws/aws-sdk-js lib/credentials.js, lib/config.js, lib/credentials/credential_provider_chain.js",
			"aws/aws-sdk-js lib/http/node.js",
		},
		Notes: []string{
			"out of support since 2025-09",
			"the wait that Retry-After asks for is added to the backoff",
			"a body cut short is never noticed: the call does not end, and every later call waits for it",
			"no time limit for connecting: where packets are dropped, the system's limit applies, about two minutes",
			"after a failure the chain goes on to IMDS: where that does not answer, 8 more seconds pass; it is not part of this preset",
			"the error of an API call does not say what was answered; error.originalError does, of the last provider",
			"credentials that arrive expired are handed out; in the last 15 seconds each API call asks twice, before it is built and before it is signed, and here only a client's first",
			"an API call whose second look fails on 429 or 5xx repeats that by its own retries: up to 17 requests, here 5",
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is read only without AWS_CONTAINER_AUTHORIZATION_TOKEN",
		},
		Knobs: []Knob{
			{Line: "new AWS.ECSCredentials({maxRetries, httpOptions: {timeout, connectTimeout}, retryDelayOptions: {base, customBackoff}})", Settings: javaScriptV2Retries()},
			{Line: "AWS_EC2_METADATA_DISABLED=true: no requests to IMDS after a failure on ECS"},
			{Line: "set AWS.config.credentials once: the clients share it; a client without it runs the chain for itself"},
		},
		Throttled: javaScriptThrottled,
		Errors:    javaScriptV2Errors,
		Strategy: strategy.Strategy{
			Cache:    &strategy.Refresh{Window: 15 * time.Second},
			Flight:   strategy.Flight{Kind: strategy.Join},
			Retry:    javaScriptV2Retry(),
			Timeouts: strategy.Timeouts{Response: time.Second},
			FirstUse: 2,
			HangOn:   strategy.OnTruncated,

			Connections: strategy.Connections{PerRequest: true},
		},
	}
}

func javaScriptV2IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-js-v2@imds",
		Service: service.IMDS,
		SDK:     javaScriptV2Version,
		Release: "2.1693.0",
		Checked: javaScriptV2Checked,
		Sources: []string{
			"aws/aws-sdk-js lib/metadata_service.js",
			"aws/aws-sdk-js lib/credentials/ec2_metadata_credentials.js",
			"aws/aws-sdk-js lib/util.js (handleRequestWithRetries, calculateRetryDelay)",
			"aws/aws-sdk-js lib/http/node.js",
		},
		Notes: []string{
			"out of support since 2025-09",
			"each request is tried 4 times; a token request that ends in 429 or 5xx fails the fetch",
			"a body cut short, a document without a field and one with less than 15 seconds left are never noticed: the call does not end, and every later call waits for it (an error in the code that would extend them, unless AWS.config.logger is set); here an expired document fails the call, and one with less than 15 seconds left is used",
			"for another error in it, credentials are not used beyond their expiry when a refresh fails",
			"a refresh that fails on the role or the credentials, except with 401, means IMDSv1 from then on; here it does not",
			"a token request that times out means IMDSv1; after the first success the real client remembers that, and here it asks for a token again at the next refresh",
			"the wait that Retry-After asks for is added to the backoff",
			"this release does not ask iam/security-credentials-extended",
		},
		Knobs: []Knob{
			{Line: "new AWS.EC2MetadataCredentials({maxRetries, httpOptions: {timeout, connectTimeout}, retryDelayOptions: {base, customBackoff}, ec2MetadataV1Disabled})"},
			{Line: "AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
			{Line: "AWS.config.logger: credentials that arrive with less than 15 seconds left are then used for 15 to 20 minutes"},
		},
		Throttled: javaScriptThrottled,
		Errors:    javaScriptV2Errors,
		Strategy: strategy.Strategy{
			Cache:    &strategy.Refresh{Window: 15 * time.Second},
			Flight:   strategy.Flight{Kind: strategy.Join},
			Retry:    javaScriptV2Retry(),
			Timeouts: strategy.Timeouts{Connect: time.Second, Response: time.Second},
			Session: strategy.Session{
				FallBack: strategy.On401 | strategy.On403 | strategy.On404 | strategy.On405 | strategy.OnFurther4xx | strategy.OnTimeout | strategy.OnReset | strategy.OnRefused,
			},
			Connections:   strategy.Connections{PerRequest: true},
			HangOn:        strategy.OnTruncated | strategy.OnMissingField | strategy.OnEmpty,
			RejectExpired: true,
		},
	}
}
