package sdk

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// minioPresets are the presets of this SDK.
func minioPresets() []Preset {
	return []Preset{minio(), minioIMDS()}
}

const (
	minioVersion = "MinIO SDK for Go v7.4.1"
	minioChecked = "run on 2026-11-28 (v7.4.1)"
)

// minioSources are those of both presets: one provider asks both services.
var minioSources = []string{
	"minio/minio-go pkg/credentials/iam_aws.go",
	"minio/minio-go pkg/credentials/credentials.go",
}

// minioThrottled is how throttling shows in an application.
var minioThrottled = []string{
	"the error is the status line, 429 Too Many Requests, without the endpoint that sent it",
	"credentials.IAM: Client with a transport that counts answers by status",
	"minio.Client.TraceOn shows requests to S3 alone",
}

// minioErrors are the errors of the IAM provider.
var minioErrors = []FinalError{
	{On: strategy.OnTruncated | strategy.OnMalformed, Text: "unexpected EOF"},
	{On: strategy.OnRefused, Text: `{method} "{url}": dial tcp {host}: connect: connection refused`},
	{On: strategy.OnConnectTimeout, Text: `{method} "{url}": dial tcp {host}: i/o timeout`},
	{On: strategy.OnReset, Text: `{method} "{url}": EOF`},
	{On: strategy.OnAnyStatus, Text: "{status} {reason}"},
}

// minioStrategy is what both presets have: no retries, and Go's own transport.
func minioStrategy() strategy.Strategy {
	return strategy.Strategy{
		Cache:       &strategy.Refresh{Share: 0.2},
		Flight:      strategy.Flight{Kind: strategy.Serial},
		Timeouts:    strategy.Timeouts{Connect: 30 * time.Second},
		Connections: defaultTransport, Resend: strategy.ResendKept,
		AcceptIncomplete: true,
	}
}

func minio() Preset {
	s := minioStrategy()
	s.AcceptEmpty = true
	return Preset{
		Name:    "minio-go",
		Service: service.ECS,
		SDK:     minioVersion,
		Release: "7.4.1",
		Checked: minioChecked,
		Sources: minioSources,
		Notes: []string{
			"nothing is retried: a 429 fails the S3 operation, whose own retries do not cover credentials",
			"calls fetch one after another: after a failure each one that waits asks again",
			"credentials are renewed after 80 % of the life that they have left when they come",
			goResends,
			"no timeout: an endpoint that accepts and never answers holds the call, and all that come later",
			"credentials that have expired when they come are handed out, and so is an empty object",
			"a token in AWS_CONTAINER_AUTHORIZATION_TOKEN is sent to loopback addresses alone; with AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE any address goes",
		},
		Knobs: []Knob{
			{Line: "credentials.IAM: Client, for a timeout or a transport that retries; ExpiryWindow, a fixed time before the expiry", Settings: minioRetries()},
			{Line: "share one credentials.Credentials between clients: each has a cache of its own"},
			{Line: "minio.Options: MaxRetries is for S3 operations alone"},
		},
		Throttled: minioThrottled,
		Errors:    minioErrors,
		Strategy:  s,
	}
}

func minioIMDS() Preset {
	s := minioStrategy()
	s.Session = strategy.Session{Timeout: time.Second, FallBack: strategy.OnTimeout}
	return Preset{
		Name:    "minio-go@imds",
		Service: service.IMDS,
		SDK:     minioVersion,
		Release: "7.4.1",
		Checked: minioChecked,
		Sources: minioSources,
		Notes: []string{
			"nothing is retried, and each fetch asks for token, role and credentials: three requests",
			"a token request that takes more than 1 s means IMDSv1, for this fetch; any other failure of it fails the fetch",
			"the other requests have no timeout",
			"calls fetch one after another: after a failure each one that waits asks again",
			"credentials are renewed after 80 % of the life that they have left when they come",
			"the address is an argument of credentials.NewIAM; AWS_EC2_METADATA_SERVICE_ENDPOINT is not read",
		},
		Knobs: []Knob{
			{Line: "credentials.IAM: Client, for a timeout or a transport that retries; ExpiryWindow, a fixed time before the expiry", Settings: minioRetries()},
			{Line: "share one credentials.Credentials between clients: each has a cache of its own"},
		},
		Throttled: minioThrottled,
		Errors:    minioErrors,
		Strategy:  s,
	}
}
