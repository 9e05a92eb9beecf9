package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// dotNetPresets are the presets of this SDK.
func dotNetPresets() []Preset { return []Preset{dotNet(), dotNetIMDS()} }

// dotNetThrottled is how throttling shows in an application.
var dotNetThrottled = []string{
	"AWSConfigs.LoggingConfig.LogTo = LoggingOptions.Console (or SystemDiagnostics): the loggers EC2InstanceMetadata and RefreshingAWSCredentials",
	"no metric counts requests for credentials",
}

func dotNet() Preset {
	return Preset{
		Name:    "aws-sdk-net",
		Service: service.ECS,
		SDK:     "AWS SDK for .NET v4, GenericContainerCredentials",
		Release: "4",
		Checked: "from source, not run",
		Sources: []string{
			"aws/aws-sdk-net sdk/src/Core/Amazon.Runtime/Credentials/{GenericContainerCredentials,URIBasedRefreshingCredentialHelper,RefreshingAWSCredentials}.cs",
			"aws/aws-sdk-net sdk/src/Core/Amazon.Util/AWSSDKUtils.cs (ExecuteHttpRequest, JitteredDelay)",
		},
		Notes: []string{
			"every exception is retried: any status, a timeout, a body that does not parse or is cut short; a document without keys is not",
			"a new HttpClient for each request: no connection is kept, and the limit of 100 s is that class's default",
			"from 15 minutes before the expiry on, calls start a refresh in the background, one at a time, and a failure is swallowed; at the expiry calls wait, one after another, and a failure is theirs",
			"credentials that have expired when they arrive are an error; a body of `null` is asked for again without an end",
			"version 3 before 2024 has no background refresh: every call waits from 15 minutes before the expiry on, and a failure throws",
		},
		Knobs: []Knob{
			{Line: "retries and the time limit: this SDK cannot: wrap it (in a class of your own, derived from RefreshingAWSCredentials), or share a cache"},
			{Line: "PreemptExpiryTime of a GenericContainerCredentials of your own: the window of 15 minutes", Settings: dotNetWindow()},
		},
		Throttled: dotNetThrottled,
		Errors: []FinalError{
			{On: strategy.OnAnyStatus, Text: "Amazon.Runtime.AmazonServiceException: Unable to retrieve credentials. Message = \"Response status code does not indicate success: {status} ({reason}).\""},
			{On: strategy.OnMissingField | strategy.OnEmpty, Text: "System.ArgumentNullException: <parameter of ImmutableCredentials>"},
			{Text: "Amazon.Runtime.AmazonServiceException: Unable to retrieve credentials. Message = \"...\""},
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 15 * time.Minute, Behind: true},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 5, On: strategy.OnEvery &^ (strategy.OnMissingField | strategy.OnEmpty),
				Wait: strategy.Wait{Base: 400 * time.Millisecond, Cap: 30 * time.Second, Factor: 2, Spread: 50 * time.Millisecond},
			},
			Timeouts:      strategy.Timeouts{Attempt: 100 * time.Second},
			Connections:   strategy.Connections{PerRequest: true},
			RejectExpired: true,
		},
	}
}

func dotNetIMDS() Preset {
	failed := strategy.OnAnyStatus | strategy.OnTimeout | strategy.OnConnection
	retry := func(on strategy.Conditions) *strategy.Backoff {
		return &strategy.Backoff{Attempts: 3, On: on, Wait: strategy.Wait{Base: 250 * time.Millisecond, Factor: 2}}
	}
	return Preset{
		Name:    "aws-sdk-net@imds",
		Service: service.IMDS,
		SDK:     "AWS SDK for .NET v4, DefaultInstanceProfileAWSCredentials",
		Release: "4",
		Checked: "from source, not run",
		Sources: []string{
			"aws/aws-sdk-net sdk/src/Core/Amazon.Runtime/Credentials/DefaultInstanceProfileAWSCredentials.cs",
			"aws/aws-sdk-net sdk/src/Core/Amazon.Util/EC2InstanceMetadata.cs",
		},
		Notes: []string{
			"a token for each request, so that a fetch is four: token, role, token, credentials",
			"version 2 only: a token request that ends in 403, 404 or 405 fails the fetch at once, another failure after 3 attempts; version 3 goes on without a token",
			"the role's name is asked for without the slash behind security-credentials",
			"one instance for the process fetches again every 2 minutes, however long the credentials live, and from its construction on, by a timer; in the preset a call has to start the fetch",
			"while refreshes fail, the last credentials are handed out, expired or not; the first call that finds them expired fetches itself and gets that fetch's error, which the preset does not do",
			"a document that arrives expired is fetched again at once, then every 5 to 10 minutes",
		},
		Knobs: []Knob{
			{Line: "retries and the time limit of 5 s: this SDK cannot: wrap it, or share a cache"},
			{Line: "AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_DISABLED"},
		},
		Throttled: dotNetThrottled,
		Errors: []FinalError{
			{On: strategy.On401, Text: "System.Net.Http.HttpRequestException: Response status code does not indicate success: 401 (Unauthorized)."},
			{Text: "Amazon.Runtime.AmazonServiceException: Unable to get IAM security credentials from EC2 Instance Metadata Service."},
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Latest: 2 * time.Minute, Behind: true,
				Extend:    strategy.Extension{Least: 2 * time.Minute, Most: 2 * time.Minute, Defer: strategy.DeferAttempts},
				ExtendOld: strategy.OldExtension{Least: 5 * time.Minute, Most: 10 * time.Minute, Defer: strategy.DeferAttempts},
			},
			Flight:      strategy.Flight{Kind: strategy.Serial, MaxWait: time.Minute},
			Retry:       retry(failed &^ (strategy.On401 | strategy.On404)),
			Timeouts:    strategy.Timeouts{Attempt: 5 * time.Second},
			Connections: strategy.Connections{PerRequest: true},
			Session: strategy.Session{
				OneUse: true,
				Retry:  retry(failed &^ (strategy.On403 | strategy.On404 | strategy.On405)),
			},
		},
	}
}
