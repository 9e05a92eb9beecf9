package profiles

import (
	"time"

	"tenement/internal/strategy"
)

// sessionForm is how a client deals with the session tokens of EC2.
func sessionForm() form[strategy.Session] {
	type session = strategy.Session
	outcomes := outcomesOr("none")
	retry := retryForm()
	return object(session{}, []key[session]{
		field("ttl", "The lifetime to ask for, in whole seconds; 6h if left out.",
			tokenTTLForm(), func(v *session) *duration { return &v.TTL }),
		field("keep", "Whether later fetches of the client use the token.",
			booleanForm(), func(v *session) *bool { return &v.Keep }),
		field("early", "How long before it expires a token that is kept is no longer used.",
			durationForm(0, 0), func(v *session) *duration { return &v.Early }),
		field("every", "Whether a token is looked for before each request rather than before the first of a fetch.",
			booleanForm(), func(v *session) *bool { return &v.Every }),
		{
			name: "retry",
			doc:  "Which failed requests for a token are made again. Left out: as all others.",
			read: func(r *reader, n *node, path string, v *session) {
				if v.Retry = retry.read(r, n, path); v.Retry == nil {
					v.Retry = strategy.NoRetry{}
				}
			},
			write: func(v, _ *session, full bool) *node {
				if v.Retry == nil {
					return nil
				}
				return retry.write(v.Retry, full)
			},
			schema: retry.schema,
		},
		field("fall_back", "The failures of the request for a token, after its retries, after which the fetch goes on without one.",
			outcomes, func(v *session) *strategy.Conditions { return &v.FallBack }),
		field("sticky", "Those of them after which the client never asks for a token again.",
			outcomes, func(v *session) *strategy.Conditions { return &v.Sticky }),
		field("renew", "Whether a 401 drops the token, and a sticky fallback.",
			booleanForm(), func(v *session) *bool { return &v.Renew }),
		field("name_once", "Whether the role's name is asked for until it has come once.",
			booleanForm(), func(v *session) *bool { return &v.NameOnce }),
	}, nil)
}

// tokenTTLForm is a lifetime that the service grants, of which 6 h is kept as 0.
func tokenTTLForm() form[time.Duration] {
	return convert(wholeSeconds(durationForm(time.Second, strategy.DefaultTokenTTL)),
		func(v time.Duration) time.Duration {
			if v == strategy.DefaultTokenTTL {
				return 0
			}
			return v
		},
		func(v time.Duration) time.Duration {
			if v == 0 {
				return strategy.DefaultTokenTTL
			}
			return v
		})
}
