package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// sessionForm is how a client deals with the session tokens of EC2.
func sessionForm() form.Form[strategy.Session] {
	type session = strategy.Session
	outcomes := outcomesOr("none")
	retry := retryForm()
	return form.Object(session{}, []form.Key[session]{
		form.Field("ttl", "The lifetime to ask for, in whole seconds; 6h if left out.",
			tokenTTLForm(), func(v *session) *duration { return &v.TTL }),
		form.Field("keep", "Whether later fetches of the client use the token.",
			form.Boolean(), func(v *session) *bool { return &v.Keep }),
		form.Field("early", "How long before its expiry a kept token is no longer used.",
			form.Duration(0, 0), func(v *session) *duration { return &v.Early }),
		form.Field("every", "Whether the client checks for a token before each request, not only before the first of a fetch.",
			form.Boolean(), func(v *session) *bool { return &v.Every }),
		form.OmitZero(form.Field("timeout", "For each token request alone, in addition to the strategy's timeouts.",
			form.Bound(), func(v *session) *duration { return &v.Timeout })),
		form.OmitZero(form.Field("one_use", "Whether each request asks for a token of its own, which only its retries use again; not with keep.",
			form.Boolean(), func(v *session) *bool { return &v.OneUse })),
		{
			Name: "retry",
			Doc:  "Which failed token requests are made again. Left out: as for other requests.",
			Read: func(r *form.Reader, n *form.Node, path string, v *session) {
				if v.Retry = retry.Read(r, n, path); v.Retry == nil {
					v.Retry = strategy.NoRetry{}
				}
			},
			Write: func(v, _ *session, full bool) *form.Node {
				if v.Retry == nil {
					return nil
				}
				return retry.Write(v.Retry, full)
			},
			Schema: retry.Schema,
		},
		form.Field("fall_back", "The failures of a token request, retries included, after which the fetch continues without a token.",
			outcomes, func(v *session) *strategy.Conditions { return &v.FallBack }),
		form.Field("sticky", "Those of the failures in fall_back after which the client never asks for a token again.",
			outcomes, func(v *session) *strategy.Conditions { return &v.Sticky }),
		form.Field("renew", "Whether a 401 makes the client drop its token and a sticky fallback.",
			form.Boolean(), func(v *session) *bool { return &v.Renew }),
		form.OmitZero(form.Field("connect_first", "Whether the connection is made before the token is asked for: if that fails, retry applies to the fetch, and it does not fall back.",
			form.Boolean(), func(v *session) *bool { return &v.ConnectFirst })),
		form.OmitZero(form.Field("extended", "Whether the client asks below iam/security-credentials-extended first, falls back on a 404, and remembers where it found the role.",
			form.Boolean(), func(v *session) *bool { return &v.Extended })),
		form.Field("name_once", "Whether the client asks for the role's name only until it knows it.",
			form.Boolean(), func(v *session) *bool { return &v.NameOnce }),
	}, func(r *form.Reader, n *form.Node, path string, v *session) {
		if v.OneUse && v.Keep {
			r.Fail(n.At("one_use"), form.Join(path, "one_use"), "not with keep: later fetches would have no token to use")
		}
		if outside := v.Sticky.Outside(v.FallBack); outside != 0 {
			r.Fail(n.At("sticky"), form.Join(path, "sticky"), "fall_back lacks %s, and only a fallback is sticky", outcomes.Write(outside, false).OneLine())
		}
	})
}

// tokenTTLForm is a lifetime that the service grants, of which 6 h is kept as 0.
func tokenTTLForm() form.Form[time.Duration] {
	return form.Convert(form.WholeSeconds(form.Duration(time.Second, strategy.DefaultTokenTTL)),
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
