package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/throttle"
)

// exceedForm is `on_exceed`: reject, drop, delay, or a mapping that describes
// the refusal.
func exceedForm() form.Form[throttle.OnExceed] {
	type exceed = throttle.OnExceed
	f := form.Object(exceed{Status: 429}, []form.Key[exceed]{
		form.Always(form.Field("status", "The status of a refusal; 429 if left out.",
			form.Integer(400, 599), func(v *exceed) *int { return &v.Status })),
		form.OmitZero(form.Field("body", "The body of a refusal; the real server's for that status if left out.",
			form.Text(), func(v *exceed) *string { return &v.Body })),
		form.OmitZero(form.Field("retry_after", "The Retry-After header of a refusal: exact is the time left to wait, rounded up to whole seconds.",
			retryAfterForm(), func(v *exceed) *duration { return &v.RetryAfter })),
	}, nil)
	w := form.WordOr(f, "a mapping with status",
		form.NewWord[exceed]("reject", exceed{Status: 429}),
		form.NewWord[exceed]("drop", exceed{Action: throttle.Drop}),
		form.NewWord[exceed]("delay", exceed{Action: throttle.Delay}))
	w.Write = func(v exceed, full bool) *form.Node {
		if v.Action != throttle.Reject {
			return form.Plain(v.Action.String())
		}
		return f.Write(v, full)
	}
	return w.Named("on-exceed")
}

// retryAfterForm is the Retry-After of a refusal: none, exact or whole seconds.
func retryAfterForm() form.Form[time.Duration] {
	return form.WordFirst(form.Seconds(time.Second),
		form.NewWord[time.Duration]("none", 0),
		form.NewWord[time.Duration]("exact", throttle.RetryExactly))
}
