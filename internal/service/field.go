package service

// The fields of credentials that clients use.
const (
	AccessKeyID     = "AccessKeyId"
	SecretAccessKey = "SecretAccessKey"
	SessionToken    = "Token"
	Expiration      = "Expiration"
)

// Fields returns the fields of the credentials of all services, each once.
func Fields() []string { return each(func(r *Row) []string { return r.Fields }) }
