package imds

import (
	"time"

	"tenement/internal/draw"
)

// credentials is the document of a task role's credentials. The order of the
// fields is that of the agent.
// Source: amazon-ecs-agent ecs-agent/credentials/manager.go.
type credentials struct {
	RoleArn         string
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      string
}

// documentKeys is what the values in the documents of an agent descend from.
func documentKeys(seed uint64) draw.Key { return draw.Seed(seed).Name("documents") }

// executionRole is the role with which the agent pulls images and writes logs; all
// tasks share it.
const executionRole = "ecsTaskExecutionRole"

// newCredentials is the credentials of the role with an ARN, and of an ID, renewed to last until
// expires, which is not filled in. Each renewal has other values. All are visibly
// fake, and as long as real ones: key IDs have 20 characters and secrets 40
// (IAM API reference, AccessKey); with this token the document of an instance's role
// has 1322 bytes, as in smithy-lang/smithy-rs
// aws-config/test-data/default-credential-provider-chain (2021; others have up to 1582).
func newCredentials(keys draw.Key, roleARN, id string, expires time.Duration) credentials {
	key := keys.Name("credentials").Name(id).With(uint64(expires))
	return credentials{
		RoleArn:         roleARN,
		AccessKeyID:     "ASIAFAKE" + base32Digits(key.Name("id"), 5) + "EXAMPLE",
		SecretAccessKey: secretKeyPrefix + hexDigits(key.Name("secret"), 25),
		Token:           sessionTokenPrefix + hexDigits(key.Name("token"), 1043),
	}
}

// expiration is how an instant since began is written.
func expiration(began time.Time, at time.Duration) string {
	return began.Add(at).UTC().Format("2006-01-02T15:04:05Z")
}
