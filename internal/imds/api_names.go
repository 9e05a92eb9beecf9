package imds

import (
	"errors"
	"regexp"
)

// names are how the names of one kind look.
type names struct {
	least, most int // their length, in bytes here
	pattern     string
	form        *regexp.Regexp
}

func newNames(least, most int, pattern string) *names {
	return &names{least, most, pattern, regexp.MustCompile(`^(?:` + pattern + `)$`)}
}

// Sources: botocore 1.44.8 data/ecr, RepositoryName, data/secretsmanager, NameType and
// CreateSecretRequest: Name, and data/ssm, PutParameterRequest: Name, whose bound counts the
// beginning of its ARN; Amazon CloudWatch Logs API Reference, CreateLogStream.
var (
	parameterNames  = newNames(1, 1011, `[a-zA-Z0-9_.-]+|(/[a-zA-Z0-9_.-]+){1,15}`)
	repositoryNames = newNames(2, 256, `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`)
	secretNames     = newNames(1, 512, `[a-zA-Z0-9/_+=.@!-]+`)
	logGroupNames   = newNames(1, 512, `[\.\-_/#A-Za-z0-9]+`)
	logGroupIDs     = newNames(1, 2048, `[\w#+=/:,.@-]*`)
	logStreamNames  = newNames(1, 512, `[^:*]*`)
)

// fit reports whether a text is such a name.
func (n *names) fit(text string) bool {
	return len(text) >= n.least && len(text) <= n.most && n.form.MatchString(text)
}

// CheckSecret returns an error for what is no name of a secret. Those that services make have
// characters that others may not ("rds!db-…").
func CheckSecret(name string) error {
	if !secretNames.fit(name) {
		return errors.New("want 1 to 512 letters, digits and / _ + = . @ ! -")
	}
	return nil
}

// CheckParameter returns an error for what is no name of a parameter of SSM.
func CheckParameter(name string) error {
	if !parameterNames.fit(name) {
		return errors.New("want letters, digits and . - _ or up to 15 parts of them, each after a /")
	}
	return nil
}

// CheckRepository returns an error for what is no name of a repository of ECR.
func CheckRepository(name string) error {
	if !repositoryNames.fit(name) {
		return errors.New("want 2 to 256 lower-case letters and digits, with . _ __ - or / between them")
	}
	return nil
}

// CheckLogGroup returns an error for what is no name of a group of CloudWatch Logs.
func CheckLogGroup(name string) error {
	if !logGroupNames.fit(name) {
		return errors.New("want 1 to 512 letters, digits and . - _ / #")
	}
	return nil
}
