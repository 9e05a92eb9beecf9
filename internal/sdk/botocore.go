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

// Versions 1.43.11 to 1.44.8 behave alike: run beside one another.
const botocoreChecked = "run on 2026-11-28 (botocore 1.44.8, 1.43.127)"

// botocoreWarning is how a refresh that failed shows, whatever was asked.
const botocoreWarning = "a failed refresh: the warning `Refreshing temporary credentials failed during mandatory refresh period` (or `advisory`) of the logger botocore.credentials"

func botocore() Preset {
	const container = "CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: "
	const received = container + "Received error when attempting to retrieve container metadata: "
	return Preset{
		Name:    "botocore",
		Service: service.ECS,
		SDK:     "botocore 1.43 and 1.44 (boto3, AWS CLI)",
		Release: "1.44.8",
		Checked: botocoreChecked,
		Sources: []string{
			"boto/botocore botocore/utils.py (ContainerMetadataFetcher)",
			"boto/botocore botocore/credentials.py (ContainerProvider, RefreshableCredentials)",
		},
		Notes: []string{
			"sleeps after the last attempt too: a failed resolution takes 3 s plus the requests",
			"the very first load is not locked: N threads load N times",
			"the wait is fixed: clients throttled together come back together",
			"the first use looks at what it has just loaded: a document with less than 15 minutes left is fetched again at once",
			"a refresh that fails with 10 to 15 minutes left is a warning, and every later call tries again for 3 s; with less left it is an error, although the credentials are valid",
			"a body cut short is taken for a whole one, and does not parse",
			"credentials that come expired are an error: `Credentials were refreshed, but the refreshed credentials are still expired.`",
		},
		Knobs: []Knob{
			{Line: "attempts, wait and time limits: this SDK cannot: wrap it, or share a cache (one session: every boto3.Session has credentials of its own); AWS_METADATA_SERVICE_NUM_ATTEMPTS is for IMDS"},
			{Line: "load before traffic comes: `session.get_credentials().get_frozen_credentials()` at the start of the process, in one thread"},
		},
		Throttled: []string{
			"the final error has the status: `Received non 200 response 429 from container metadata`",
			"each failed attempt: logging.getLogger('botocore.utils').setLevel(logging.DEBUG), `Received error when attempting to retrieve container metadata`",
			botocoreWarning,
			"AWS CLI: --debug",
		},
		Errors: []FinalError{
			{On: strategy.OnAnyStatus, Text: container + "Received non 200 response {status} from container metadata: {body}"},
			{On: strategy.OnConnectTimeout, Text: received + `Connect timeout on endpoint URL: "{url}"`},
			{On: strategy.OnResponseTimeout, Text: received + `Read timeout on endpoint URL: "{url}"`},
			{On: strategy.OnRefused, Text: received + `Could not connect to the endpoint URL: "{url}"`},
			{On: strategy.OnReset, Text: received + `Connection was closed before we received a valid response from endpoint URL: "{url}".`},
			{On: strategy.OnMalformed | strategy.OnTruncated, Text: container + "Unable to parse JSON returned from container metadata services"},
			{On: strategy.OnEmpty, Text: "KeyError: 'AccessKeyId'"},
			{On: strategy.OnMissingField, Text: "KeyError: 'SecretAccessKey'"},
			{Text: "RuntimeError: Credentials were refreshed, but the refreshed credentials are still expired."},
		},
		Strategy: strategy.Strategy{
			Cache:  &strategy.Refresh{Window: 15 * time.Minute, Mandatory: 10 * time.Minute},
			Flight: strategy.Flight{Kind: strategy.Serial, FirstEach: true},
			Retry: &strategy.Backoff{
				Attempts: 3, On: strategy.OnEvery &^ (strategy.OnMissingField | strategy.OnEmpty),
				Wait: strategy.Wait{Base: time.Second, Factor: 1}, AfterLast: true,
			},
			Timeouts: strategy.Timeouts{Connect: 2 * time.Second, Response: 2 * time.Second},
			FirstUse: 2, RejectExpired: true, IgnoreEOF: true,
		},
	}
}

func botocoreIMDS() Preset {
	return Preset{
		Name:    "botocore@imds",
		SDK:     "botocore 1.43 and 1.44 (boto3, AWS CLI), instance metadata",
		Release: "1.44.8",
		Service: service.IMDS,
		Checked: botocoreChecked,
		Sources: []string{
			"boto/botocore botocore/utils.py (IMDSFetcher, InstanceMetadataFetcher)",
			"boto/botocore botocore/credentials.py (InstanceMetadataProvider, RefreshableCredentials)",
		},
		Notes: []string{
			"one attempt with 1 s: a dropped packet is an error, and `Unable to locate credentials` hides it",
			"a token is asked for at every fetch and never kept",
			"a token request that fails, except with 400, means IMDSv1 for this fetch",
			"credentials that arrive with less than 15 minutes plus a jitter of 2 to 10 minutes left count as valid for that long",
			"a body cut short is taken for a whole one: half a role's name is asked for",
			"the very first load is not locked: N threads load N times",
			"a mandatory refresh that fails says `CredentialRetrievalError: Error when retrieving credentials from iam-role: Credential refresh failed, response did not contain: …` (from source, not run)",
		},
		Knobs: []Knob{
			{Line: "AWS_METADATA_SERVICE_NUM_ATTEMPTS and AWS_METADATA_SERVICE_TIMEOUT; there is no wait between attempts", Settings: botocoreIMDSTries()},
			{Line: "AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
			{Line: "share one session: every boto3.Session has credentials of its own"},
		},
		Throttled: []string{
			"nothing but the log: `Unable to locate credentials` is the same without an instance profile",
			"each failed attempt: logging.getLogger('botocore.utils').setLevel(logging.DEBUG), `Metadata service returned non-200 response with status code of 429`; then `Max number of attempts exceeded (1)`",
			botocoreWarning,
			"AWS CLI: --debug",
		},
		Errors: []FinalError{{Text: "NoCredentialsError: Unable to locate credentials"}},
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window: 15 * time.Minute, Mandatory: 10 * time.Minute,
				ExtendOld: strategy.OldExtension{Least: 17 * time.Minute, Most: 25 * time.Minute, Early: true},
			},
			Flight:   strategy.Flight{Kind: strategy.Serial, FirstEach: true},
			Timeouts: strategy.Timeouts{Connect: time.Second, Response: time.Second},
			Session:  strategy.Session{FallBack: strategy.OnEvery &^ (strategy.On400 | strategy.OnThrottleCode)},
			FirstUse: 2, RejectExpired: true, IgnoreEOF: true,
		},
	}
}
