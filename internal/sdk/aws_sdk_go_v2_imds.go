package sdk

import (
	"slices"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

func goV2IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-go-v2@imds",
		SDK:     goV2Newest + ", feature/ec2/imds v1.20.9",
		Release: "1.48.0",
		Service: service.IMDS,
		Checked: "run on 2026-11-28 (core v1.48.0, feature/ec2/imds v1.20.9, credentials v1.21.0)",
		Sources: []string{
			"aws/aws-sdk-go-v2 feature/ec2/imds/{api_client,request_middleware,token_provider}.go",
			"aws/aws-sdk-go-v2 credentials/ec2rolecreds/provider.go",
			"aws/aws-sdk-go-v2 aws/retry/{standard,retryable_error,jitter_backoff,middleware}.go",
			"aws/aws-sdk-go-v2 aws/credential_cache.go, config/resolve_credentials.go",
		},
		Notes: []string{
			"429 is retried since 2026-11-10; before: aws-sdk-go-v2@1.47@imds",
			"after a token request that failed with 429 or 5xx, every GET asks for a token again, three times",
			"a body cut short is not retried, nor does it stop later token requests",
			"each GET has 5 s, including its token request and all retries",
			"it waits as long as x-amz-retry-after asks, up to 6 s; Retry-After is ignored",
			"credentials count as valid for one hour at most, and are fetched again after 55 minutes",
			"when a refresh fails, the old credentials stay in use for 5 to 15 minutes, even past their expiry",
			"the wait is not jittered: clients throttled together come back together",
			"the extended path of the role is not asked for",
			"an operation that runs out of its 5 s in the token request falls back for good; in the preset it does not",
		},
		Knobs: []Knob{
			{Line: "imds.Options: Retryer, DisableDefaultMaxBackoff (waits of up to 20 s, jittered), HTTPClient, EnableFallback", Settings: goV2IMDSRetries()},
			{Line: "config.WithRetryer and config.WithHTTPClient reach this provider"},
			{Line: "AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
			{Line: "share one aws.Config: every config has a token and a cache of its own"},
		},
		Throttled: []string{
			"config.WithClientLogMode(aws.LogRetries) logs each retry, without its reason; add aws.LogResponse for the status",
			"config.WithAPIOptions: a Deserialize middleware sees each answer (out.RawResponse.(*smithyhttp.Response).StatusCode)",
			"when a refresh fails, the log warns: Attempting credential expiration extension due to a credential service availability issue",
		},
		Errors:   goV2IMDSErrors(goV2On | strategy.On401 | strategy.On429),
		Strategy: goV2IMDSStrategy(strategy.On429, strategy.Quota{Tokens: 500, Cost: 14, ThrottleCost: 5}, strategy.RetryAfter{Use: strategy.AtLeast, Within: 5 * time.Second, Header: strategy.AmzHeader}),
	}
}

// goV2IMDSStrategy is what the versions have in common: each retries what all do,
// and also those of more.
func goV2IMDSStrategy(more strategy.Conditions, quota strategy.Quota, after strategy.RetryAfter) strategy.Strategy {
	retry := func(on strategy.Conditions) *strategy.Backoff {
		return &strategy.Backoff{Attempts: 3, On: on, Wait: strategy.Wait{Base: time.Second, Factor: 1}, RetryAfter: after}
	}
	return strategy.Strategy{
		Cache: &strategy.Refresh{
			Window: 5 * time.Minute, AtMost: time.Hour, Short: 15 * time.Minute,
			Extend: strategy.Extension{Least: 5 * time.Minute, Most: 15 * time.Minute},
		},
		Flight:   strategy.Flight{Kind: strategy.Join},
		Retry:    retry(goV2On | strategy.On401 | more),
		Quota:    quota,
		Timeouts: strategy.Timeouts{Connect: 250 * time.Millisecond, Response: 500 * time.Millisecond, Leg: 5 * time.Second},
		Session: strategy.Session{
			TTL: 5 * time.Minute, Keep: true, Every: true, Renew: true,
			Retry:    retry(goV2On | more),
			FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode),
			Sticky:   strategy.On403 | strategy.On404 | strategy.On405 | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset,
		},
		Connections: goConnections, Resend: strategy.ResendKept,
		AcceptIncomplete: true,
	}
}

