package imds

import (
	"strings"
)

// The beginnings of values that the server makes up.
const (
	passwordPrefix  = "not-a-real-password-"
	secretPrefix    = "not-a-real-secret-"
	parameterPrefix = "not-a-real-parameter-"
)

// getSecretValue hands out a secret, by its name or its ARN.
// Source: AWS Secrets Manager API Reference, GetSecretValue; the message of a missing one
// is in many reports ("Secrets Manager can't find the specified secret.").
func (s *jsonAPI) getSecretValue(_ *question, in *input) reply {
	id := in.text("SecretId")
	if id == "" {
		return s.wrong("InvalidParameterException", "You must provide a value for the SecretId parameter.")
	}
	name := id
	if parts := strings.SplitN(id, ":", 7); len(parts) == 7 && parts[0] == "arn" {
		name = parts[6]
		if n := len(name) - 7; n > 0 && name[n] == '-' {
			name = name[:n]
		}
	}
	value, ok := s.valueOf(s.config.Secrets, name, secretPrefix)
	if !ok {
		return s.wrong("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	key := s.keys.Name("secret").Name(name)
	return s.give(map[string]any{
		"ARN":          s.place.arn("secretsmanager", "secret:"+name+"-"+hexDigits(key, 6)),
		"CreatedDate":  epoch(s.began),
		"Name":         name,
		"SecretString": value,
		"VersionId":    uuid(key), "VersionStages": []string{"AWSCURRENT"},
	})
}

// getParameters hands out parameters, by their names or ARNs. One that is missing is no
// error, but listed.
// Source: AWS Systems Manager API Reference, GetParameters: up to 10 names; InvalidParameters.
func (s *jsonAPI) getParameters(_ *question, in *input) reply {
	names := in.texts("Names")
	if len(names) == 0 || len(names) > mostParameters {
		return s.wrong("ValidationException", "1 validation error detected: Value at 'names' failed to satisfy constraint: "+
			"Member must have length between 1 and 10")
	}
	found, missing := []any{}, []string{}
	for _, given := range names {
		name := given
		if parts := strings.SplitN(given, ":", 6); len(parts) == 6 && parts[0] == "arn" {
			name = strings.TrimPrefix(parts[5], "parameter/")
			if _, ok := s.config.Parameters["/"+name]; ok {
				name = "/" + name
			}
		}
		value, ok := s.valueOf(s.config.Parameters, name, parameterPrefix)
		if !ok {
			missing = append(missing, given)
			continue
		}
		found = append(found, map[string]any{
			"ARN": s.place.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), "DataType": "text",
			"LastModifiedDate": epoch(s.began), "Name": name, "Type": "SecureString", "Value": value, "Version": 1,
		})
	}
	return s.give(map[string]any{"InvalidParameters": missing, "Parameters": found})
}

const mostParameters = 10

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
