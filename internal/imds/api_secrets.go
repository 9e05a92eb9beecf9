package imds

import (
	"strings"

	"tenement/internal/draw"
)

// The beginnings of values that the server makes up.
const (
	passwordPrefix  = "not-a-real-password-"
	secretPrefix    = "not-a-real-secret-"
	parameterPrefix = "not-a-real-parameter-"
)

// The labels of versions of a secret. That with currentStage is handed out by default.
const (
	currentStage  = "AWSCURRENT"
	previousStage = "AWSPREVIOUS"
)

// missingSecret is what a missing secret gets.
const missingSecret = "Secrets Manager can't find the specified secret."

// suffixLength is how many characters Secrets Manager adds to a name in an ARN, with their
// hyphen.
const suffixLength = 7

// getSecretValue hands out a secret, by its name or its ARN. One that a list names has a
// single version, the current one; without a list there is any that is asked for, each with
// a value of its own.
// Source: AWS Secrets Manager API Reference, GetSecretValue: a version and a label must be of
// the same version. The errors are those that localstack/localstack 8b9a79f05,
// tests/aws/services/secretsmanager, has recorded from AWS.
func (s *jsonAPI) getSecretValue(_ *question, in *input) reply {
	own, p, ok := s.secret(in)
	if !ok {
		return p
	}
	version, stage, current := in.text("VersionId"), in.text("VersionStage"), own.version(currentStage)
	answer := map[string]any{
		"ARN": own.arn, "CreatedDate": epoch(s.began), "Name": own.name, "SecretString": own.value,
		"VersionId": current, "VersionStages": []string{currentStage},
	}
	switch is := (stage == "" || stage == currentStage) && (version == "" || version == current); {
	case is:
		return s.give(answer)
	case s.config.Secrets != nil && version != "" && version != current:
		return s.wrong("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for VersionId: "+version)
	case s.config.Secrets != nil:
		return s.wrong("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: "+stage)
	case version == "":
		version = own.version(stage)
	case stage != "" && version != own.version(stage):
		return s.wrong("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.")
	case version == own.version(previousStage):
		stage = previousStage
	}
	answer["VersionId"], answer["SecretString"] = version, secretPrefix+hexDigits(own.key.Name(version), 32)
	delete(answer, "VersionStages")
	if stage != "" {
		answer["VersionStages"] = []string{stage}
	}
	return s.give(answer)
}

// describeSecret says what there is of a secret, without its value: libraries that keep
// secrets ask for the ID of the current version, and then for the value of that.
// Source: AWS Secrets Manager API Reference, DescribeSecret.
func (s *jsonAPI) describeSecret(_ *question, in *input) reply {
	own, p, ok := s.secret(in)
	if !ok {
		return p
	}
	versions := map[string][]string{own.version(currentStage): {currentStage}}
	if s.config.Secrets == nil {
		versions[own.version(previousStage)] = []string{previousStage}
	}
	return s.give(map[string]any{
		"ARN": own.arn, "CreatedDate": epoch(s.began), "LastChangedDate": epoch(s.began), "Name": own.name, "VersionIdsToStages": versions,
	})
}

// secret is a secret that is there.
type secret struct {
	name, arn, value string
	key              draw.Key // of its versions
}

// version is the ID of the version with a label.
func (own *secret) version(stage string) string {
	if stage == currentStage {
		return uuid(own.key)
	}
	return uuid(own.key.Name(stage))
}

// secret finds the secret that a request names; p is the answer if ok is false.
// Sources: aws/aws-sdk-kotlin 1469 (2024-11) for a request without one; aws/aws-cli 6053
// (2021-03), and what localstack/localstack has recorded, for what is no name.
func (s *jsonAPI) secret(in *input) (own secret, p reply, ok bool) {
	id := in.text("SecretId")
	own.name = s.secretName(id)
	switch own.value, ok = s.valueOf(s.config.Secrets, own.name, secretPrefix); {
	case id == "":
		return own, s.unfit("Value null", "secretId", notNull), false
	case !secretNames.fit(own.name):
		return own, s.wrong(s.details.invalid,
			"Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"), false
	case !ok:
		return own, s.wrong("ResourceNotFoundException", missingSecret), false
	}
	own.key = s.keys.Name("secret").Name(own.name)
	own.arn = s.place.arn("secretsmanager", "secret:"+own.name+"-"+hexDigits(own.key, suffixLength-1))
	return own, reply{}, true
}

// secretName is the name in what a request calls a secret: that, or its ARN, which may lack
// the characters that are added to a name.
// Source: AWS Secrets Manager User Guide, troubleshoot, "Finding a secret from a partial ARN".
func (s *jsonAPI) secretName(id string) string {
	parts := strings.SplitN(id, ":", 7)
	if len(parts) < 7 || parts[0] != "arn" {
		return id
	}
	name := parts[6]
	if _, whole := s.config.Secrets[name]; whole {
		return name
	}
	if n := len(name) - suffixLength; n > 0 && name[n] == '-' {
		name = name[:n]
	}
	return name
}

// valueOf is the value of a name, and whether there is one.
func (s *jsonAPI) valueOf(all map[string]string, name, prefix string) (string, bool) {
	value, ok := all[name]
	if all != nil && !ok {
		return "", false
	}
	if value == "" {
		value = prefix + hexDigits(s.keys.Name(prefix).Name(name), 32)
	}
	return value, true
}
