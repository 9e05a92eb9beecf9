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

// conditionWords are the words of `retry_on`, the wider ones first: a set is
// written with the first words that cover it.
var conditionWords = []form.Word[strategy.Conditions]{
	{Name: "4xx", Value: strategy.OnAny4xx},
	{Name: "429", Value: strategy.On429},
	{Name: "other_4xx", Value: strategy.On4xx},
	{Name: "400", Value: strategy.On400},
	{Name: "401", Value: strategy.On401},
	{Name: "403", Value: strategy.On403},
	{Name: "404", Value: strategy.On404},
	{Name: "405", Value: strategy.On405},
	{Name: "further_4xx", Value: strategy.OnFurther4xx},
	{Name: "5xx", Value: strategy.OnAny5xx},
	{Name: "500", Value: strategy.On500},
	{Name: "502", Value: strategy.On502},
	{Name: "503", Value: strategy.On503},
	{Name: "504", Value: strategy.On504},
	{Name: "other_5xx", Value: strategy.On5xx},
	{Name: "timeout", Value: strategy.OnTimeout},
	{Name: "connect_timeout", Value: strategy.OnConnectTimeout},
	{Name: "response_timeout", Value: strategy.OnResponseTimeout},
	{Name: "connection", Value: strategy.OnConnection},
	{Name: "refused", Value: strategy.OnRefused},
	{Name: "reset", Value: strategy.OnReset},
	{Name: "truncated", Value: strategy.OnTruncated},
	{Name: "malformed", Value: strategy.OnMalformed},
	{Name: "missing_field", Value: strategy.OnMissingField},
	{Name: "empty", Value: strategy.OnEmpty},
	{Name: "throttle_code", Value: strategy.OnThrottleCode},
}

// conditionsForm is a list of outcomes.
func conditionsForm() form.Form[strategy.Conditions] {
	one := form.Words(conditionWords...)
	// Status codes are numbers to an editor.
	one.Schema = func() *form.Schema {
		s := &form.Schema{}
		for _, w := range conditionWords {
			if w.Name[0] >= '0' && w.Name[0] <= '9' && w.Name[1] != 'x' {
				s.Enum = append(s.Enum, int(w.Name[0]-'0')*100+int(w.Name[1]-'0')*10+int(w.Name[2]-'0'))
			} else {
				s.Enum = append(s.Enum, w.Name)
			}
		}
		return s
	}
	return form.SetOf(one, conditionWords).Named("outcomes")
}

// outcomesOr is a list of outcomes, or a word for the empty set.
func outcomesOr(nothing string) form.Form[strategy.Conditions] {
	return form.WordOr(conditionsForm(), "a list of outcomes", form.NewWord[strategy.Conditions](nothing, 0)).Named("outcomes-or-" + nothing)
}
