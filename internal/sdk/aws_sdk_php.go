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

const (
	phpVersion = "AWS SDK for PHP 3.376.2"
	phpChecked = "run on 2026-11-28 (aws-sdk-php 3.376.2, guzzle 7.15.2, PHP 8.2, libcurl 7.88.1)"
	// phpCurl is where libcurl's codes are explained; guzzle says so in each message.
	phpCurl = "(see https://curl.se/libcurl/c/libcurl-errors.html) for {url}"
)

// phpErrors are the messages of guzzle inside the provider's sentences about an
// answer and about a connection that failed.
func phpErrors(before, broken string) []FinalError {
	const after = ")"
	answered := ": `GET {url}` resulted in a `{status} {reason}` response:\n{body}\n"
	return []FinalError{
		{On: strategy.OnAny4xx, Text: before + "Client error" + answered + after},
		{On: strategy.OnAny5xx, Text: before + "Server error" + answered + after},
		{On: strategy.OnTimeout, Text: broken + "cURL error 28: Operation timed out after 1001 milliseconds with 0 bytes received " + phpCurl + after},
		{On: strategy.OnRefused, Text: broken + "cURL error 7: Failed to connect … " + phpCurl + after},
		{On: strategy.OnReset, Text: broken + "cURL error 52: Empty reply from server " + phpCurl + after},
		{On: strategy.OnTruncated, Text: before + "cURL error 18: transfer closed with … bytes remaining to read " + phpCurl + after},
	}
}

// What both presets note.
const (
	phpMissing = "a document without SecretAccessKey is handed out, with a warning of PHP, and kept until it expires; the preset makes an error of it, and asks again"
	phpFPM     = "credentials are kept per client object until a minute before they expire; under PHP-FPM that is per request, unless a shared cache is configured"
)

func php() Preset {
	const before = `Aws\Exception\CredentialsException: Error retrieving credentials from container metadata after attempt 0/3 (`
	const broken = `Aws\Exception\CredentialsException: Error retrieving credentials from container metadata after attempt 3/3 (`
	return Preset{
		Name:    "aws-sdk-php",
		Service: service.ECS,
		SDK:     phpVersion,
		Release: "3.376.2",
		Checked: phpChecked,
		Sources: []string{
			"aws/aws-sdk-php src/Credentials/EcsCredentialProvider.php",
			"aws/aws-sdk-php src/Credentials/CredentialProvider.php (defaultProvider, memoize)",
			"guzzle/guzzle src/Handler/CurlFactory.php (connection failures)",
		},
		Notes: []string{
			"no HTTP status is retried: one 429 and the call has failed",
			phpFPM,
			"the first use looks at what it has loaded: a document with a minute left or less is fetched again at once; after a failed refresh the next use is a first one again, which the preset does not model",
			"a refresh that fails in that last minute is an error, although the credentials are valid",
			phpMissing,
			"a connection closed without a byte is retried, one that is reset or cut within the body is not; the preset retries both of the former",
			"libcurl sends a request again by itself when a kept connection broke without an answer",
			"a process runs one call at a time",
		},
		Knobs: []Knob{
			{Line: "retries of a status such as 429: this SDK cannot: wrap it, or share a cache (CredentialProvider::cache with PSR-16, APCu)", Settings: phpCache()},
			{Line: "AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the provider's `timeout` and `retries` (connection failures only)", Settings: phpTries()},
		},
		Throttled: []string{
			"the message of Aws\\Exception\\CredentialsException has the status: ``resulted in a `429 Too Many Requests` response``",
			"each request: a `client` for the provider that logs, new EcsCredentialProvider(['client' => …]); the client option `debug` does not show it",
		},
		Errors: append(phpErrors(before, broken),
			FinalError{Text: before + "Unexpected container metadata credentials value)"}),
		Strategy: strategy.Strategy{
			Cache:    &strategy.Refresh{Window: time.Minute},
			Flight:   strategy.Flight{Kind: strategy.Serial},
			Retry:    &strategy.Backoff{Attempts: 4, On: strategy.OnTimeout | strategy.OnRefused | strategy.OnReset, Wait: strategy.Wait{Base: time.Second, Factor: 1}},
			Timeouts: strategy.Timeouts{Attempt: time.Second},
			FirstUse: 2, Resend: strategy.ResendKept,
		},
	}
}

