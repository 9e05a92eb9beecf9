package service

import (
	"strings"
	"time"
)

// The paths of the instance metadata service. Each comes after a version and a
// slash; the name of a role follows RolePath and a slash.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-service and
// instancedata-data-retrieval.
const (
	LatestVersion = "latest"
	TokenPath     = "api/token"
	RolePath      = "meta-data/iam/security-credentials"
	// ExtendedPath is RolePath for documents that name the account too. SDKs have
	// begun to ask there first; instances answered 404 in 2025 (boto/botocore#3479).
	ExtendedPath = RolePath + "-extended"
	DynamicPath  = "dynamic/" // all that is JSON, and signatures
	IdentityPath = DynamicPath + "instance-identity/document"
)

// DefaultRole is the name of an instance's role unless told otherwise.
const DefaultRole = "app-instance-role"

// The headers of session tokens, in their canonical form: the token, and its
// lifetime in seconds.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-service.
const (
	TokenHeader    = "X-Aws-Ec2-Metadata-Token"
	TokenTTLHeader = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
)

const latest = "/" + LatestVersion + "/"

// imds is the metadata service of an EC2 instance.
//
// Sources: Amazon EC2 User Guide, instancedata-data-retrieval for the addresses
// and instance-metadata-security-credentials for the fields. Captures such as
// aws/aws-sdk-go#2972 show that each connection is closed after its answer; that of
// aws-beam/aws_credentials#47 (2023-01) shows one kept whose client asked for that. For
// the limit AWS publishes no figure for requests; it documents 503, and throttles by
// instance. A role's credentials were renewed about hourly, with 6 h 02 to 6 h 34 to live
// (smithy-lang/smithy-rs aws-config/test-data/default-credential-provider-chain, 2021;
// JuliaCloud/AWS.jl#57; chilts/awssum#145); 6 h 20 and exactly an hour are ours.
//
// The variable is the one that SDKs agree on. The slash at its end is for aws-cli
// 2.9, which appends paths to the value without one.
var imds = Row{
	Name: "imds", Title: "IMDS",
	IPv4: "169.254.169.254", IPv6: "fd00:ec2::254",
	Environment: []Variable{{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "/", ""}},
	Flows: []Flow{
		extended(afterToken(CredentialsFlow, "credentials", RolePath+"/", RolePath+"/"+Role)),
		afterToken("metadata", "metadata", "meta-data/instance-id"),
		afterToken("document", "identity document", IdentityPath),
		afterToken("token", "session tokens"),
	},
	Routes: CredentialsRoute | RoleRoute | TokenRoute | MetadataRoute,
	route:  imdsRoute,
	Fields: []string{"Code", "LastUpdated", "Type", AccessKeyID, SecretAccessKey, SessionToken, Expiration},
	Limit:  Limit{Scope: "host", Status: 503},

	Lifetime: 6*time.Hour + 20*time.Minute, RenewBefore: 5*time.Hour + 20*time.Minute,
	KeepsIfAsked: true,
}

// afterToken returns a flow that asks for a session token, and then for paths of
// the latest version with it.
func afterToken(name, title string, paths ...string) Flow {
	legs := []Leg{{Method: put, Path: latest + TokenPath, Token: true}}
	for _, path := range paths {
		legs = append(legs, Leg{Method: get, Path: latest + path})
	}
	return Flow{Name: name, Title: title, Legs: legs}
}

// extended returns a flow of credentials whose legs name the extended paths too.
func extended(f Flow) Flow {
	for i := range f.Legs {
		if after, ok := strings.CutPrefix(f.Legs[i].Path, latest+RolePath); ok {
			f.Legs[i].Extended = latest + ExtendedPath + after
		}
	}
	return f
}

// SplitVersion splits a path of the instance metadata service into the version
// and what follows it, and reports whether there is a slash between them. Slashes
// in a row count as one, for clients that append a path to an endpoint that ends
// with a slash.
func SplitVersion(path string) (version, rest string, below bool) {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return strings.Cut(strings.TrimPrefix(path, "/"), "/")
}

func imdsRoute(path string) Routes {
	switch _, rest, _ := SplitVersion(path); {
	case rest == TokenPath:
		return TokenRoute
	case rest == RolePath, rest == RolePath+"/", rest == ExtendedPath, rest == ExtendedPath+"/":
		return RoleRoute
	case strings.HasPrefix(rest, RolePath+"/"), strings.HasPrefix(rest, ExtendedPath+"/"):
		return CredentialsRoute
	}
	return MetadataRoute
}
