package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// doubling is the growth of an exponential backoff unless told otherwise.
const doubling = 2

// fixedForm is a backoff with one wait.
func fixedForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return form.Object(backoff{Factor: 1}, append([]form.Key[backoff]{
		form.Required(form.Field("wait", "Before each retry.",
			form.Duration(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
	}, attemptKeys()...), nil)
}

// exponentialForm is a backoff whose waits grow.
func exponentialForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return form.Object(backoff{Factor: doubling}, append([]form.Key[backoff]{
		form.Required(form.Field("base", "The wait before the first retry, before jitter.",
			form.Duration(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
		form.Field("cap", capDoc, form.Bound(), func(v *backoff) *time.Duration { return &v.Cap }),
		form.Field("factor", factorDoc, growth(), func(v *backoff) *float64 { return &v.Factor }),
		form.Field("jitter", jitterDoc, jitterForm(), func(v *backoff) *strategy.Jitter { return &v.Jitter }),
		form.OmitZero(form.Field("cap_exact", capExactDoc, form.Boolean(), func(v *backoff) *bool { return &v.CapExact })),
	}, attemptKeys()...), func(r *form.Reader, n *form.Node, path string, v *backoff) {
		checkCap(r, n, path, v.Base, v.Cap, v.CapExact)
	})
}

// listedForm is a backoff with a list of waits. Its Base, Cap and Factor say
// nothing.
func listedForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return form.Object(backoff{}, append([]form.Key[backoff]{
		form.Required(form.Field("waits", waitsDoc, waitsForm(), func(v *backoff) *[]time.Duration { return &v.Waits })),
		form.Field("jitter", jitterDoc, jitterForm(), func(v *backoff) *strategy.Jitter { return &v.Jitter }),
	}, attemptKeys()...), func(r *form.Reader, n *form.Node, path string, v *backoff) {
		checkListed(r, n, path, v.Jitter)
	})
}

// classForm is one of the `classes` of a retry.
func classForm() form.Form[strategy.Class] {
	type class = strategy.Class
	f := form.Object(class{Factor: doubling}, []form.Key[class]{
		form.Required(form.Field("on", "The outcomes after which to wait so.",
			conditionsForm(), func(v *class) *strategy.Conditions { return &v.On })),
		form.Always(form.Field("base", "The wait before the first retry, before jitter.",
			form.Duration(0, 0), func(v *class) *time.Duration { return &v.Base })),
		form.Field("cap", capDoc, form.Bound(), func(v *class) *time.Duration { return &v.Cap }),
		form.Field("factor", factorDoc, growth(), func(v *class) *float64 { return &v.Factor }),
		form.Field("jitter", jitterDoc, jitterForm(), func(v *class) *strategy.Jitter { return &v.Jitter }),
		form.OmitZero(form.Field("spread", spreadDoc, form.Duration(0, 0), func(v *class) *time.Duration { return &v.Spread })),
		form.OmitZero(form.Field("cap_exact", capExactDoc, form.Boolean(), func(v *class) *bool { return &v.CapExact })),
		form.OmitZero(form.Field("waits", waitsDoc+" In place of base, cap and factor.",
			waitsForm(), func(v *class) *[]time.Duration { return &v.Waits })),
	}, func(r *form.Reader, n *form.Node, path string, v *class) {
		switch {
		case n.Get("base") == nil && n.Get("waits") == nil:
			r.Fail(n, path, "want base or waits")
		case len(v.Waits) == 0:
			checkCap(r, n, path, v.Base, v.Cap, v.CapExact)
		}
		if len(v.Waits) == 0 {
			return
		}
		for _, key := range []string{"base", "cap", "factor", "cap_exact"} {
			if n.Get(key) != nil {
				r.Fail(n.At(key), form.Join(path, key), "is not for a class with waits")
			}
		}
		checkListed(r, n, path, v.Jitter)
	})
	// With waits, the rest is left out of a full document too: they exclude it.
	keyed := f.Write
	f.Write = func(v class, full bool) *form.Node {
		if v.Factor == 0 {
			v.Factor = doubling
		}
		n := keyed(v, full)
		if len(v.Waits) > 0 {
			n.Remove("base", "cap", "factor", "cap_exact")
		}
		return n
	}
	return f.Named("class")
}

// What the keys of several kinds of backoff mean.
const (
	capDoc      = "The longest wait, before jitter."
	capExactDoc = "Whether a wait that grows beyond cap is exactly cap, without jitter."
	factorDoc   = "The factor by which the wait grows per retry; 2 if left out."
	jitterDoc   = "none: v, the wait itself; full: 0 to v; equal: v/2 to v; decorrelated: base to three times the last wait."
	spreadDoc   = "What is added to each wait at random, evenly: this at most."
	waitsDoc    = "The waits before the first retry, the second and so on; the last one repeats."
)

// growth is the factor of an exponential backoff.
func growth() form.Form[float64] { return form.Number(1, 1000) }

// waitsForm is a list of waits.
func waitsForm() form.Form[[]time.Duration] { return form.List(form.Duration(0, 0), 1) }

func jitterForm() form.Form[strategy.Jitter] {
	return form.Words(form.NewWord[strategy.Jitter]("none", strategy.NoJitter), form.NewWord[strategy.Jitter]("full", strategy.FullJitter),
		form.NewWord[strategy.Jitter]("equal", strategy.EqualJitter), form.NewWord[strategy.Jitter]("decorrelated", strategy.Decorrelated))
}

// checkCap checks the cap of an exponential backoff.
func checkCap(r *form.Reader, n *form.Node, path string, base, limit time.Duration, exact bool) {
	switch {
	case limit > 0 && limit < base:
		r.Fail(n.At("cap"), form.Join(path, "cap"), "%s is below base, %s", form.FormatDuration(limit), form.FormatDuration(base))
	case limit == 0 && exact:
		r.Fail(n.At("cap_exact"), form.Join(path, "cap_exact"), "needs cap beside it")
	}
}

// checkListed checks the jitter of a backoff with a list of waits.
func checkListed(r *form.Reader, n *form.Node, path string, jitter strategy.Jitter) {
	if jitter == strategy.Decorrelated {
		r.Fail(n.At("jitter"), form.Join(path, "jitter"), "decorrelated is not for a list of waits: want none, full or equal")
	}
}

// attemptKeys are the keys that all kinds of backoff have in common.
func attemptKeys() []form.Key[strategy.Backoff] {
	type backoff = strategy.Backoff
	return []form.Key[backoff]{
		form.Required(form.Field("attempts", "How many in all, the first included.",
			form.Integer(1, most), func(v *backoff) *int { return &v.Attempts })),
		form.OmitZero(form.Field("spread", spreadDoc, form.Duration(0, 0), func(v *backoff) *time.Duration { return &v.Spread })),
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