func phpIMDS() Preset {
	const before = `Aws\Exception\CredentialsException: Error retrieving credentials from the instance profile metadata service. (`
	// The token request's failures upon which there is no fallback.
	const token = strategy.On400 | strategy.On500 | strategy.On502 | strategy.On503 | strategy.On504
	return Preset{
		Name:    "aws-sdk-php@imds",
		SDK:     phpVersion + ", instance profile",
		Release: "3.376.2",
		Service: service.IMDS,
		Checked: phpChecked,
		Sources: []string{
			"aws/aws-sdk-php src/Credentials/InstanceProfileProvider.php",
			"aws/aws-sdk-php src/Credentials/Credentials.php (extendExpiration)",
			"aws/aws-sdk-php src/Credentials/CredentialProvider.php (defaultProvider, memoize)",
		},
		Notes: []string{
			"token, role and credentials share one budget of 4 requests, successful ones included: the last has one retry",
			"a token is asked for at every fetch and never kept; the role's name is asked for once",
			"a token request that fails, except with 400 or a 5xx, means IMDSv1 from then on, until a 401",
			"a refresh that ends in 500 or a timeout leaves the old credentials in use for 5 to 10 minutes; the SDK does so at once, the preset after its retries",
			phpMissing,
			phpFPM,
			"a process runs one call at a time",
		},
		Knobs: []Knob{
			{Line: "AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the provider's `timeout` and `retries`", Settings: phpIMDSTries()},
			{Line: "AWS_EC2_METADATA_V1_DISABLED: no fallback to IMDSv1"},
			{Line: "CredentialProvider::cache with a shared cache (PSR-16, APCu)", Settings: phpCache()},
		},
		Throttled: []string{
			"the message of Aws\\Exception\\CredentialsException has the status: ``resulted in a `429 Too Many Requests` response``",
			"old credentials used on: PHP's warning `Attempting credential expiration extension due to a credential service availability issue`",
		},
		Errors: append(append([]FinalError{{Leg: "token", Text: before + "Error retrieving metadata token)"}}, phpErrors(before, before)...),
			FinalError{On: strategy.OnMalformed, Text: before + "Invalid JSON response, retries exhausted)"},
			FinalError{On: strategy.OnEmpty, Text: `Aws\Exception\CredentialsException: Unexpected instance profile response code: `}),
		Strategy: strategy.Strategy{
			Cache: &strategy.Refresh{
				Window:    time.Minute,
				Extend:    strategy.Extension{Least: 5 * time.Minute, Most: 10 * time.Minute, On: strategy.On500 | strategy.OnTimeout},
				ExtendOld: strategy.OldExtension{Least: 5 * time.Minute, Most: 10 * time.Minute},
			},
			Flight: strategy.Flight{Kind: strategy.Serial},
			Retry: &strategy.Backoff{
				Attempts: 4, On: strategy.OnEvery &^ (strategy.On401 | strategy.On403 | strategy.OnMissingField | strategy.OnEmpty),
				Wait: strategy.Wait{Base: time.Second, Factor: 1}, Shared: true,
			},
			Timeouts: strategy.Timeouts{Attempt: time.Second},
			Session: strategy.Session{
				Retry:    &strategy.Backoff{Attempts: 4, On: token, Wait: strategy.Wait{Base: time.Second, Factor: 1}, Shared: true},
				FallBack: strategy.OnEvery &^ (token | strategy.OnThrottleCode),
				Sticky:   strategy.OnEvery &^ (token | strategy.OnThrottleCode),
				Renew:    true, NameOnce: true,
			},
			FirstUse: 2, Resend: strategy.ResendKept,
		},
	}
}
