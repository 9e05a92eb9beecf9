package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

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
