package profiles

import (
	"time"

	"tenement/internal/strategy"
)

// retryKeys are the keys of a `retry` mapping.
type retryKeys struct {
	Fixed, Exponential *strategy.Backoff
	On                 strategy.Conditions
	Honour             bool
}

// retryForm is none, or a mapping with one of fixed and exponential.
func retryForm() form[strategy.Retry] {
	honour := words(word[bool]{"ignore", false}, word[bool]{"honour", true})
	keys := object(retryKeys{On: strategy.OnDefault}, []key[retryKeys]{
		field("fixed", "The same wait before each retry.",
			optional(fixedForm()), func(v *retryKeys) **strategy.Backoff { return &v.Fixed }),
		field("exponential", "A wait that grows from retry to retry.",
			optional(exponentialForm()), func(v *retryKeys) **strategy.Backoff { return &v.Exponential }),
		always(field("retry_on", "The outcomes that are tried again: [429, 5xx, timeout, connection] if left out.",
			conditionsForm(), func(v *retryKeys) *strategy.Conditions { return &v.On })),
		field("retry_after", "Whether to wait at least as long as the server asked.",
			honour, func(v *retryKeys) *bool { return &v.Honour }),
	}, func(r *reader, n *node, path string, v *retryKeys) {
		if (v.Fixed == nil) == (v.Exponential == nil) {
			r.fail(n, path, "want one of fixed and exponential")
		}
	})
	f := convert(keys, retryOf, retryKeysOf)
	keyed := f.write
	f.write = func(v strategy.Retry, full bool) *node {
		if _, again := v.(*strategy.Backoff); !again {
			return plain("none")
		}
		return keyed(v, full)
	}
	return wordOr(f, "a mapping", word[strategy.Retry]{"none", nil})
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

func fixedForm() form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return object(backoff{Factor: 1}, append([]key[backoff]{
		must(field("wait", "Before each retry.",
			durationForm(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
	}, attemptKeys()...), nil)
}

func exponentialForm() form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return object(backoff{Factor: doubling}, append([]key[backoff]{
		must(field("base", "The wait before the first retry, before jitter.",
			durationForm(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
		field("cap", "The longest wait, before jitter.",
			boundForm(), func(v *backoff) *time.Duration { return &v.Cap }),
		field("factor", "By what the wait grows per retry; 2 if left out.",
			numberForm(1, 1000), func(v *backoff) *float64 { return &v.Factor }),
		field("jitter", "none: v, the wait itself; full: 0 to v; equal: v/2 to v; decorrelated: base to three times the last wait.",
			words(word[strategy.Jitter]{"none", strategy.NoJitter}, word[strategy.Jitter]{"full", strategy.FullJitter},
				word[strategy.Jitter]{"equal", strategy.EqualJitter}, word[strategy.Jitter]{"decorrelated", strategy.Decorrelated}),
			func(v *backoff) *strategy.Jitter { return &v.Jitter }),
	}, attemptKeys()...), func(r *reader, n *node, path string, v *backoff) {
		if v.Cap > 0 && v.Cap < v.Base {
			r.fail(n.at("cap"), join(path, "cap"), "%s is below base, %s", formatDuration(v.Cap), formatDuration(v.Base))
		}
	})
}

// attemptKeys are the keys that fixed and exponential have in common.
func attemptKeys() []key[strategy.Backoff] {
	type backoff = strategy.Backoff
	return []key[backoff]{
		must(field("attempts", "How many in all, the first included.",
			integerForm(1, most), func(v *backoff) *int { return &v.Attempts })),
		field("after_last", "Whether to wait after the last failure too.",
			booleanForm(), func(v *backoff) *bool { return &v.AfterLast }),
		field("malformed_attempts", "In place of attempts, for answers that do not parse; 0 is no difference.",
			integerForm(0, most), func(v *backoff) *int { return &v.MalformedAttempts }),
		omitZero(field("restart", "Whether a retry begins at the first leg of the fetch.",
			booleanForm(), func(v *backoff) *bool { return &v.Restart })),
		omitZero(field("shared", "Whether attempts of all legs count, the good ones too.",
			booleanForm(), func(v *backoff) *bool { return &v.Shared })),
		field("other_link", "The outcomes after which, with the attempts used up, the next provider of the SDK's chain asks once more; none if left out.",
			outcomesOr("none"), func(v *backoff) *strategy.Conditions { return &v.OtherLinkOn }),
	}
}
