package sdk

import (
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The errors that the real clients gave, with the answers of a stub that said
// "stub says 429".
func TestErrorsAreThoseRecorded(t *testing.T) {
	container := Last{Leg: "credentials", Method: "GET", URL: "http://127.0.0.1:8080/v2/credentials/stub", Host: "127.0.0.1:8080", Attempts: 3}
	instance := Last{Method: "GET", URL: "http://127.0.0.1:8080/latest/meta-data/iam/security-credentials/", Host: "127.0.0.1:8080", Role: "stub-role", Attempts: 4}
	answered := func(l Last, leg string, status uint16, body string) Last {
		l.Outcome = strategy.Outcome{Status: status, Body: strategy.ErrorBody([]byte(body))}
		l.Body = body
		if status == 429 {
			l.Reason = "Too Many Requests"
		}
		if leg != "" {
			l.Leg = leg
		}
		return l
	}
	ended := func(l Last, leg string, o strategy.Outcome) Last {
		l.Outcome = o
		if leg != "" {
			l.Leg = leg
		}
		if leg == "token" {
			l.Method, l.URL = "PUT", "http://127.0.0.1:8080/latest/api/token"
		}
		return l
	}
	const (
		text     = "stub says 429"
		throttle = `{"code":"ThrottlingException","message":"stub says 429"}`
	)
	for _, r := range []struct {
		preset string
		last   Last
		want   string
	}{
		{"aws-sdk-go-v2", answered(container, "", 429, text), "failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, : stub says 429"},
		{"aws-sdk-go-v2", answered(container, "", 429, throttle), "failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, ThrottlingException: stub says 429"},
		{"aws-sdk-go-v2", answered(container, "", 400, throttle), "failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, ThrottlingException: stub says 429"},
		{"aws-sdk-go-v2", answered(container, "", 403, "no"), "failed to refresh cached credentials, failed to load credentials, : no"},
		{"aws-sdk-go-v2", ended(container, "", strategytest.Reset), `failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, request send failed, Get "http://127.0.0.1:8080/v2/credentials/stub": EOF`},
		{"aws-sdk-go-v2", ended(container, "", strategytest.Refused), `failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, request send failed, Get "http://127.0.0.1:8080/v2/credentials/stub": dial tcp 127.0.0.1:8080: connect: connection refused`},
		{"aws-sdk-go-v2", ended(container, "", strategytest.Truncated), "failed to refresh cached credentials, failed to load credentials, deserialization failed, failed to deserialize json response, unexpected EOF"},
		{"aws-sdk-go-v2@1.47", answered(container, "", 503, "no"), "failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, : no"},
		{"aws-sdk-go-v2@pre-429", answered(container, "", 429, text), "failed to refresh cached credentials, failed to load credentials, deserialization failed, failed to decode error message, invalid character"},
		{"aws-sdk-go-v2@pre-429", answered(container, "", 503, `{"code":"SomeCode","message":"no"}`), "failed to refresh cached credentials, failed to load credentials, SomeCode: no"},
		{"aws-sdk-go-v2@imds", answered(instance, "token", 400, "no"), "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, failed to get API token, operation error ec2imds: getToken, http response error StatusCode: 400, request to EC2 IMDS failed"},
		{"aws-sdk-go-v2@imds", answered(instance, "role", 429, text), "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, exceeded maximum number of attempts, 3, http response error StatusCode: 429, request to EC2 IMDS failed"},
		{"aws-sdk-go-v2@1.47@imds", answered(instance, "role", 429, text), "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, http response error StatusCode: 429, request to EC2 IMDS failed"},
		{"aws-sdk-go-v2@imds", answered(instance, "credentials", 404, "no"), "failed to refresh cached credentials, failed to get stub-role EC2 IMDS role credentials, operation error ec2imds: GetMetadata, http response error StatusCode: 404, request to EC2 IMDS failed"},
		{"aws-sdk-go-v2@imds", ended(instance, "role", strategytest.ReadTimeout), `failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, exceeded maximum number of attempts, 3, request send failed, Get "http://127.0.0.1:8080/latest/meta-data/iam/security-credentials/": net/http: timeout awaiting response headers`},
		{"aws-sdk-go-v2@imds", ended(instance, "role", strategy.Outcome{Err: strategy.OutOfTime}), "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded"},
		{"aws-sdk-go-v2@imds", ended(instance, "token", strategy.Outcome{Err: strategy.OutOfTime}), "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded"},
		{"aws-sdk-go-v2@imds", ended(instance, "role", strategytest.Truncated), "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, read response body failed, unexpected EOF"},
		{"aws-sdk-go-v2@imds", ended(instance, "credentials", strategytest.EmptyObject), "failed to refresh cached credentials, failed to get stub-role EC2 IMDS role credentials, api error : "},
		{"aws-sdk-go-v1", answered(container, "", 429, text), "NoCredentialProviders: no valid providers in chain. Deprecated."},
		{"minio-go", answered(container, "", 429, text), "429 Too Many Requests"},
		{"minio-go", ended(container, "", strategytest.Reset), `Get "http://127.0.0.1:8080/v2/credentials/stub": EOF`},
		{"minio-go@imds", ended(instance, "token", strategytest.Refused), `Put "http://127.0.0.1:8080/latest/api/token": dial tcp 127.0.0.1:8080: connect: connection refused`},
		{"minio-go@imds", ended(instance, "role", strategytest.Truncated), "unexpected EOF"},
	} {
		p := named(t, r.preset)
		if got := ErrorText(p.Errors, &r.last); got != r.want {
			t.Errorf("%s: got  %s\nwant %s", r.preset, got, r.want)
		}
	}
}
