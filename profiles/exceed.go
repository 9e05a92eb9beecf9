package profiles

import (
	"time"

	"tenement/internal/throttle"
)

// exceedForm is `on_exceed`: reject, drop, delay, or a mapping that describes
// the refusal.
func exceedForm() form[throttle.OnExceed] {
	type exceed = throttle.OnExceed
	f := object(exceed{Status: 429}, []key[exceed]{
		always(field("status", "The status of a refusal; 429 if left out.",
			integerForm(400, 599), func(v *exceed) *int { return &v.Status })),
		omitZero(field("body", "The body of a refusal; what the real server says with that status if left out.",
			textForm(), func(v *exceed) *string { return &v.Body })),
		omitZero(field("retry_after", "The header of that name in a refusal: exact is what is left to wait, rounded up to whole seconds.",
			retryAfterForm(), func(v *exceed) *duration { return &v.RetryAfter })),
	}, nil)
	w := wordOr(f, "a mapping with status",
		word[exceed]{"reject", exceed{Status: 429}},
		word[exceed]{"drop", exceed{Action: throttle.Drop}},
		word[exceed]{"delay", exceed{Action: throttle.Delay}})
	w.write = func(v exceed, full bool) *node {
		if v.Action != throttle.Reject {
			return plain(v.Action.String())
		}
		return f.write(v, full)
	}
	return w
}

// retryAfterForm is the Retry-After of a refusal: none, exact or whole seconds.
func retryAfterForm() form[time.Duration] {
	return wordFirst(secondsForm(time.Second),
		word[time.Duration]{"none", 0},
		word[time.Duration]{"exact", throttle.RetryExactly})
}
