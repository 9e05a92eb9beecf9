package profiles

import (
	"cmp"
	"fmt"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// retryKeys are the keys of a `retry` mapping.
type retryKeys struct {
	Fixed, Exponential, Listed *strategy.Backoff
	Classes                    []strategy.Class
	On                         strategy.Conditions
	After                      strategy.RetryAfter
}

// retryForm is none, or a mapping with one of fixed, exponential and listed.
func retryForm() form.Form[strategy.Retry] {
	keys := form.Object(retryKeys{On: strategy.OnDefault}, []form.Key[retryKeys]{
		form.Field("fixed", "The same wait before each retry.",
			form.Optional(fixedForm()), func(v *retryKeys) **strategy.Backoff { return &v.Fixed }),
		form.Field("exponential", "A wait that grows from retry to retry.",
			form.Optional(exponentialForm()), func(v *retryKeys) **strategy.Backoff { return &v.Exponential }),
		form.Field("listed", "A list of waits.",
			form.Optional(listedForm()), func(v *retryKeys) **strategy.Backoff { return &v.Listed }),
		form.OmitZero(form.Field("classes", "Outcomes with waits of their own: the first class that fits replaces the waits of fixed, exponential or listed.",
			form.List(classForm(), 1), func(v *retryKeys) *[]strategy.Class { return &v.Classes })),
		form.Always(form.Field("retry_on", "The outcomes after which to try again: [429, 5xx, timeout, connection] if left out.",
			conditionsForm(), func(v *retryKeys) *strategy.Conditions { return &v.On })),
		form.Field("retry_after", "What becomes of the wait that an answer asks for: honour waits at least so long.",
			retryAfterUse(), func(v *retryKeys) *strategy.RetryAfter { return &v.After }),
	}, func(r *form.Reader, n *form.Node, path string, v *retryKeys) {
		given := 0
		for _, kind := range []*strategy.Backoff{v.Fixed, v.Exponential, v.Listed} {
			if kind != nil {
				given++
			}
		}
		if given != 1 {
			r.Fail(n, path, "want one of fixed, exponential and listed")
		}
		var before strategy.Conditions
		for i, c := range v.Classes {
			if c.On != 0 && c.On&^before == 0 {
				r.Fail(n.Item("classes", i).At("on"), form.Join(path, fmt.Sprintf("classes[%d].on", i)), "an earlier class has all of it: the first that fits counts")
			}
			before |= c.On
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
	b := cmp.Or(k.Fixed, k.Exponential, k.Listed)
	if b == nil {
		return nil // after an error
	}
	policy := *b
	policy.On, policy.Classes, policy.RetryAfter = k.On, k.Classes, k.After
	return &policy
}

// retryKeysOf is the mapping of a policy, the inverse of retryOf.
func retryKeysOf(v strategy.Retry) retryKeys {
	b, ok := v.(*strategy.Backoff)
	if !ok {
		return retryKeys{}
	}
	policy := *b
	policy.On, policy.Classes, policy.RetryAfter = 0, nil, strategy.RetryAfter{}
	k := retryKeys{On: b.On, Classes: b.Classes, After: b.RetryAfter}
	switch {
	case len(b.Waits) > 0:
		k.Listed = &policy
	case b.Factor == 1 && b.Jitter == strategy.NoJitter && b.Cap == 0 && !b.CapExact:
		k.Fixed = &policy
	default:
		policy.Factor = cmp.Or(policy.Factor, doubling)
		k.Exponential = &policy
	}
	return k
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
	{Name: "text", Value: strategy.OnText},
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
