package service

import "time"

// The variables for the token that a pod shows to the EKS Pod Identity agent: the
// name of a file, or the token itself. SDKs read the file if both are set.
const (
	TokenFileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
	TokenVariable     = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
)

// podIdentity is the EKS Pod Identity agent.
//
// Sources: eks-pod-identity-agent configuration/config.go for the addresses and
// the limit, pkg/server/server.go for the route, pkg/credentials/model.go for the
// fields, internal/middleware/rate_limiter/rate_limiter.go for what shares the
// limit, pkg/server/server.go for the read timeout, which is that of idle
// connections too.
var podIdentity = Row{
	Name: "eks-pod-identity", Title: "EKS Pod Identity",
	IPv4: "169.254.170.23", IPv6: "fd00:ec2::23",
	Environment: []Variable{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", CredentialsV1, ""}},
	Flows:       []Flow{single(CredentialsFlow, "credentials", CredentialsV1)},
	Routes:      CredentialsRoute,
	route:       func(string) Routes { return CredentialsRoute },
	Fields:      []string{AccessKeyID, SecretAccessKey, SessionToken, "AccountId", Expiration},
	Lifetime:    6 * time.Hour, RenewBefore: time.Hour,
	KeepAlive: 30 * time.Second,
	Limit:     Limit{PerSecond: 1000, Burst: 500, Scope: "path", Status: 429},
	Upstream:  "EKS Auth",
}
