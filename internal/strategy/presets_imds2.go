package strategy

import "time"

func phpIMDS() Preset {
	return Preset{
		Name:    "aws-sdk-php@imds",
		SDK:     "AWS SDK for PHP v3, instance profile",
		Service: imds,
		Sources: []string{
			"aws/aws-sdk-php src/Credentials/InstanceProfileProvider.php",
			"aws/aws-sdk-php src/Credentials/Credentials.php (extendExpiration)",
			"aws/aws-sdk-php src/Credentials/CredentialProvider.php (memoize)",
		},
		Notes: []string{
			"token, role and credentials share one budget of 4 requests, good ones included: a failure of the last leaves one retry",
			"a token is asked for at every fetch and never kept; the role's name is asked for once",
			"a token request that fails, but with 400 or a 5xx, means IMDSv1 for good, until a 401",
			"a refresh that ends in 500 or a timeout leaves the old credentials in use for 5 to 10 minutes; the SDK does so at once, the preset after its retries",
			"credentials are kept per client object until they expire; under PHP-FPM that is per request, unless a shared cache is configured",
		},
		Knobs: []string{
			"AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the provider's `timeout` and `retries`",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"CredentialProvider::cache with a shared cache",
		},
		Strategy: Strategy{
			Name: "aws-sdk-php@imds",
			Cache: &Refresh{
				Extend:    Extension{Least: 5 * time.Minute, Most: 10 * time.Minute, On: On500 | OnTimeout},
				ExtendOld: Extension{Least: 5 * time.Minute, Most: 10 * time.Minute},
			},
			Retry: &Backoff{
				Attempts: 4, On: everyOutcome &^ (On401 | On403 | OnMissingField | OnEmpty),
				Base: time.Second, Factor: 1, Shared: true,
			},
			Timeouts: Timeouts{Attempt: time.Second},
			Session: Session{
				Retry: &Backoff{
					Attempts: 4, On: On400 | On500 | On502 | On503 | On504,
					Base: time.Second, Factor: 1, Shared: true,
				},
				FallBack: everyOutcome &^ (On400 | On500 | On502 | On503 | On504),
				Sticky:   everyOutcome &^ (On400 | On500 | On502 | On503 | On504),
				Renew:    true, NameOnce: true,
			},
		},
	}
}

func rubyIMDS() Preset {
	network := OnAnyStatus | OnTimeout | OnRefused
	return Preset{
		Name:    "aws-sdk-ruby@imds",
		SDK:     "AWS SDK for Ruby, core 3.211.0, instance profile",
		Service: imds,
		Sources: []string{
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/instance_profile_credentials.rb",
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/refreshing_credentials.rb",
		},
		Notes: []string{
			"this is Aws::InstanceProfileCredentials.new; the default chain makes it without retries",
			"a retry begins at the token again; role and credentials are asked for together",
			"a token request that fails, but with 400, means IMDSv1 for good, until a 401",
			"a failure is swallowed: the first into empty credentials, a later one leaves the old ones in use for 5 to 6 minutes",
			"answers that do not parse are read in a loop of their own; the preset counts both loops as one",
			"the HTTP library sends a timed-out request once more by itself",
		},
		Knobs: []string{
			"Aws::InstanceProfileCredentials.new(retries:, backoff:, http_open_timeout:, http_read_timeout:, token_ttl:, disable_imds_v1:)",
			"through the default chain: the client options instance_profile_credentials_retries and instance_profile_credentials_timeout",
		},
		Strategy: Strategy{
			Name: "aws-sdk-ruby@imds",
			Cache: &Refresh{
				Window: 5 * time.Minute, EmptyOnError: true,
				Extend:    Extension{Least: 5 * time.Minute, Most: 6 * time.Minute, On: everyOutcome &^ OnMalformed},
				ExtendOld: Extension{Least: 5 * time.Minute, Most: 6 * time.Minute},
			},
			Flight: Flight{Kind: Serial},
			Retry: &Backoff{
				Attempts: 2, MalformedAttempts: 4, On: network | OnMalformed | OnThrottleCode,
				Base: time.Second, Factor: 1.2, Restart: true,
			},
			Timeouts: Timeouts{Connect: time.Second, Response: time.Second},
			Session: Session{
				Keep:     true,
				Retry:    &Backoff{Attempts: 2, On: network &^ On400, Base: time.Second, Factor: 1.2},
				FallBack: network &^ On400,
				Sticky:   network &^ On400,
				Renew:    true,
			},
			FirstUse: 2,
			Resend:   true, AcceptEmpty: true,
		},
	}
}
