package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// rubyPresets are the presets of this SDK.
func rubyPresets() []Preset {
	return []Preset{ruby(), rubyIMDS()}
}

func ruby() Preset {
	return Preset{
		Name:    "aws-sdk-ruby",
		Service: service.ECS,
		SDK:     "AWS SDK for Ruby, core 3.211.0",
		Sources: []string{
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/ecs_credentials.rb",
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/refreshing_credentials.rb",
		},
		Notes: []string{
			"this is Aws::ECSCredentials.new; through the default chain it is one request with 1 s timeouts, and no retry",
			"a failure is swallowed: the credentials are empty, and every access asks again",
			"the constructor resolves and the first access resolves again: 12 requests, 14.9 s",
			"that access looks at what was loaded: a document with less than 5 minutes left is fetched again at once",
			"a failed refresh overwrites credentials that were still valid",
			"the HTTP library sends a timed-out request once more by itself",
		},
		Knobs: []string{
			"Aws::ECSCredentials.new(retries:, backoff:, http_open_timeout:, http_read_timeout:)",
			"through the default chain: the client options instance_profile_credentials_retries and instance_profile_credentials_timeout",
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 5 * time.Minute, EmptyOnError: true},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 6, MalformedAttempts: 4,
				On:   strategy.OnAnyStatus | strategy.OnTimeout | strategy.OnRefused | strategy.OnMalformed | strategy.OnThrottleCode,
				Base: time.Second, Factor: 1.2,
			},
			Timeouts:    strategy.Timeouts{Connect: 5 * time.Second, Response: 5 * time.Second},
			FirstUse:    2,
			Connections: strategy.Connections{PerRequest: true}, Resend: strategy.ResendIdempotent,
			AcceptEmpty: true, IgnoreEOF: true,
		},
	}
}

func rubyIMDS() Preset {
	network := strategy.OnAnyStatus | strategy.OnTimeout | strategy.OnRefused
	return Preset{
		Name:    "aws-sdk-ruby@imds",
		SDK:     "AWS SDK for Ruby, core 3.211.0, instance profile",
		Service: service.IMDS,
		Sources: []string{
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/instance_profile_credentials.rb",
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/refreshing_credentials.rb",
		},
		Notes: []string{
			"this is Aws::InstanceProfileCredentials.new; the default chain makes it without retries",
			"a retry begins at the token again; role and credentials are asked for together",
			"a token request that fails, except with 400, means IMDSv1 from then on, until a 401",
			"a connection that is refused or not made in time fails the fetch, and never means IMDSv1",
			"a failure is swallowed: the first gives empty credentials, a later one leaves the old ones in use for 5 to 6 minutes",
			"answers that do not parse are read in a loop of their own; the preset counts both loops as one",
			"the HTTP library sends a timed-out request once more by itself",
		},
		Knobs: []string{
			"Aws::InstanceProfileCredentials.new(retries:, backoff:, http_open_timeout:, http_read_timeout:, token_ttl:, disable_imds_v1:)",
			"through the default chain: the client options instance_profile_credentials_retries and instance_profile_credentials_timeout",
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 5 * time.Minute, EmptyOnError: true,
				Extend:    strategy.Extension{Least: 5 * time.Minute, Most: 6 * time.Minute, On: strategy.OnEvery &^ strategy.OnMalformed},
				ExtendOld: strategy.Extension{Least: 5 * time.Minute, Most: 6 * time.Minute},
			},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 2, MalformedAttempts: 4, On: network | strategy.OnMalformed | strategy.OnThrottleCode,
				Base: time.Second, Factor: 1.2, Restart: true,
			},
			Timeouts: strategy.Timeouts{Connect: time.Second, Response: time.Second},
			Session: strategy.Session{
				Keep:     true,
				Retry:    &strategy.Backoff{Attempts: 2, On: network &^ (strategy.On400 | strategy.OnRefused | strategy.OnConnectTimeout), Base: time.Second, Factor: 1.2},
				FallBack: network &^ (strategy.On400 | strategy.OnRefused | strategy.OnConnectTimeout),
				Sticky:   network &^ (strategy.On400 | strategy.OnRefused | strategy.OnConnectTimeout),
				Renew:    true, ConnectFirst: true,
			},
			FirstUse:    2,
			Connections: strategy.Connections{PerRequest: true}, Resend: strategy.ResendIdempotent,
			AcceptEmpty: true, IgnoreEOF: true,
		},
	}
}
