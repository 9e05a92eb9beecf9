package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// javaScriptV3Presets are the presets of this SDK.
func javaScriptV3Presets() []Preset {
	return []Preset{javaScriptV3(), javaScriptV3EKS(), javaScriptV3IMDS()}
}

func javaScriptV3() Preset {
	return Preset{
		Name:    "aws-sdk-js-v3",
		Service: service.ECS,
		SDK:     "AWS SDK for JavaScript v3 default chain, credential-provider-node 3.972.97",
		Sources: []string{
			"aws/aws-sdk-js-v3 packages/credential-provider-http/src/fromHttp/{fromHttp,retry-wrapper}.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/remoteProvider.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/runtime/memoize-chain.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/fromContainerMetadata.ts",
		},
		Notes: []string{
			"asks 5 times: fromHttp 4 times, then fromContainerMetadata once more, unless the body was malformed or cut short",
			"fromHttp's request timeout only logs: an endpoint that never answers holds the call",
			"the memo is per client: a client per operation caches nothing",
			"on EKS (169.254.170.23) the fifth request is not made",
		},
		Knobs: []string{
			"fromHttp({maxRetries, timeout}); timeout is also the wait between tries",
			"share one client, or give clients one memoized provider",
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 5 * time.Minute, Behind: true},
			Flight: strategy.Flight{Kind: strategy.Join},
			Retry: &strategy.Backoff{
				Attempts: 4, On: strategy.OnEvery, Base: time.Second, Factor: 1,
				OtherLinkOn: strategy.OnEvery &^ (strategy.OnMalformed | strategy.OnTruncated),
			},
			Timeouts: strategy.Timeouts{Connect: time.Second, OtherLink: time.Second},
		},
	}
}

func javaScriptV3EKS() Preset {
	p := javaScriptV3()
	p.Name, p.Service = "aws-sdk-js-v3@eks-pod-identity", service.PodIdentity
	p.SDK += ", on EKS"
	p.Notes = []string{
		"asks 4 times: fromContainerMetadata does not know the agent's address, so the fifth request is not made",
		"fromHttp's request timeout only logs: an endpoint that never answers holds the call",
		"the memo is per client: a client per operation caches nothing",
	}
	retry := *p.Strategy.Retry.(*strategy.Backoff)
	retry.OtherLinkOn = 0
	p.Strategy.Retry = &retry
	p.Strategy.Timeouts.OtherLink = 0
	return p
}

func javaScriptV3IMDS() Preset {
	return Preset{
		Name:    "aws-sdk-js-v3@imds",
		SDK:     "AWS SDK for JavaScript v3 default chain, @smithy/credential-provider-imds 4.5.2",
		Service: service.IMDS,
		Sources: []string{
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/fromInstanceMetadata.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/remoteProvider/httpRequest.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/utils/getExtendedInstanceMetadataCredentials.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/{remoteProvider,runtime/memoize-chain}.ts",
		},
		Notes: []string{
			"one attempt with 1 s, and no retry",
			"a body cut short is never noticed: the promise does not settle, and every later call waits for it",
			"a token request that fails, except with 400, means IMDSv1 for this fetch; 403, 404, 405 and a timeout are meant to be remembered, but the chain builds a new provider for each fetch",
			"for the same reason static stability applies only to credentials that arrive expired: they are used for 5 to 10 minutes",
		},
		Knobs: []string{
			"fromInstanceMetadata({maxRetries, timeout}); retries do not wait",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"share one client, or give clients one memoized provider",
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 5 * time.Minute, Behind: true,
				ExtendOld: strategy.Extension{Least: 5 * time.Minute, Most: 10 * time.Minute},
			},
			Flight:   strategy.Flight{Kind: strategy.Join},
			Timeouts: strategy.Timeouts{Attempt: time.Second},
			Session:  strategy.Session{FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode)},
			HangOn:   strategy.OnTruncated,
		},
	}
}
