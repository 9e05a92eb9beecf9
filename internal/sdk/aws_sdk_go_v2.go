package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// goV2Presets are the presets of this SDK.
func goV2Presets() []Preset {
	return []Preset{goV2(), goV2At147(), goV2Pre429(), goV2IMDS(), goV2IMDSAt147(), goV2IMDSPre429()}
}

// What the versions are made of.
const (
	goV2Newest = "AWS SDK for Go v2, core v1.48.0, config v1.33.18, credentials v1.21.0"
	goV2147    = "AWS SDK for Go v2, core v1.47.6, config v1.33.14, credentials v1.20.14"
	goV2Old    = "AWS SDK for Go v2, core v1.23.1, config v1.25.4, credentials v1.16.3"
)

// goV2On are the failures that Go v2 retries of every request. A body that is cut
// short is not among them.
const goV2On = strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 |
	strategy.OnTimeout | strategy.OnRefused | strategy.OnReset

// goConnections are those of the SDK's BuildableClient.
// Source: aws/aws-sdk-go-v2 aws/transport/http/client.go.
var goConnections = strategy.Connections{Keep: 10, Idle: 90 * time.Second}

// goResends is what Go's transport does, whatever the SDK.
const goResends = "Go's transport sends a GET again by itself, at once, when a kept connection broke without an answer; the retries do not count it"

func goV2() Preset {
	return Preset{
		Name:    "aws-sdk-go-v2",
		Service: service.ECS,
		SDK:     goV2Newest,
		Release: "1.48.0",
		Checked: "run on 2026-11-28 (core v1.48.0, credentials v1.21.0)",
		Sources: []string{
			"aws/aws-sdk-go-v2 credentials/endpointcreds/internal/client/{client,middleware}.go",
			"aws/aws-sdk-go-v2 aws/retry/{standard,jitter_backoff,middleware}.go",
			"aws/aws-sdk-go-v2 aws/credential_cache.go, config/resolve_credentials.go",
		},
		Notes: []string{
			"the releases since 2026-11-10 wait 50 ms and 100 ms at most, but after a throttle 1 s and 2 s; those before: aws-sdk-go-v2@1.47",
			"after 17 failed calls in a row (50 if they are throttled) the retry quota is used up, and each call asks once",
			"Retry-After and x-amz-retry-after are ignored by this provider",
			"no response timeout: an endpoint that accepts and never answers holds the call until its context ends",
			"a body cut short is not retried (`unexpected EOF`)",
			goResends,
			"credentials inside the last 5 minutes are not used when the refresh fails",
			"credentials that have expired when they come are handed out, and so is a document without keys, each time without an error",
			"a token file that ends in a newline is an error, and nothing is asked",
			"AWS_RETRY_MODE and AWS_MAX_ATTEMPTS do not reach this provider",
			"inside an API call, a fetch that ends in 503 or a broken connection is repeated by the operation's own retryer: 9 requests",
		},
		Knobs: []Knob{
			{Line: "config.WithEndpointCredentialOptions: Retryer, for attempts and backoff (a plain retry.NewStandard() does not retry a plain 429)", Settings: goV2Retries(true)},
			{Line: "config.WithRetryer reaches this provider too: a plain 429 then fails after one request"},
			{Line: "config.WithEndpointCredentialOptions: HTTPClient, the only way to a response timeout (config.WithHTTPClient does not reach this provider)", Settings: goV2Timeout()},
			{Line: "config.WithCredentialsCacheOptions: ExpiryWindow, ExpiryWindowJitterFrac", Settings: goV2Window()},
			{Line: "share one aws.Config: every config has a cache of its own"},
		},
		Throttled: []string{
			"errors.As(err, &e) with e an interface{ HTTPStatusCode() int } gives 429 for a call that failed; retries that helped leave no trace",
			"config.WithAPIOptions: a Deserialize middleware sees each answer (out.RawResponse.(*smithyhttp.Response).StatusCode), those of retries too",
			"config.WithClientLogMode does not reach this provider",
		},
		Errors: goV2Errors(goV2On|strategy.On429|strategy.OnThrottleCode, ""),
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 5 * time.Minute},
			Flight: strategy.Flight{Kind: strategy.Join},
			Retry: &strategy.Backoff{
				Attempts: 3, On: goV2On | strategy.On429 | strategy.OnThrottleCode,
				Wait: strategy.Wait{Base: 50 * time.Millisecond, Cap: 20 * time.Second, Factor: 2, Jitter: strategy.FullJitter},
				Classes: []strategy.Class{{
					On:   strategy.On429 | strategy.OnThrottleCode,
					Wait: strategy.Wait{Base: time.Second, Cap: 20 * time.Second, Factor: 2, Jitter: strategy.FullJitter},
				}},
			},
			Quota:       strategy.Quota{Tokens: 500, Cost: 14, ThrottleCost: 5},
			Timeouts:    strategy.Timeouts{Connect: 30 * time.Second},
			Connections: goConnections, Resend: strategy.ResendKept,
			AcceptEmpty: true, AcceptIncomplete: true,
		},
	}
}

