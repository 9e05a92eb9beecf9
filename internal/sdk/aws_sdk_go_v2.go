package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// goV2Presets are the presets of this SDK.
func goV2Presets() []Preset {
	return []Preset{goV2(), goV2IMDS()}
}

func goV2() Preset {
	return Preset{
		Name:    "aws-sdk-go-v2",
		Service: service.ECS,
		SDK:     "AWS SDK for Go v2, config v1.33.14, credentials v1.20.14",
		Sources: []string{
			"aws/aws-sdk-go-v2 credentials/endpointcreds/internal/client/client.go",
			"aws/aws-sdk-go-v2 aws/retry/standard.go, aws/retry/jitter_backoff.go",
			"aws/aws-sdk-go-v2 aws/credential_cache.go, config/resolve_credentials.go",
		},
		Notes: []string{
			"no response timeout: an endpoint that accepts and never answers holds the call until its context ends",
			"a body cut short is not retried (`unexpected EOF`)",
			"credentials inside the last 5 minutes are not used when the refresh fails",
			"in older releases the provider's retryer lacks 429: a plain 429 fails after one request",
			"AWS_RETRY_MODE and AWS_MAX_ATTEMPTS do not reach this provider",
			"inside an API call, a fetch that ends in 503 or a broken connection is repeated by the operation's own retryer: 9 requests",
		},
		Knobs: []string{
			"config.WithEndpointCredentialOptions: Retryer, for attempts and backoff (a plain retry.NewStandard() does not retry a plain 429)",
			"config.WithEndpointCredentialOptions: HTTPClient, the only way to a response timeout (config.WithHTTPClient does not reach this provider)",
			"config.WithCredentialsCacheOptions: ExpiryWindow, ExpiryWindowJitterFrac",
			"share one aws.Config: every config has a cache of its own",
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 5 * time.Minute},
			Flight: strategy.Flight{Kind: strategy.Join},
			Retry: &strategy.Backoff{
				Attempts: 3, On: strategy.On429 | strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset | strategy.OnThrottleCode,
				Base: 2 * time.Second, Cap: 20 * time.Second, Factor: 2, Jitter: strategy.FullJitter,
			},
			Quota:       strategy.Quota{Tokens: 500, Cost: 5, TimeoutCost: 10},
			Timeouts:    strategy.Timeouts{Connect: 30 * time.Second},
			AcceptEmpty: true,
		},
	}
}

func goV2IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-go-v2@imds",
		SDK:     "AWS SDK for Go v2, feature/ec2/imds v1.20.6, credentials v1.20.14",
		Service: service.IMDS,
		Sources: []string{
			"aws/aws-sdk-go-v2 feature/ec2/imds/{api_client,request_middleware,token_provider}.go",
			"aws/aws-sdk-go-v2 credentials/ec2rolecreds/provider.go",
			"aws/aws-sdk-go-v2 aws/credential_cache.go, config/resolve_credentials.go",
		},
		Notes: []string{
			"429 is not retried, because it has no error code; after a token request that gets one, every GET asks for a token again",
			"a body cut short is not retried, nor does it stop later token requests",
			"each GET has 5 s, including its token request and all retries",
			"credentials count as valid for one hour at most, and are fetched again after 55 minutes",
			"when a refresh fails, the old credentials stay in use for 5 to 15 minutes, even past their expiry",
			"the wait is not jittered: clients throttled together come back together",
			"an operation that runs out of its 5 s in the token request falls back for good; in the preset it does not",
		},
		Knobs: []string{
			"imds.Options: Retryer (the default one does not retry 429), DisableDefaultMaxBackoff, HTTPClient, EnableFallback",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"share one aws.Config: every config has a token and a cache of its own",
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 5 * time.Minute, AtMost: time.Hour, Short: 15 * time.Minute,
				Extend: strategy.Extension{Least: 5 * time.Minute, Most: 15 * time.Minute},
			},
			Flight: strategy.Flight{Kind: strategy.Join},
			Retry: &strategy.Backoff{
				Attempts: 3, On: strategy.On401 | strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset | strategy.OnThrottleCode,
				Base: time.Second, Factor: 1,
			},
			Quota:    strategy.Quota{Tokens: 500, Cost: 5, TimeoutCost: 10},
			Timeouts: strategy.Timeouts{Connect: 250 * time.Millisecond, Response: 500 * time.Millisecond, Leg: 5 * time.Second},
			Session: strategy.Session{
				TTL: 5 * time.Minute, Keep: true, Every: true, Renew: true,
				Retry: &strategy.Backoff{
					Attempts: 3, On: strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset | strategy.OnThrottleCode,
					Base: time.Second, Factor: 1,
				},
				FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode),
				Sticky:   strategy.On403 | strategy.On404 | strategy.On405 | strategy.OnTimeout | strategy.OnRefused | strategy.OnReset,
			},
		},
	}
}
