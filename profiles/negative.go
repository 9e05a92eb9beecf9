package profiles

import (
	"fmt"
	"reflect"
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// negativeForm is the `negative` of a cache: a time, or a mapping with it.
func negativeForm() form.Form[strategy.Negative] {
	type negative = strategy.Negative
	plain := form.Convert(form.Duration(0, 0), func(d time.Duration) negative { return negative{For: d} }, func(v negative) time.Duration { return v.For })
	mapping := form.Object(negative{}, []form.Key[negative]{
		form.Required(form.Field("for", "How long a failed fetch is remembered; 0s is not at all.",
			form.Duration(0, 0), func(v *negative) *duration { return &v.For })),
		form.OmitZero(form.Field("jitter", "The largest fraction by which that time shrinks, at random.",
			form.Fraction(), func(v *negative) *float64 { return &v.Jitter })),
		form.OmitZero(form.Field("classes", "Failures that are remembered for another time: the first class that fits replaces for.",
			form.List(negativeClassForm(), 1), func(v *negative) *[]strategy.NegativeClass { return &v.Classes })),
	}, func(r *form.Reader, n *form.Node, path string, v *negative) {
		var before strategy.Conditions
		for i, c := range v.Classes {
			if c.On != 0 && c.On&^before == 0 {
				r.Fail(n.Item("classes", i).At("on"), form.Join(path, fmt.Sprintf("classes[%d].on", i)), "an earlier class has all of it: the first that fits counts")
			}
			before |= c.On
		}
	})
	return scalarOr(plain, mapping, func(v negative) bool { return v.Jitter == 0 && len(v.Classes) == 0 }).Named("negative")
}

func negativeClassForm() form.Form[strategy.NegativeClass] {
	type class = strategy.NegativeClass
	return form.Object(class{}, []form.Key[class]{
		form.Required(form.Field("on", "The outcomes of a fetch that are remembered so long.",
			conditionsForm(), func(v *class) *strategy.Conditions { return &v.On })),
		form.Required(form.Field("for", "How long; 0s is not at all.",
			form.Duration(0, 0), func(v *class) *duration { return &v.For })),
	}, nil)
}

// isZero reports whether a value of a type that cannot be compared is the zero value.
func isZero[T any](v T) bool { return reflect.ValueOf(&v).Elem().IsZero() }
