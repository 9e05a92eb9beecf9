package strategy

import (
	"strings"
	"time"
)

// ModelVersion is the version of the presets and of the random streams. Two
// reports of different models are never silently compared.
const ModelVersion = 1

// Preset is the strategy of a real SDK's credentials provider, as it is out of
// the box.
type Preset struct {
	Name     string // that of another service than "ecs" after an @
	SDK      string // what it mirrors, with the version read
	Service  string // whose provider it is: "ecs", "imds" or "eks-pod-identity"
	Sources  []string
	Notes    []string // what the strategy cannot show, or surprises
	Knobs    []string // what a user of the SDK can set, and how
	Strategy Strategy
}

// Presets returns the presets in order of their names.
func Presets() []Preset {
	return []Preset{
		goV2(), goV2IMDS(), javaScriptV3(), javaScriptV3EKS(), javaScriptV3IMDS(),
		php(), phpIMDS(), ruby(), rubyIMDS(), botocore(), botocoreIMDS(),
	}
}

// Asks reports whether the preset is of the provider that asks this service.
// The container credentials providers ask ECS and EKS Pod Identity in the same
// way, unless there is a preset for the latter.
func (p *Preset) Asks(service string) bool {
	if p.Service == service {
		return true
	}
	_, other := PresetNamed(p.Name + "@eks")
	return p.Service == ecs && service == eks && !other
}

// Elsewhere is the name of the preset of the same SDK for another service.
func (p *Preset) Elsewhere(service string) (string, bool) {
	sdk, _, _ := strings.Cut(p.Name, "@")
	for _, q := range Presets() {
		if other, _, _ := strings.Cut(q.Name, "@"); other == sdk && q.Asks(service) {
			return q.Name, true
		}
	}
	return "", false
}

