package imds

import "tenement/internal/redact"

// The beginnings of what servers issue and do not keep. The texts that are not
// secret by chance are there for people: nobody takes such a value for real.
const (
	secretKeyPrefix    = "not-a-real-key-"
	sessionTokenPrefix = "not-a-real-session-token-"
)

// What stands in the place of a token and of a secret key.
const (
	tokenMark = "TOKEN"
	keyMark   = "KEY"

	passwordMark = "PASSWORD"
	secretMark   = "SECRET"
)

// NewSecrets returns a Redactor that knows every token and secret key that a
// server of this package issues, now or later. New tells it the IDs of tasks.
//
// Tokens and keys are known by how they begin, not by their code or signature: so
// it also finds one that was cut short, and those of another mock.
func NewSecrets() *redact.Redactor {
	const hex = "0123456789abcdef"
	const base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return redact.New(
		redact.Form{Prefix: tokenPrefix, Rest: base64URL + "=", Mark: tokenMark},
		redact.Form{Prefix: podTokenPrefix, Rest: base64URL + ".", Mark: tokenMark},
		redact.Form{Prefix: sessionTokenPrefix, Rest: hex, Mark: tokenMark},
		redact.Form{Prefix: secretKeyPrefix, Rest: hex, Mark: keyMark},
		redact.Form{Prefix: passwordPrefix, Rest: hex, Mark: passwordMark},
		redact.Form{Prefix: secretPrefix, Rest: hex, Mark: secretMark},
		redact.Form{Prefix: parameterPrefix, Rest: hex, Mark: secretMark},
	)
}

// secretsOf is the Redactor of a server, which knows its IDs.
func secretsOf(c Config) *redact.Redactor {
	secrets := c.Secrets
	if secrets == nil {
		if c.OnRefusal == nil && c.OnRequest == nil && c.ECS.Audit == nil {
			return nil // it tells nothing
		}
		secrets = NewSecrets()
	}
	tasks, registered, values := c.Tasks, c.Registered, []map[string]string{c.API.Secrets, c.API.Parameters}
	secrets.Add(func(yield func(string) bool) {
		for i := range tasks {
			t := &tasks[i]
			if !yield(t.CredentialsID) || !yield(t.ExecutionID) || !yield(t.EndpointID) {
				return
			}
		}
		for _, id := range registered {
			if !yield(id) {
				return
			}
		}
		for _, all := range values {
			for _, value := range all {
				if value != "" && !yield(value) {
					return
				}
			}
		}
	})
	return secrets
}

// maxTold is how many bytes of each text that a client chooses are told.
const maxTold = 256

// told is a text that a client chose, as others are told of it.
func (h *Handler) told(text string) string { return h.secrets.Clip(text, maxTold) }
