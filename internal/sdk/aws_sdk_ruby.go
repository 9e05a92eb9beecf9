package sdk

import (
	"slices"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// rubyPresets are the presets of this SDK.
func rubyPresets() []Preset {
	return []Preset{ruby(), rubyChain(), rubyIMDS(), rubyChainIMDS(), rubyIMDSOld()}
}

const (
	rubyVersion = "AWS SDK for Ruby, core 3.257.0"
	rubyChecked = "run on 2026-11-28 (aws-sdk-core 3.257.0 on Ruby 3.1)"
	// rubyMissing is what the first API call raises; why there are no credentials is
	// only in the warning.
	rubyMissing = "Aws::Errors::MissingCredentialsError: unable to sign request without credentials set"
	rubyResend  = "the HTTP library sends a timed-out request once more by itself"
	rubyParse   = "Aws::Errors::MetadataParserError: Failed to parse metadata service response."
)

var rubyErrors = []FinalError{{On: strategy.OnMalformed | strategy.OnTruncated, Text: rubyParse}, {Text: rubyMissing}}

// rubyNetwork are the failures that the SDK calls network errors. A connection that
// breaks is not one.
const rubyNetwork = strategy.OnAnyStatus | strategy.OnTimeout | strategy.OnRefused

func ruby() Preset {
	return Preset{
		Name:    "aws-sdk-ruby",
		Service: service.ECS,
		SDK:     rubyVersion + ", Aws::ECSCredentials.new",
		Release: "3.257.0",
		Checked: rubyChecked + "; core 3.168.1 behaves alike",
		Sources: []string{
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/ecs_credentials.rb",
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/refreshing_credentials.rb",
		},
		Notes: []string{
			"this is a provider that the application makes itself; a service client without one uses the default chain, see aws-sdk-ruby@chain",
			"a failure is swallowed: the credentials are empty, and every access asks again",
			"the constructor resolves and the first access resolves again: 12 requests, 14.9 s",
			"that access looks at what was loaded: a document with less than 5 minutes left is fetched again at once",
			"a failed refresh overwrites credentials that were still valid",
			rubyResend,
		},
		Knobs: []Knob{
			{Line: "Aws::ECSCredentials.new(retries:, backoff:, http_open_timeout:, http_read_timeout:)", Settings: rubyRetries()},
		},
		Throttled: []string{
			"standard error: `Error retrieving ECS Credentials: HTTP 429: …`, after the last retry (before core 3.227 without the status)",
			"each attempt: Aws::ECSCredentials.new(http_debug_output: $stderr); Aws.config[:log_level] and :http_wire_trace do not show it",
		},
		Errors: rubyErrors,
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 5 * time.Minute, EmptyOnError: true},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 6, MalformedAttempts: 4,
				On:   rubyNetwork | strategy.OnMalformed | strategy.OnThrottleCode,
				Wait: strategy.Wait{Base: time.Second, Factor: 1.2},
			},
			Timeouts:    strategy.Timeouts{Connect: 5 * time.Second, Response: 5 * time.Second},
			FirstUse:    2,
			Connections: strategy.Connections{PerRequest: true}, Resend: strategy.ResendIdempotent,
			AcceptEmpty: true, IgnoreEOF: true,
		},
	}
}

// What a service client adds to both providers: its notes, and its options.
var (
	rubyChainNotes = []string{
		"a client whose chain found nothing when it was made has no credentials for good: each of its calls fails without a request, until the application makes a new client",
		"the chain resolves when the client is made, and the first call looks at what was loaded: a document with less than 5 minutes left is fetched again at once",
	}
	rubyChainKnobs = []Knob{
		{Line: "the client options instance_profile_credentials_retries (0) and instance_profile_credentials_timeout (1 s), also for containers: Aws.config.update(instance_profile_credentials_retries: 3)", Settings: rubyChainRetries()},
		{Line: "a provider that the client shares: Aws.config.update(credentials: Aws::ECSCredentials.new(retries: 5))"},
	}
)

func rubyChain() Preset {
	p := ruby()
	p.Name = "aws-sdk-ruby@chain"
	p.SDK = rubyVersion + ", default chain: what a service client uses"
	p.Checked = rubyChecked
	p.Sources = append(p.Sources,
		"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/credential_provider_chain.rb",
		"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/plugins/credentials_configuration.rb")
	p.Notes = append([]string{
		"one request with 1 s time limits, and no retry",
		"a failed refresh overwrites credentials that were still valid; every later call asks once more",
		rubyResend,
	}, rubyChainNotes...)
	p.Knobs = rubyChainKnobs
	p.Throttled = []string{
		"standard error: `Error retrieving ECS Credentials: HTTP 429: …` (before core 3.227 without the status); the error of the call does not say why",
	}
	retry := *p.Strategy.Retry.(*strategy.Backoff)
	retry.Attempts = 1
	p.Strategy.Retry = &retry
	p.Strategy.Timeouts = strategy.Timeouts{Connect: time.Second, Response: time.Second}
	p.Strategy.FailForGood = true
	return p
}

