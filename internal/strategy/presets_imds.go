package strategy

import "time"

// The presets of the providers that ask EC2 IMDS: a session token, the name of
// the role, its credentials.

// The services that a provider can ask.
const (
	ecs  = "ecs"
	imds = "imds"
	eks  = "eks-pod-identity"
)

func goV2IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-go-v2@imds",
		SDK:     "AWS SDK for Go v2, feature/ec2/imds v1.20.6, credentials v1.20.14",
		Service: imds,
		Sources: []string{
			"aws/aws-sdk-go-v2 feature/ec2/imds/{api_client,request_middleware,token_provider}.go",
			"aws/aws-sdk-go-v2 credentials/ec2rolecreds/provider.go",
			"aws/aws-sdk-go-v2 aws/credential_cache.go, config/resolve_credentials.go",
		},
		Notes: []string{
			"429 is not retried, for want of an error code; a token request that gets one is made again before every GET",
			"each GET has 5 s, with its token request and all retries",
			"credentials count as valid for one hour at most, and are fetched again after 55 minutes",
			"when a refresh fails, what is held is used on for 5 to 15 minutes, past its expiry too",
			"the wait is not jittered: clients throttled together come back together",
			"an operation that runs out of its 5 s in the token request falls back for good; in the preset it does not",
		},
		Knobs: []string{
			"imds.Options: Retryer (retries 429 only with an own one), DisableDefaultMaxBackoff, HTTPClient, EnableFallback",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"share one aws.Config: every config has a token and a cache of its own",
		},
		Strategy: Strategy{
			Name: "aws-sdk-go-v2@imds",
			Cache: &Refresh{
				Window: 5 * time.Minute, AtMost: time.Hour, Short: 15 * time.Minute,
				Extend: Extension{Least: 5 * time.Minute, Most: 15 * time.Minute},
			},
			Flight: Flight{Kind: Join},
			Retry: &Backoff{
				Attempts: 3, On: On401 | On500 | On502 | On503 | On504 | OnTimeout | OnConnection | OnThrottleCode,
				Base: time.Second, Factor: 1,
			},
			Quota:    Quota{Tokens: 500, Cost: 5, TimeoutCost: 10},
			Timeouts: Timeouts{Connect: 250 * time.Millisecond, Response: 500 * time.Millisecond, Leg: 5 * time.Second},
			Session: Session{
				TTL: 5 * time.Minute, Keep: true, Every: true, Renew: true,
				Retry: &Backoff{
					Attempts: 3, On: On500 | On502 | On503 | On504 | OnTimeout | OnConnection | OnThrottleCode,
					Base: time.Second, Factor: 1,
				},
				FallBack: everyOutcome &^ On400,
				Sticky:   On403 | On404 | On405 | OnTimeout | OnConnection,
			},
		},
	}
}

func botocoreIMDS() Preset {
	return Preset{
		Name:    "botocore@imds",
		SDK:     "botocore 1.43 (boto3, AWS CLI), instance metadata",
		Service: imds,
		Sources: []string{
			"boto/botocore botocore/utils.py (IMDSFetcher, InstanceMetadataFetcher)",
			"boto/botocore botocore/credentials.py (InstanceMetadataProvider, RefreshableCredentials)",
		},
		Notes: []string{
			"one attempt with 1 s: a dropped packet is an error, and `Unable to locate credentials` hides it",
			"a token is asked for at every fetch and never kept",
			"any failure of the token request but 400 means IMDSv1 for this fetch",
			"credentials that come with less than 15 minutes and a jitter of 2 to 10 left are taken to live for that long",
			"the very first load is not locked: N threads load N times",
		},
		Knobs: []string{
			"AWS_METADATA_SERVICE_NUM_ATTEMPTS and AWS_METADATA_SERVICE_TIMEOUT; there is no wait between attempts",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"share one session: every boto3.Session has credentials of its own",
		},
		Strategy: Strategy{
			Name: "botocore@imds",
			Cache: &Refresh{
				Window: 15 * time.Minute, Mandatory: 10 * time.Minute,
				ExtendOld: Extension{Least: 17 * time.Minute, Most: 25 * time.Minute, Early: true},
			},
			Flight:   Flight{Kind: Serial, FirstEach: true},
			Timeouts: Timeouts{Connect: time.Second, Response: time.Second},
			Session:  Session{FallBack: everyOutcome &^ On400},
		},
	}
}

func javaScriptV3IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-js-v3@imds",
		SDK:     "AWS SDK for JavaScript v3 default chain, @smithy/credential-provider-imds 4.5.2",
		Service: imds,
		Sources: []string{
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/fromInstanceMetadata.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/remoteProvider/httpRequest.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/utils/getExtendedInstanceMetadataCredentials.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/{remoteProvider,runtime/memoize-chain}.ts",
		},
		Notes: []string{
			"one attempt with 1 s, and no retry",
			"any failure of the token request but 400 means IMDSv1 for this fetch; 403, 404, 405 and a timeout are meant to be remembered, but the chain builds a new provider for each fetch",
			"for the same reason static stability only reaches credentials that come expired, which are used for 5 to 10 minutes",
		},
		Knobs: []string{
			"fromInstanceMetadata({maxRetries, timeout}); retries do not wait",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"share one client, or give clients one memoized provider",
		},
		Strategy: Strategy{
			Name: "aws-sdk-js-v3@imds",
			Cache: &Refresh{
				Window: 5 * time.Minute, Behind: true,
				ExtendOld: Extension{Least: 5 * time.Minute, Most: 10 * time.Minute},
			},
			Flight:   Flight{Kind: Join},
			Timeouts: Timeouts{Attempt: time.Second},
			Session:  Session{FallBack: everyOutcome &^ On400},
		},
	}
}
