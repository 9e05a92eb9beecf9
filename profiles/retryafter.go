package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// retryAfterUse is the `retry_after` of a retry: ignore, honour, or a mapping.
func retryAfterUse() form.Form[strategy.RetryAfter] {
	type after = strategy.RetryAfter
	f := form.Object(after{}, []form.Key[after]{
		form.Required(form.Field("use", "at_least: the longer of the backoff and what is asked for; added: the sum of both; instead: what is asked for, even if the backoff is longer.",
			form.Words(form.NewWord[strategy.RetryAfterUse]("at_least", strategy.AtLeast), form.NewWord[strategy.RetryAfterUse]("added", strategy.Added),
				form.NewWord[strategy.RetryAfterUse]("instead", strategy.Instead)),
			func(v *after) *strategy.RetryAfterUse { return &v.Use })),
		form.Field("within", "How much longer than the backoff an at_least wait can be.",
			form.Bound(), func(v *after) *time.Duration { return &v.Within }),
		form.OmitZero(form.Field("most", "The longest wait that is taken from a header; one that asks for more counts as this.",
			form.Bound(), func(v *after) *time.Duration { return &v.Most })),
		form.Field("on", "The outcomes whose header counts; all if left out.",
			outcomesOr("all"), func(v *after) *strategy.Conditions { return &v.On }),
		form.Field("header", "Which header is read: retry-after, in seconds; x-amz-retry-after, in milliseconds; or either, the latter first.",
			form.Words(form.NewWord[strategy.RetryHeader]("retry-after", strategy.StandardHeader),
				form.NewWord[strategy.RetryHeader]("x-amz-retry-after", strategy.AmzHeader),
				form.NewWord[strategy.RetryHeader]("either", strategy.EitherHeader)),
			func(v *after) *strategy.RetryHeader { return &v.Header }),
	}, func(r *form.Reader, n *form.Node, path string, v *after) {
		if v.Use != strategy.AtLeast && v.Within > 0 {
			r.Fail(n.At("within"), form.Join(path, "within"), "is for at_least only")
		}
	})
	return form.WordOr(f, "a mapping",
		form.NewWord[after]("ignore", after{}),
		form.NewWord[after]("honour", after{Use: strategy.AtLeast})).Named("retry-after-use")
}