var rubyIMDSSources = []string{
	"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/instance_profile_credentials.rb",
	"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/refreshing_credentials.rb",
}

func rubyIMDS() Preset {
	// The failures of the token request upon which there is no token from then on. A
	// connection that is not made is the fetch's failure.
	const noToken = rubyNetwork &^ (strategy.On400 | strategy.OnRefused | strategy.OnConnectTimeout)
	return Preset{
		Name:    "aws-sdk-ruby@imds",
		SDK:     rubyVersion + ", Aws::InstanceProfileCredentials.new",
		Release: "3.257.0",
		Service: service.IMDS,
		Checked: rubyChecked,
		Sources: rubyIMDSSources,
		Notes: []string{
			"this is a provider that the application makes itself; a service client without one uses the default chain, see aws-sdk-ruby@chain@imds",
			"the token request is not retried on its own (it was before core 3.227): one 429 means IMDSv1 from then on, until a 401",
			"a retry asks for role and credentials together, with the token that is kept",
			"a token request that is answered 400 fails the fetch",
			"a connection that is refused or not made in time fails the fetch, and never means IMDSv1",
			"a failure is swallowed: the first gives empty credentials, a later one leaves the old ones in use for 5 to 6 minutes",
			"answers that do not parse are read in a loop of their own; the preset counts both loops as one",
			rubyResend,
		},
		Knobs: []Knob{
			{Line: "Aws::InstanceProfileCredentials.new(retries:, backoff:, http_open_timeout:, http_read_timeout:, token_ttl:, disable_imds_v1:)"},
			{Line: "AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
		},
		Throttled: []string{
			"standard error: `Error retrieving instance profile credentials: HTTP 429: …`, after the last retry; a throttled token request says nothing",
			"each attempt: Aws::InstanceProfileCredentials.new(http_debug_output: $stderr)",
		},
		Errors: rubyErrors,
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 5 * time.Minute, EmptyOnError: true,
				Extend:    strategy.Extension{Least: 5 * time.Minute, Most: 6 * time.Minute, On: strategy.OnEvery &^ strategy.OnMalformed},
				ExtendOld: strategy.OldExtension{Least: 5 * time.Minute, Most: 6 * time.Minute},
			},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 2, MalformedAttempts: 4, On: rubyNetwork | strategy.OnMalformed | strategy.OnThrottleCode,
				Wait: strategy.Wait{Base: time.Second, Factor: 1.2}, Restart: true,
			},
			Timeouts: strategy.Timeouts{Connect: time.Second, Response: time.Second},
			Session: strategy.Session{
				Keep: true, Retry: strategy.NoRetry{}, FallBack: noToken, Sticky: noToken,
				Renew: true, ConnectFirst: true,
			},
			FirstUse:    2,
			Connections: strategy.Connections{PerRequest: true}, Resend: strategy.ResendIdempotent,
			AcceptEmpty: true, IgnoreEOF: true,
		},
	}
}

func rubyChainIMDS() Preset {
	p := rubyIMDS()
	p.Name = "aws-sdk-ruby@chain@imds"
	p.SDK = rubyVersion + ", default chain on an instance: what a service client uses"
	p.Sources = append(slices.Clone(rubyIMDSSources),
		"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/credential_provider_chain.rb")
	p.Notes = append([]string{
		"one attempt each with 1 s time limits: one 429 for role or credentials and the client has none",
		"a token request that fails, except with 400, means IMDSv1 from then on, until a 401",
		"a later failure leaves the old credentials in use for 5 to 6 minutes",
		rubyResend,
	}, rubyChainNotes...)
	p.Knobs = rubyChainKnobs
	p.Throttled = p.Throttled[:1]
	retry := *p.Strategy.Retry.(*strategy.Backoff)
	retry.Attempts = 1
	p.Strategy.Retry = &retry
	p.Strategy.FailForGood = true
	return p
}

func rubyIMDSOld() Preset {
	p := rubyIMDS()
	p.Name = "aws-sdk-ruby@3.211@imds"
	p.SDK = "AWS SDK for Ruby before core 3.227, Aws::InstanceProfileCredentials.new"
	p.Release = "3.211.0"
	p.Checked = "run on 2026-11-28 (aws-sdk-core 3.168.1 on Ruby 3.1); core 3.211.0 from source"
	p.Notes = append([]string{
		"the token request is tried twice; if both fail, except with 400, that means IMDSv1 from then on, until a 401",
	}, p.Notes[2:]...)
	p.Throttled = append([]string{
		"standard error: `Error retrieving instance profile credentials: …`, after the last retry and without the status (core 3.168 says nothing)",
	}, p.Throttled[1:]...)
	p.Strategy.Session.Retry = &strategy.Backoff{Attempts: 2, On: p.Strategy.Session.FallBack, Wait: strategy.Wait{Base: time.Second, Factor: 1.2}}
	return p
}
