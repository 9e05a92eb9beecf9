package imds

import "strings"

// The beginnings of values that the server makes up.
const (
	passwordPrefix  = "not-a-real-password-"
	secretPrefix    = "not-a-real-secret-"
	parameterPrefix = "not-a-real-parameter-"
)

// currentStage is the label of the version of a secret that is handed out by default.
const currentStage = "AWSCURRENT"

// suffixLength is how many characters Secrets Manager adds to a name in an ARN, with their
// hyphen.
const suffixLength = 7

// getSecretValue hands out a secret, by its name or its ARN. One that a list names has a
// single version, the current one; without a list there is any that is asked for, each with
// a value of its own.
// Source: AWS Secrets Manager API Reference, GetSecretValue; the messages of a missing one
// and of a missing label are in many reports ("Secrets Manager can't find the specified
// secret.", "... secret value for staging label: AWSCURRENT"); that of a missing version is
// like the latter, and not verified.
func (s *jsonAPI) getSecretValue(_ *question, in *input) reply {
	id, version, stage := in.text("SecretId"), in.text("VersionId"), in.text("VersionStage")
	if id == "" {
		return s.wrong("InvalidParameterException", "You must provide a value for the SecretId parameter.")
	}
	name := s.secretName(id)
	value, ok := s.valueOf(s.config.Secrets, name, secretPrefix)
	if !ok {
		return s.wrong("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	key := s.keys.Name("secret").Name(name)
	current := uuid(key)
	answer := map[string]any{
		"ARN":         s.place.arn("secretsmanager", "secret:"+name+"-"+hexDigits(key, suffixLength-1)),
		"CreatedDate": epoch(s.began), "Name": name, "SecretString": value,
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
		version = uuid(key.Name(stage))
	}
	answer["VersionId"], answer["SecretString"] = version, secretPrefix+hexDigits(key.Name(version), 32)
	delete(answer, "VersionStages")
	if stage != "" {
		answer["VersionStages"] = []string{stage}
	}
	return s.give(answer)
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