// goV2Errors are the errors of the container provider, of which those in retried
// have used up the attempts. notParsed is the error of a refusal that is no JSON, if
// the provider expects one.
func goV2Errors(retried strategy.Conditions, notParsed string) []FinalError {
	const (
		failed = "failed to refresh cached credentials, failed to load credentials, "
		most   = failed + "exceeded maximum number of attempts, 3, "
		parse  = failed + "deserialization failed, "
	)
	var all []FinalError
	if notParsed != "" {
		all = []FinalError{{On: strategy.OnText, Text: parse + notParsed}}
	}
	return append(
		all,
		FinalError{On: strategy.OnTruncated | strategy.OnMalformed, Text: parse + "failed to deserialize json response, unexpected EOF"},
		FinalError{On: strategy.OnRefused, Text: most + `request send failed, {method} "{url}": dial tcp {host}: connect: connection refused`},
		FinalError{On: strategy.OnConnectTimeout, Text: most + `request send failed, {method} "{url}": dial tcp {host}: i/o timeout`},
		FinalError{On: strategy.OnReset, Text: most + `request send failed, {method} "{url}": EOF`},
		FinalError{On: retried, Text: most + "{code}: {message}"},
		FinalError{On: strategy.OnAnyStatus, Text: failed + "{code}: {message}"},
	)
}

// goV2OldRetry is the retryer of the releases before the waits of 2026.
func goV2OldRetry(on strategy.Conditions) *strategy.Backoff {
	return &strategy.Backoff{
		Attempts: 3, On: on,
		Wait: strategy.Wait{Base: 2 * time.Second, Cap: 20 * time.Second, Factor: 2, Jitter: strategy.FullJitter, CapExact: true},
	}
}

func goV2At147() Preset {
	p := goV2()
	p.Name, p.SDK, p.Release = "aws-sdk-go-v2@1.47", goV2147, "1.47.6"
	p.Checked = "run on 2026-11-28 (core v1.47.6, credentials v1.20.14)"
	p.Notes = append([]string{
		"the releases from 2023-11-21 to 2026-11-09 wait 2 s and 4 s at most, whatever the failure",
		"AWS_NEW_RETRIES_2026=true turns on the waits of later releases, but a plain 429 then counts as no throttle: 50 ms and 100 ms at most",
	}, p.Notes[2:]...)
	p.Strategy.Retry = goV2OldRetry(goV2On | strategy.On429 | strategy.OnThrottleCode)
	p.Strategy.Quota = strategy.Quota{Tokens: 500, Cost: 5, TimeoutCost: 10}
	p.Knobs[0].Settings = goV2Retries(false)
	return p
}

func goV2Pre429() Preset {
	p := goV2At147()
	p.Name, p.SDK, p.Release = "aws-sdk-go-v2@pre-429", goV2Old, "1.23.1"
	p.Checked = "run on 2026-11-28 (core v1.23.1, credentials v1.16.3)"
	p.Notes = append([]string{
		"the releases until 2023-11-20 (credentials v1.16.3) expect every refusal to be JSON, and retry it for the code in it alone: a plain 429 or 503 fails after one request, as any status does",
	}, p.Notes[2:]...)
	p.Knobs[0].Settings = nil // no retryer sees the status
	p.Knobs = append(lines("credentials v1.16.4 or later retries a plain 429 and 5xx"), p.Knobs...)
	p.Throttled = []string{
		"the error of a plain 429 says only that it failed to decode (`invalid character`), not its status",
		"config.WithAPIOptions: a Deserialize middleware sees each answer (out.RawResponse.(*smithyhttp.Response).StatusCode), those of retries too",
		"config.WithClientLogMode does not reach this provider",
	}
	const retried = strategy.OnTimeout | strategy.OnRefused | strategy.OnReset | strategy.OnThrottleCode
	p.Errors = goV2Errors(retried, "failed to decode error message, invalid character")
	p.Strategy.Retry = goV2OldRetry(retried)
	return p
}
