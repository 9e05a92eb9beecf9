package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// retryKeys are the keys of a `retry` mapping.
type retryKeys struct {
	Fixed, Exponential *strategy.Backoff
	On                 strategy.Conditions
	Honour             bool
}

// retryForm is none, or a mapping with one of fixed and exponential.
func retryForm() form.Form[strategy.Retry] {
	honour := form.Words(form.NewWord[bool]("ignore", false), form.NewWord[bool]("honour", true))
	keys := form.Object(retryKeys{On: strategy.OnDefault}, []form.Key[retryKeys]{
		form.Field("fixed", "The same wait before each retry.",
			form.Optional(fixedForm()), func(v *retryKeys) **strategy.Backoff { return &v.Fixed }),
		form.Field("exponential", "A wait that grows from retry to retry.",
			form.Optional(exponentialForm()), func(v *retryKeys) **strategy.Backoff { return &v.Exponential }),
		form.Always(form.Field("retry_on", "The outcomes after which to try again: [429, 5xx, timeout, connection] if left out.",
			conditionsForm(), func(v *retryKeys) *strategy.Conditions { return &v.On })),
		form.Field("retry_after", "Whether to wait at least as long as the server asked.",
			honour, func(v *retryKeys) *bool { return &v.Honour }),
	}, func(r *form.Reader, n *form.Node, path string, v *retryKeys) {
		if (v.Fixed == nil) == (v.Exponential == nil) {
			r.Fail(n, path, "want one of fixed and exponential")
		}
	})
	f := form.Convert(keys, retryOf, retryKeysOf)
	keyed := f.Write
	f.Write = func(v strategy.Retry, full bool) *form.Node {
		if _, again := v.(*strategy.Backoff); !again {
			return form.Plain("none")
		}
		return keyed(v, full)
	}
	return form.WordOr(f, "a mapping", form.NewWord[strategy.Retry]("none", nil)).Named("retry")
}

// retryOf is the policy that a mapping describes.
func retryOf(k retryKeys) strategy.Retry {
	b := k.Fixed
	if k.Exponential != nil {
		b = k.Exponential
	}
	if b == nil {
		return nil // after an error
	}
	policy := *b
	policy.On, policy.HonourRetryAfter = k.On, k.Honour
	return &policy
}

// retryKeysOf is the mapping of a policy, the inverse of retryOf.
func retryKeysOf(v strategy.Retry) retryKeys {
	b, ok := v.(*strategy.Backoff)
	if !ok {
		return retryKeys{}
	}
	policy := *b
	policy.On, policy.HonourRetryAfter = 0, false
	k := retryKeys{On: b.On, Honour: b.HonourRetryAfter}
	if b.Factor == 1 && b.Jitter == strategy.NoJitter && b.Cap == 0 {
		k.Fixed = &policy
		return k
	}
	if policy.Factor == 0 {
		policy.Factor = doubling
	}
	k.Exponential = &policy
	return k
}

// doubling is the growth of an exponential backoff unless told otherwise.
const doubling = 2

func fixedForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return form.Object(backoff{Factor: 1}, append([]form.Key[backoff]{
		form.Required(form.Field("wait", "Before each retry.",
			form.Duration(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
	}, attemptKeys()...), nil)
}

func exponentialForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return form.Object(backoff{Factor: doubling}, append([]form.Key[backoff]{
		form.Required(form.Field("base", "The wait before the first retry, before jitter.",
			form.Duration(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
		form.Field("cap", "The longest wait, before jitter.",
			form.Bound(), func(v *backoff) *time.Duration { return &v.Cap }),
		form.Field("factor", "The factor by which the wait grows per retry; 2 if left out.",
			form.Number(1, 1000), func(v *backoff) *float64 { return &v.Factor }),
		form.Field("jitter", "none: v, the wait itself; full: 0 to v; equal: v/2 to v; decorrelated: base to three times the last wait.",
			form.Words(form.NewWord[strategy.Jitter]("none", strategy.NoJitter), form.NewWord[strategy.Jitter]("full", strategy.FullJitter),
				form.NewWord[strategy.Jitter]("equal", strategy.EqualJitter), form.NewWord[strategy.Jitter]("decorrelated", strategy.Decorrelated)),
			func(v *backoff) *strategy.Jitter { return &v.Jitter }),
	}, attemptKeys()...), func(r *form.Reader, n *form.Node, path string, v *backoff) {
		if v.Cap > 0 && v.Cap < v.Base {
			r.Fail(n.At("cap"), form.Join(path, "cap"), "%s is below base, %s", form.FormatDuration(v.Cap), form.FormatDuration(v.Base))
		}
	})
}

// attemptKeys are the keys that fixed and exponential have in common.
func attemptKeys() []form.Key[strategy.Backoff] {
	type backoff = strategy.Backoff
	return []form.Key[backoff]{
		form.Required(form.Field("attempts", "How many in all, the first included.",
			form.Integer(1, most), func(v *backoff) *int { return &v.Attempts })),
		form.Field("after_last", "Whether to wait after the last failure as well.",
			form.Boolean(), func(v *backoff) *bool { return &v.AfterLast }),
		form.Field("malformed_attempts", "Replaces attempts for answers that do not parse; 0 means attempts.",
			form.Integer(0, most), func(v *backoff) *int { return &v.MalformedAttempts }),
		form.OmitZero(form.Field("restart", "Whether a retry begins at the first leg of the fetch.",
			form.Boolean(), func(v *backoff) *bool { return &v.Restart })),
		form.OmitZero(form.Field("shared", "Whether attempts of all legs count, successful ones included.",
			form.Boolean(), func(v *backoff) *bool { return &v.Shared })),
		form.Field("other_link", "The outcomes after which, when the attempts are used up, the next provider of the SDK's chain makes one request; none if left out.",
			outcomesOr("none"), func(v *backoff) *strategy.Conditions { return &v.OtherLinkOn }),
	}
}
