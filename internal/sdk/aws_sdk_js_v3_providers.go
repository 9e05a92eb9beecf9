package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// javaScriptV3Given is a provider of the SDK for JavaScript v3 that a client is given
// by its user. The client keeps what it brings until 5 minutes before it expires,
// and looks at once at what the first load has brought.
func javaScriptV3Given() Preset {
	return Preset{
		Service:   service.ECS,
		Release:   "3.1177.0",
		Checked:   javaScriptV3Checked,
		Throttled: javaScriptV3Throttled,
		Strategy: strategy.Strategy{
			Cache:    &strategy.Refresh{Window: 5 * time.Minute},
			Flight:   strategy.Flight{Kind: strategy.Join},
			FirstUse: 2,
		},
	}
}

func javaScriptV3HTTP() Preset {
	p := javaScriptV3Given()
	p.Name = "aws-sdk-js-v3@http"
	p.SDK = "AWS SDK for JavaScript v3, a client given fromHttp, credential-provider-http 3.972.88"
	p.Sources = []string{
		"aws/aws-sdk-js-v3 packages/credential-provider-http/src/fromHttp/{fromHttp,retry-wrapper,requestHelpers}.ts",
		"smithy-lang/smithy-typescript packages/core/src/util-identity-and-auth/memoizeIdentityProvider.ts",
		"aws/aws-sdk-js-v3 packages/core/src/submodules/httpAuthSchemes/aws_sdk/resolveAwsSdkSigV4Config.ts",
	}
	p.Notes = []string{
		"asks 4 times, whatever goes wrong, 1 s apart",
		"the request timeout only logs: an endpoint that never answers holds the call, and every later call waits for it",
		"in the last 5 minutes every call waits for a refresh and fails with it; credentials with less left when they arrive are fetched twice at the first use and again by every call",
		"fromHttp called by the application itself, without a client, keeps nothing",
		"after a reset the error says `read ECONNRESET` in place of `socket hang up`",
	}
	p.Knobs = []Knob{
		{Line: "fromHttp({maxRetries, timeout}); timeout is also the wait between tries", Settings: javaScriptV3Retries(false)},
		{Line: "without `credentials` the client takes the default chain, which refreshes behind the calls"},
	}
	p.Errors = []FinalError{
		{On: strategy.OnAnyStatus, Text: "CredentialsProviderError: Server responded with status: {status}"},
		{On: strategy.OnMissingField | strategy.OnEmpty, Text: "CredentialsProviderError: HTTP credential provider response not of the required format, an object matching:"},
		{On: strategy.OnMalformed, Text: notJSON},
		{On: strategy.OnTruncated, Text: "Error: aborted"},
		{On: strategy.OnReset, Text: "CredentialsProviderError: TimeoutError: socket hang up"},
		{On: strategy.OnRefused, Text: "CredentialsProviderError: Error: connect ECONNREFUSED"},
		{On: strategy.OnConnectTimeout, Text: "CredentialsProviderError: TimeoutError: @smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 1000 ms."},
	}
	p.Strategy.Retry = &strategy.Backoff{Attempts: 4, On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Factor: 1}}
	p.Strategy.Timeouts = strategy.Timeouts{Connect: time.Second}
	p.Strategy.Connections = oneFetch
	return p
}

func javaScriptV3Container() Preset {
	p := javaScriptV3Given()
	p.Name, p.alone = "aws-sdk-js-v3@container", true
	p.SDK = "AWS SDK for JavaScript v3, a client given fromContainerMetadata, @smithy/credential-provider-imds 4.5.2"
	p.Sources = []string{
		"smithy-lang/smithy-typescript packages/credential-provider-imds/src/fromContainerMetadata.ts",
		"smithy-lang/smithy-typescript packages/credential-provider-imds/src/remoteProvider/{RemoteProviderInit,httpRequest,retry}.ts",
		"aws/aws-sdk-js-v3 packages/core/src/submodules/httpAuthSchemes/aws_sdk/resolveAwsSdkSigV4Config.ts",
	}
	p.Notes = []string{
		"asks once, with 1 s",
		"a body cut short is never noticed: the promise does not settle, and every later call waits for it",
		"in the last 5 minutes every call waits for a refresh and fails with it; credentials with less left when they arrive are fetched twice at the first use and again by every call",
		"the error does not say what was answered",
		"it refuses the address of the EKS agent, 169.254.170.23, and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is not read",
	}
	p.Knobs = []Knob{
		{Line: "fromContainerMetadata({maxRetries, timeout}): maxRetries is 0, and retries do not wait"},
		{Line: "without `credentials` the client takes the default chain, which asks up to 5 times"},
	}
	p.Errors = []FinalError{
		{On: strategy.OnAnyStatus, Text: "ProviderError: Error response received from instance metadata service"},
		{On: strategy.OnMissingField | strategy.OnEmpty, Text: "CredentialsProviderError: Invalid response received from instance metadata service."},
		{On: strategy.OnMalformed, Text: notJSON},
		{On: strategy.OnTimeout, Text: "ProviderError: TimeoutError from instance metadata service"},
		{On: strategy.OnRefused | strategy.OnReset, Text: "ProviderError: Unable to connect to instance metadata service"},
	}
	p.Strategy.Timeouts = strategy.Timeouts{Attempt: time.Second}
	p.Strategy.HangOn = strategy.OnTruncated
	return p
}
