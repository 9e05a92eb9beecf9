package profiles

import (
	"tenement/internal/strategy"
)

// conditionWords are the words of `retry_on`, the wider ones first: a set is
// written with the first words that cover it.
var conditionWords = []word[strategy.Conditions]{
	{"4xx", strategy.OnAny4xx},
	{"429", strategy.On429},
	{"other_4xx", strategy.On4xx},
	{"400", strategy.On400},
	{"401", strategy.On401},
	{"403", strategy.On403},
	{"404", strategy.On404},
	{"405", strategy.On405},
	{"further_4xx", strategy.OnFurther4xx},
	{"5xx", strategy.OnAny5xx},
	{"500", strategy.On500},
	{"502", strategy.On502},
	{"503", strategy.On503},
	{"504", strategy.On504},
	{"other_5xx", strategy.On5xx},
	{"timeout", strategy.OnTimeout},
	{"connect_timeout", strategy.OnConnectTimeout},
	{"response_timeout", strategy.OnResponseTimeout},
	{"connection", strategy.OnConnection},
	{"refused", strategy.OnRefused},
	{"reset", strategy.OnReset},
	{"malformed", strategy.OnMalformed},
	{"missing_field", strategy.OnMissingField},
	{"empty", strategy.OnEmpty},
	{"throttle_code", strategy.OnThrottleCode},
}

// conditionsForm is a list of outcomes.
func conditionsForm() form[strategy.Conditions] {
	one := words(conditionWords...)
	// Status codes are numbers to an editor.
	one.schema = func() *schema {
		s := &schema{}
		for _, w := range conditionWords {
			if w.name[0] >= '0' && w.name[0] <= '9' && w.name[1] != 'x' {
				s.Enum = append(s.Enum, int(w.name[0]-'0')*100+int(w.name[1]-'0')*10+int(w.name[2]-'0'))
			} else {
				s.Enum = append(s.Enum, w.name)
			}
		}
		return s
	}
	return setOf(one, conditionWords)
}

// outcomesOr is a list of outcomes, or a word for the empty set.
func outcomesOr(nothing string) form[strategy.Conditions] {
	return wordOr(conditionsForm(), "a list of outcomes", word[strategy.Conditions]{nothing, 0})
}
