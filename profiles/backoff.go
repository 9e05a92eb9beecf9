package profiles

import (
	"cmp"
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// doubling is the growth of an exponential backoff unless told otherwise.
const doubling = 2

// fixedForm is a backoff with one wait.
func fixedForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	return form.Object(backoff{Wait: strategy.Wait{Factor: 1}}, append([]form.Key[backoff]{
		form.Required(form.Field("wait", "Before each retry.",
			form.Duration(0, 0), func(v *backoff) *time.Duration { return &v.Base })),
	}, attemptKeys()...), nil)
}

// exponentialForm is a backoff whose waits grow.
func exponentialForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	wait := func(v *backoff) *strategy.Wait { return &v.Wait }
	keys := append([]form.Key[backoff]{form.Required(baseKey(wait))}, growthKeys(wait)...)
	return form.Object(backoff{Wait: strategy.Wait{Factor: doubling}}, append(keys, attemptKeys()...),
		func(r *form.Reader, n *form.Node, path string, v *backoff) { checkCap(r, n, path, &v.Wait) })
}

// listedForm is a backoff with a list of waits. Its Base, Cap and Factor say
// nothing.
func listedForm() form.Form[strategy.Backoff] {
	type backoff = strategy.Backoff
	wait := func(v *backoff) *strategy.Wait { return &v.Wait }
	return form.Object(backoff{}, append([]form.Key[backoff]{form.Required(waitsKey(wait, "")), jitterKey(wait)}, attemptKeys()...),
		func(r *form.Reader, n *form.Node, path string, v *backoff) { checkListed(r, n, path, &v.Wait) })
}

// classForm is one of the `classes` of a retry.
func classForm() form.Form[strategy.Class] {
	type class = strategy.Class
	wait := func(v *class) *strategy.Wait { return &v.Wait }
	keys := []form.Key[class]{
		form.Required(form.Field("on", "The outcomes after which to wait so.",
			conditionsForm(), func(v *class) *strategy.Conditions { return &v.On })),
		form.Always(baseKey(wait)),
	}
	keys = append(keys, growthKeys(wait)...)
	keys = append(keys, spreadKey(wait), form.OmitZero(waitsKey(wait, " In place of base, cap and factor.")))
	f := form.Object(class{Wait: strategy.Wait{Factor: doubling}}, keys, func(r *form.Reader, n *form.Node, path string, v *class) {
		if len(v.Waits) == 0 {
			if n.Get("base") == nil && n.Get("waits") == nil {
				r.Fail(n, path, "want base or waits")
				return
			}
			checkCap(r, n, path, &v.Wait)
			return
		}
		for _, key := range notListed {
			if n.Get(key) != nil {
				r.Fail(n.At(key), form.Join(path, key), "is not for a class with waits")
			}
		}
		checkListed(r, n, path, &v.Wait)
		v.Factor = 0 // it says nothing
	})
	// With waits, the rest is left out of a full document too: they exclude it.
	keyed := f.Write
	f.Write = func(v class, full bool) *form.Node {
		v.Factor = cmp.Or(v.Factor, doubling)
		n := keyed(v, full)
		if len(v.Waits) > 0 {
			n.Remove(notListed...)
		}
		return n
	}
	return f.Named("class")
}

// notListed are the keys of a class that waits exclude.
var notListed = []string{"base", "cap", "factor", "cap_exact"}

// The keys of a Wait, which is where wait says.

func baseKey[T any](wait func(*T) *strategy.Wait) form.Key[T] {
	return form.Field("base", "The wait before the first retry, before jitter.",
		form.Duration(0, 0), func(v *T) *time.Duration { return &wait(v).Base })
}

// growthKeys are those of a wait that grows, without its base and its spread.
func growthKeys[T any](wait func(*T) *strategy.Wait) []form.Key[T] {
	return []form.Key[T]{
		form.Field("cap", "The longest wait, before jitter.", form.Bound(), func(v *T) *time.Duration { return &wait(v).Cap }),
		form.Field("factor", "The factor by which the wait grows per retry; 2 if left out.",
			growth(), func(v *T) *float64 { return &wait(v).Factor }),
		jitterKey(wait),
		form.OmitZero(form.Field("cap_exact", "Whether a wait that grows beyond cap is exactly cap, without jitter.",
			form.Boolean(), func(v *T) *bool { return &wait(v).CapExact })),
	}
}

func jitterKey[T any](wait func(*T) *strategy.Wait) form.Key[T] {
	return form.Field("jitter", "none: v, the wait itself; full: 0 to v; equal: v/2 to v; decorrelated: base to three times the last wait.",
		jitterForm(), func(v *T) *strategy.Jitter { return &wait(v).Jitter })
}

func spreadKey[T any](wait func(*T) *strategy.Wait) form.Key[T] {
	return form.OmitZero(form.Field("spread", "What is added to each wait at random, evenly: this at most.",
		form.Duration(0, 0), func(v *T) *time.Duration { return &wait(v).Spread }))
}

// waitsKey is the key of a list of waits; more is what else to say about it.
func waitsKey[T any](wait func(*T) *strategy.Wait, more string) form.Key[T] {
	return form.Field("waits", "The waits before the first retry, the second and so on; the last one repeats."+more,
		form.List(form.Duration(0, 0), 1), func(v *T) *[]time.Duration { return &wait(v).Waits })
}

// growth is the factor of an exponential backoff.
func growth() form.Form[float64] { return form.Number(1, 1000) }

func jitterForm() form.Form[strategy.Jitter] {
	return form.Words(form.NewWord[strategy.Jitter]("none", strategy.NoJitter), form.NewWord[strategy.Jitter]("full", strategy.FullJitter),
		form.NewWord[strategy.Jitter]("equal", strategy.EqualJitter), form.NewWord[strategy.Jitter]("decorrelated", strategy.Decorrelated))
}

// checkCap checks the cap of a wait that grows.
func checkCap(r *form.Reader, n *form.Node, path string, w *strategy.Wait) {
	switch {
	case w.Cap > 0 && w.Cap < w.Base:
		r.Fail(n.At("cap"), form.Join(path, "cap"), "%s is below base, %s", form.FormatDuration(w.Cap), form.FormatDuration(w.Base))
	case w.Cap == 0 && w.CapExact:
		r.Fail(n.At("cap_exact"), form.Join(path, "cap_exact"), "needs cap beside it")
	}
}

// checkListed checks the jitter of a list of waits.
func checkListed(r *form.Reader, n *form.Node, path string, w *strategy.Wait) {
	if w.Jitter == strategy.Decorrelated {
		r.Fail(n.At("jitter"), form.Join(path, "jitter"), "decorrelated is not for a list of waits: want none, full or equal")
	}
}

// attemptKeys are the keys that all kinds of backoff have in common.
func attemptKeys() []form.Key[strategy.Backoff] {
	type backoff = strategy.Backoff
	return []form.Key[backoff]{
		form.Required(form.Field("attempts", "How many in all, the first included.",
			form.Integer(1, most), func(v *backoff) *int { return &v.Attempts })),
		spreadKey(func(v *backoff) *strategy.Wait { return &v.Wait }),
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
