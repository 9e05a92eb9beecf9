package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// botocorePresets are the presets of this SDK.
func botocorePresets() []Preset {
	return []Preset{botocore(), botocoreIMDS()}
}

func botocore() Preset {
	return Preset{
		Name:    "botocore",
		Service: service.ECS,
		SDK:     "botocore 1.43 (boto3, AWS CLI)",
		Sources: []string{
			"boto/botocore botocore/utils.py (ContainerMetadataFetcher)",
			"boto/botocore botocore/credentials.py (ContainerProvider, RefreshableCredentials)",
		},
		Notes: []string{
			"sleeps after the last attempt too: a failed resolution takes 3 s plus the requests",
			"the very first load is not locked: N threads load N times",
			"the wait is fixed: clients throttled together come back together",
			"the first use looks at what it has just loaded: a document with less than 15 minutes left is fetched again at once",
			"credentials that come expired are an error: `Credentials were refreshed, but the refreshed credentials are still expired.`",
		},
		Knobs: []string{
			"none for attempts, wait or timeouts of the container provider (AWS_METADATA_SERVICE_NUM_ATTEMPTS is for IMDS)",
			"share one session: every boto3.Session has credentials of its own",
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 15 * time.Minute, Mandatory: 10 * time.Minute},
			Flight: strategy.Flight{Kind: strategy.Serial, FirstEach: true},
			Retry: &strategy.Backoff{
				Attempts: 3, On: strategy.OnEvery &^ (strategy.OnMissingField | strategy.OnEmpty),
				Base: time.Second, Factor: 1, AfterLast: true,
			},
			Timeouts: strategy.Timeouts{Connect: 2 * time.Second, Response: 2 * time.Second},
			FirstUse: 2, RejectExpired: true,
		},
	}
}

func botocoreIMDS() Preset {
	return Preset{
		Name:    "botocore@imds",
		SDK:     "botocore 1.43 (boto3, AWS CLI), instance metadata",
		Service: service.IMDS,
		Sources: []string{
			"boto/botocore botocore/utils.py (IMDSFetcher, InstanceMetadataFetcher)",
			"boto/botocore botocore/credentials.py (InstanceMetadataProvider, RefreshableCredentials)",
		},
		Notes: []string{
			"one attempt with 1 s: a dropped packet is an error, and `Unable to locate credentials` hides it",
			"a token is asked for at every fetch and never kept",
			"a token request that fails, except with 400, means IMDSv1 for this fetch",
			"credentials that arrive with less than 15 minutes plus a jitter of 2 to 10 minutes left count as valid for that long",
			"the very first load is not locked: N threads load N times",
		},
		Knobs: []string{
			"AWS_METADATA_SERVICE_NUM_ATTEMPTS and AWS_METADATA_SERVICE_TIMEOUT; there is no wait between attempts",
			"AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1",
			"share one session: every boto3.Session has credentials of its own",
		},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 15 * time.Minute, Mandatory: 10 * time.Minute,
				ExtendOld: strategy.Extension{Least: 17 * time.Minute, Most: 25 * time.Minute, Early: true},
			},
			Flight:   strategy.Flight{Kind: strategy.Serial, FirstEach: true},
			Timeouts: strategy.Timeouts{Connect: time.Second, Response: time.Second},
			Session:  strategy.Session{FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode)},
			FirstUse: 2, RejectExpired: true,
		},
	}
}
