package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// javaScriptV3Presets are the presets of this SDK.
func javaScriptV3Presets() []Preset {
	return []Preset{
		javaScriptV3(), javaScriptV3Pod(), javaScriptV3IMDS(), javaScriptV3HTTP(), javaScriptV3Container(),
	}
}

const (
	javaScriptV3Checked = "run on 2026-11-28 (client-sts 3.1177.0, credential-provider-node 3.972.99, credential-provider-http 3.972.88, @smithy/credential-provider-imds 4.5.2, Node.js 20.20)"
	// nobodyAnswered is what the default chain makes of every error of its providers
	// after which it asks the next one.
	nobodyAnswered = "CredentialsProviderError: Could not load credentials from any providers"
	// notJSON is the parser's error for half a document. Its words depend on where
	// the document ends.
	notJSON = "SyntaxError: Unterminated string in JSON at position"
)

// oneFetch are the connections of fromHttp: it closes them when a fetch is over. Its
// tries are 1 s apart.
var oneFetch = strategy.Connections{Idle: 2 * time.Second}

// javaScriptThrottled is how throttling shows in an application of Node.js, for both
// versions of the SDK.
var javaScriptThrottled = []string{
	`subscribe to node:diagnostics_channel "http.client.response.finish": request.path and response.statusCode are of each answer, retried ones included`,
	"NODE_DEBUG=http logs each request and answer on stderr",
}

// javaScriptV3Throttled adds what the SDK's own log shows.
var javaScriptV3Throttled = append([]string{
	"new Client({logger: console}) logs which provider the chain asks, but not what was answered: a 429 does not show",
}, javaScriptThrottled...)

func javaScriptV3() Preset {
	return Preset{
		Name:    "aws-sdk-js-v3",
		Service: service.ECS,
		SDK:     "AWS SDK for JavaScript v3, default chain, credential-provider-node 3.972.99",
		Release: "3.1177.0",
		Checked: javaScriptV3Checked,
		Sources: []string{
			"aws/aws-sdk-js-v3 packages/credential-provider-http/src/fromHttp/{fromHttp,retry-wrapper}.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/remoteProvider.ts",
			"aws/aws-sdk-js-v3 packages/credential-provider-node/src/runtime/memoize-chain.ts",
			"smithy-lang/smithy-typescript packages/credential-provider-imds/src/fromContainerMetadata.ts",
		},
		Notes: []string{
			"asks 5 times: fromHttp 4 times, then fromContainerMetadata once more, unless the body was malformed or cut short",
			"fromHttp's request timeout only logs: an endpoint that never answers holds the call, and every later call waits for it",
			"a fifth answer that is cut short is never noticed; here the call fails",
			"a refresh that fails in the last 5 minutes is not seen; the next call starts another behind its back",
			"credentials that arrive expired are handed out, and fetched again by every call",
			"the memo is per client: a client per operation caches nothing",
			"on EKS (169.254.170.23) the fifth request is not made",
		},
		Knobs: []Knob{
			{Line: "credentials: fromHttp({maxRetries, timeout}) from @aws-sdk/credential-providers; timeout is also the wait between tries", Settings: javaScriptV3Retries(true)},
			{Line: "share one client, or give clients one memoized provider"},
		},
		Throttled: javaScriptV3Throttled,
		Errors: []FinalError{
			{On: strategy.OnTruncated, Text: "Error: aborted"},
			{On: strategy.OnMalformed, Text: notJSON},
			{On: strategy.OnEvery, Text: nobodyAnswered},
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 5 * time.Minute, Behind: true},
			Flight: strategy.Flight{Kind: strategy.Join},
			Retry: &strategy.Backoff{
				Attempts: 4, On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Factor: 1},
				OtherLinkOn: strategy.OnEvery &^ (strategy.OnMalformed | strategy.OnTruncated),
			},
			Timeouts:    strategy.Timeouts{Connect: time.Second, OtherLink: time.Second},
			Connections: oneFetch,
		},
	}
}

func javaScriptV3Pod() Preset {
	p := javaScriptV3()
	p.Name, p.Service = "aws-sdk-js-v3@eks-pod-identity", service.PodIdentity
	p.SDK += ", on EKS"
	p.Notes = []string{
		"asks 4 times: fromContainerMetadata does not know the agent's address, so the fifth request is not made",
		"fromHttp's request timeout only logs: an endpoint that never answers holds the call, and every later call waits for it",
		"the error speaks of a hostname, whatever the agent answered",
		"at another address, such as 127.0.0.1, the fifth request is made, as on ECS",
		"the memo is per client: a client per operation caches nothing",
	}
	p.Errors = []FinalError{
		{On: strategy.OnTruncated, Text: "Error: aborted"},
		{On: strategy.OnMalformed, Text: notJSON},
		{On: strategy.OnEvery, Text: "CredentialsProviderError: 169.254.170.23 is not a valid container metadata service hostname"},
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
		SDK:     "AWS SDK for JavaScript v3, default chain, @smithy/credential-provider-imds 4.5.2",
		Release: "3.1177.0",
		Service: service.IMDS,
		Checked: javaScriptV3Checked,
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
			"this release does not ask iam/security-credentials-extended",
		},
		Knobs: []Knob{
			{Line: "credentials: fromInstanceMetadata({maxRetries, timeout}) from @aws-sdk/credential-providers; retries do not wait"},
			{Line: "AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
			{Line: "share one client, or give clients one memoized provider"},
		},
		Throttled: javaScriptV3Throttled,
		Errors: []FinalError{
			{On: strategy.OnMalformed, Text: notJSON},
			{On: strategy.OnEvery, Text: nobodyAnswered},
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 5 * time.Minute, Behind: true,
				ExtendOld: strategy.OldExtension{Least: 5 * time.Minute, Most: 10 * time.Minute},
			},
			Flight:   strategy.Flight{Kind: strategy.Join},
			Timeouts: strategy.Timeouts{Attempt: time.Second},
			Session:  strategy.Session{FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode)},
			HangOn:   strategy.OnTruncated,
		},
	}
}