// goV2IMDSErrors are the errors of the provider, of which those in retried have used
// up the attempts.
func goV2IMDSErrors(retried strategy.Conditions) []FinalError {
	const (
		failed  = "failed to refresh cached credentials, "
		noRole  = failed + "no EC2 IMDS role found, operation error ec2imds: GetMetadata, "
		noKeys  = failed + "failed to get {role} EC2 IMDS role credentials, operation error ec2imds: GetMetadata, "
		most    = "exceeded maximum number of attempts, 3, "
		refused = "http response error StatusCode: {status}, request to EC2 IMDS failed"
		send    = `request send failed, {method} "{url}": `
	)
	all := []FinalError{
		{Leg: "token", On: strategy.OnOutOfTime, Text: noRole + "canceled, context deadline exceeded"},
		{Leg: "token", On: strategy.OnAnyStatus, Text: noRole + "failed to get API token, operation error ec2imds: getToken, " + refused},
	}
	for _, leg := range []string{"role", "credentials"} {
		text := noRole
		if leg == "credentials" {
			text = noKeys
		}
		all = append(
			all,
			FinalError{Leg: leg, On: strategy.OnOutOfTime, Text: text + "request canceled, context deadline exceeded"},
			FinalError{Leg: leg, On: strategy.OnTruncated, Text: text + "read response body failed, unexpected EOF"},
			FinalError{Leg: leg, On: strategy.OnRefused, Text: text + most + send + "dial tcp {host}: connect: connection refused"},
			FinalError{Leg: leg, On: strategy.OnConnectTimeout, Text: text + most + send + "dial tcp {host}: i/o timeout"},
			FinalError{Leg: leg, On: strategy.OnResponseTimeout, Text: text + most + send + "net/http: timeout awaiting response headers"},
			FinalError{Leg: leg, On: strategy.OnReset, Text: text + most + send + "EOF"},
			FinalError{Leg: leg, On: retried, Text: text + most + refused},
			FinalError{Leg: leg, On: strategy.OnAnyStatus, Text: text + refused},
		)
	}
	return slices.Concat(all, []FinalError{
		{On: strategy.OnEmpty, Text: failed + "failed to get {role} EC2 IMDS role credentials, api error : "},
		{On: strategy.OnMalformed, Text: failed + "failed to decode {role} EC2 IMDS role credentials, unexpected EOF"},
	})
}

func goV2IMDSAt147() Preset {
	p := goV2IMDS()
	p.Name, p.SDK, p.Release = "aws-sdk-go-v2@1.47@imds", goV2147+", feature/ec2/imds v1.20.6", "1.47.6"
	p.Checked = "run on 2026-11-28 (core v1.47.6, feature/ec2/imds v1.20.6, credentials v1.20.14)"
	p.Notes = slices.Concat([]string{
		"until 2026-11-09, 429 is not retried, because it has no error code that the client reads",
		"after a token request that failed with 429 or 5xx, every GET asks for a token again",
	}, p.Notes[2:4], p.Notes[5:])
	p.Knobs[0].Line = "imds.Options: Retryer (the default one does not retry 429), DisableDefaultMaxBackoff (waits of up to 20 s, jittered), HTTPClient, EnableFallback"
	p.Errors = goV2IMDSErrors(goV2On | strategy.On401)
	p.Strategy = goV2IMDSStrategy(0, strategy.Quota{Tokens: 500, Cost: 5, TimeoutCost: 10}, strategy.RetryAfter{})
	return p
}

func goV2IMDSPre429() Preset {
	p := goV2IMDSAt147()
	p.Name, p.SDK, p.Release = "aws-sdk-go-v2@pre-429@imds", goV2Old+", feature/ec2/imds v1.14.5", "1.23.1"
	p.Checked = "run on 2026-11-28 (core v1.23.1, feature/ec2/imds v1.14.5, credentials v1.16.3)"
	p.Notes = slices.Concat([]string{"on an instance it does what aws-sdk-go-v2@1.47 does"}, p.Notes)
	return p
}
