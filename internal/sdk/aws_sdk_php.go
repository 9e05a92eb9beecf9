package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// phpPresets are the presets of this SDK.
func phpPresets() []Preset {
	return []Preset{php(), phpIMDS()}
}

func php() Preset {
	return Preset{
		Name:    "aws-sdk-php",
		Service: service.ECS,
		SDK:     "AWS SDK for PHP v3",
		Sources: []string{
			"aws/aws-sdk-php src/Credentials/EcsCredentialProvider.php",
			"aws/aws-sdk-php src/Credentials/CredentialProvider.php (memoize)",
			"guzzle/guzzle src/Handler/CurlFactory.php (connection failures)",
		},
		Notes: []string{
			"no HTTP status is retried: one 429 and the call has failed",
			"credentials are kept per client object until they expire; under PHP-FPM that is per request, unless a shared cache is configured",
			"a body cut short is no connection failure to guzzle, and so is not retried (from source, not run)",
			"a connection reset before the body is not retried either; the preset retries it, like one closed without a byte",
		},
		Knobs: []string{
			"AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the provider's `timeout` and `retries` (connection failures only)",
			"CredentialProvider::cache with a shared cache, or a provider of your own around it that retries",
		},
		Strategy: strategy.Strategy{
			Cache:    &strategy.Refresh{},
			Retry:    &strategy.Backoff{Attempts: 4, On: strategy.OnTimeout | strategy.OnRefused | strategy.OnReset, Base: time.Second, Factor: 1},
			Timeouts: strategy.Timeouts{Attempt: time.Second},
		},
	}
}

func phpIMDS() Preset {
	return Preset{
		Name:    "aws-sdk-php@imds",
		SDK:     "AWS SDK for PHP v3, instance profile",
		Service: service.IMDS,
		Sources: []string{
			"aws/aws-sdk-php src/Credentials/InstanceProfileProvider.php",
			"aws/aws-sdk-php src/Credentials/Credentials.php (extendExpiration)",
			"aws/aws-sdk-php src/Credentials/CredentialProvider.php (memoize)",
		},
		Notes: []string{
			"token, role and credentials share one budget of 4 requests, successful ones included: the last has one retry",
			"a token is asked for at every fetch and never kept; the role's name is asked for once",
			"a token request that fails, except with 400 or a 5xx, means IMDSv1 from then on, until a 401",
			"a refresh that ends in 500 or a timeout leaves the old credentials in use for 5 to 10 minutes; the SDK does so at once, the preset after its retries",
			"credentials are kept per client object until they expire; under PHP-FPM that is per request, unless a shared cache is configured",
		},
		Knobs: []string{
			"AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the provider's `timeout` and `retries`",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"CredentialProvider::cache with a shared cache",
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Extend:    strategy.Extension{Least: 5 * time.Minute, Most: 10 * time.Minute, On: strategy.On500 | strategy.OnTimeout},
				ExtendOld: strategy.Extension{Least: 5 * time.Minute, Most: 10 * time.Minute},
			},
			Retry: &strategy.Backoff{
				Attempts: 4, On: strategy.OnEvery &^ (strategy.On401 | strategy.On403 | strategy.OnMissingField | strategy.OnEmpty),
				Base: time.Second, Factor: 1, Shared: true,
			},
			Timeouts: strategy.Timeouts{Attempt: time.Second},
			Session: strategy.Session{
				Retry: &strategy.Backoff{
					Attempts: 4, On: strategy.On400 | strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504,
					Base: time.Second, Factor: 1, Shared: true,
				},
				FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 | strategy.OnThrottleCode),
				Sticky:   strategy.OnEvery &^ (strategy.On400 | strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504 | strategy.OnThrottleCode),
				Renew:    true, NameOnce: true,
			},
		},
	}
}