// PresetNamed returns the preset of that name.
func PresetNamed(name string) (Preset, bool) {
	for _, p := range Presets() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// everyOutcome is what clients retry that look at nothing but success.
const everyOutcome = OnAnyStatus | OnTimeout | OnConnection | OnMalformed | OnMissingField | OnEmpty | OnThrottleCode

func goV2() Preset {
	return Preset{
		Name:    "aws-sdk-go-v2",
		Service: ecs,
		SDK:     "AWS SDK for Go v2, config v1.33.14, credentials v1.20.14",
		Sources: []string{
			"aws/aws-sdk-go-v2 credentials/endpointcreds/internal/client/client.go",
			"aws/aws-sdk-go-v2 aws/retry/standard.go, aws/retry/jitter_backoff.go",
			"aws/aws-sdk-go-v2 aws/credential_cache.go, config/resolve_credentials.go",
		},
		Notes: []string{
			"no response timeout: an endpoint that accepts and never answers holds the call until its context ends",
			"credentials inside the last 5 minutes are not used when the refresh fails",
			"releases before 429 joined the provider's retryer fail a plain 429 after one request",
			"AWS_RETRY_MODE and AWS_MAX_ATTEMPTS do not reach this provider",
			"inside an API call, a fetch that ends in 503 or a broken connection is repeated by the operation's own retryer: 9 requests",
		},
		Knobs: []string{
			"config.WithEndpointCredentialOptions: Retryer, for attempts and backoff (a plain retry.NewStandard() does not retry a plain 429)",
			"config.WithEndpointCredentialOptions: HTTPClient, the only way to a response timeout (config.WithHTTPClient does not reach this provider)",
			"config.WithCredentialsCacheOptions: ExpiryWindow, ExpiryWindowJitterFrac",
			"share one aws.Config: every config has a cache of its own",
		},
		Strategy: Strategy{
			Name:   "aws-sdk-go-v2",
			Cache:  &Refresh{Window: 5 * time.Minute},
			Flight: Flight{Kind: Join},
			Retry: &Backoff{
				Attempts: 3, On: On429 | On500 | On502 | On503 | On504 | OnTimeout | OnConnection | OnThrottleCode,
				Base: 2 * time.Second, Cap: 20 * time.Second, Factor: 2, Jitter: FullJitter,
			},
			Quota:       Quota{Tokens: 500, Cost: 5, TimeoutCost: 10},
			Timeouts:    Timeouts{Connect: 30 * time.Second},
			AcceptEmpty: true,
		},
	}
}

func botocore() Preset {
	return Preset{
		Name:    "botocore",
		Service: ecs,
		SDK:     "botocore 1.43 (boto3, AWS CLI)",
		Sources: []string{
			"boto/botocore botocore/utils.py (ContainerMetadataFetcher)",
			"boto/botocore botocore/credentials.py (ContainerProvider, RefreshableCredentials)",
		},
		Notes: []string{
			"sleeps after the last attempt too: a failed resolution takes 3 s and the requests",
			"the very first load is not locked: N threads load N times",
			"the wait is fixed: clients throttled together come back together",
		},
		Knobs: []string{
			"none for attempts, wait or timeouts of the container provider (AWS_METADATA_SERVICE_NUM_ATTEMPTS is for IMDS)",
			"share one session: every boto3.Session has credentials of its own",
		},
		Strategy: Strategy{
			Name:   "botocore",
			Cache:  &Refresh{Window: 15 * time.Minute, Mandatory: 10 * time.Minute},
			Flight: Flight{Kind: Serial, FirstEach: true},
			Retry: &Backoff{
				Attempts: 3, On: everyOutcome &^ (OnMissingField | OnEmpty),
				Base: time.Second, Factor: 1, AfterLast: true,
			},
			Timeouts: Timeouts{Connect: 2 * time.Second, Response: 2 * time.Second},
		},
	}
}

func php() Preset {
	return Preset{
		Name:    "aws-sdk-php",
		Service: ecs,
		SDK:     "AWS SDK for PHP v3",
		Sources: []string{
			"aws/aws-sdk-php src/Credentials/EcsCredentialProvider.php",
			"aws/aws-sdk-php src/Credentials/CredentialProvider.php (memoize)",
		},
		Notes: []string{
			"no HTTP status is retried: one 429 and the call has failed",
			"credentials are kept per client object until they expire; under PHP-FPM that is per request, unless a shared cache is configured",
			"a connection reset in mid-answer is not retried either, which the preset does not tell from one closed without a byte",
		},
		Knobs: []string{
			"AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the provider's `timeout` and `retries` (connection failures only)",
			"CredentialProvider::cache with a shared cache, or a provider of your own around it that retries",
		},
		Strategy: Strategy{
			Name:     "aws-sdk-php",
			Cache:    &Refresh{},
			Retry:    &Backoff{Attempts: 4, On: OnTimeout | OnConnection, Base: time.Second, Factor: 1},
			Timeouts: Timeouts{Attempt: time.Second},
		},
	}
}

func javaScriptV3() Preset {
	return Preset{
		Name:    "aws-sdk-js-v3",
		Service: ecs,
		SDK:     "AWS SDK for JavaScript v3 default chain, credential-provider-node 3.972.97",
		Sources: []string{
			"aws/aws-sdk-js-v3 packages/credential-provider-http/src/fromHttp/{fromHttp,retry-wrapper}.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/remoteProvider.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/runtime/memoize-chain.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/fromContainerMetadata.ts",
		},
		Notes: []string{
			"asks 5 times: fromHttp 4 times, then fromContainerMetadata once more",
			"fromHttp's request timeout only logs: an endpoint that never answers holds the call",
			"the memo is per client: a client per operation caches nothing",
			"on EKS (169.254.170.23) the fifth request is not made",
		},
		Knobs: []string{
			"fromHttp({maxRetries, timeout}); timeout is also the wait between tries",
			"share one client, or give clients one memoized provider",
		},
		Strategy: Strategy{
			Name:   "aws-sdk-js-v3",
			Cache:  &Refresh{Window: 5 * time.Minute, Behind: true},
			Flight: Flight{Kind: Join},
			Retry: &Backoff{
				Attempts: 4, On: everyOutcome, Base: time.Second, Factor: 1,
				OtherLinkOn: everyOutcome &^ OnMalformed,
			},
			Timeouts: Timeouts{Connect: time.Second, OtherLink: time.Second},
		},
	}
}

func javaScriptV3EKS() Preset {
	p := javaScriptV3()
	p.Name, p.Service = "aws-sdk-js-v3@eks", eks
	p.SDK += ", on EKS"
	p.Notes = []string{
		"asks 4 times: fromContainerMetadata does not know the agent's address, so the fifth request is not made",
		"fromHttp's request timeout only logs: an endpoint that never answers holds the call",
		"the memo is per client: a client per operation caches nothing",
	}
	p.Strategy.Name = p.Name
	retry := *p.Strategy.Retry.(*Backoff)
	retry.OtherLinkOn = 0
	p.Strategy.Retry = &retry
	p.Strategy.Timeouts.OtherLink = 0
	return p
}

func ruby() Preset {
	return Preset{
		Name:    "aws-sdk-ruby",
		Service: ecs,
		SDK:     "AWS SDK for Ruby, core 3.211.0",
		Sources: []string{
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/ecs_credentials.rb",
			"aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/refreshing_credentials.rb",
		},
		Notes: []string{
			"this is Aws::ECSCredentials.new; through the default chain it is one request with 1 s timeouts, and no retry",
			"a failure is swallowed into empty credentials, and these are asked for again at every access",
			"the constructor resolves and the first access resolves again: 12 requests, 14.9 s",
			"a failed refresh overwrites credentials that were still valid",
			"the HTTP library sends a timed-out request once more by itself",
		},
		Knobs: []string{
			"Aws::ECSCredentials.new(retries:, backoff:, http_open_timeout:, http_read_timeout:)",
			"through the default chain: the client options instance_profile_credentials_retries and instance_profile_credentials_timeout",
		},
		Strategy: Strategy{
			Name:   "aws-sdk-ruby",
			Cache:  &Refresh{Window: 5 * time.Minute, EmptyOnError: true},
			Flight: Flight{Kind: Serial},
			Retry: &Backoff{
				Attempts: 6, MalformedAttempts: 4,
				On:   OnAnyStatus | OnTimeout | OnRefused | OnMalformed | OnThrottleCode,
				Base: time.Second, Factor: 1.2,
			},
			Timeouts: Timeouts{Connect: 5 * time.Second, Response: 5 * time.Second},
			FirstUse: 2,
			Resend:   true, AcceptEmpty: true,
		},
	}
}
