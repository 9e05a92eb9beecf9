package symptom

import "slices"

// Text is a text that is recognised.
type Text struct {
	Phrases string // in their order, with … between them
	Source  string // who writes it
	Leg     Leg    // which request it is, if nothing else in the text tells better
}

// Texts returns the texts that are recognised, those of one writer together.
func Texts() []Text {
	var all []Text
	first := make(map[string]int) // row of a writer
	for i, r := range table() {
		if _, ok := first[r.source]; !ok {
			first[r.source] = i
		}
		all = append(all, Text{r.text, r.source, r.leg})
	}
	slices.SortStableFunc(all, func(a, b Text) int { return first[a.Source] - first[b.Source] })
	return all
}

// Causes returns every cause that some text can have, each once. What depends on the text
// stands in braces: {endpoint}, {action}, {leg}, {missing},
// {parameters} and {preset}.
func Causes() []Cause {
	var all []Cause
	add := func(some []Cause) {
		for _, c := range some {
			if !slices.ContainsFunc(all, func(a Cause) bool { return a.Name == c.Name }) {
				all = append(all, c)
			}
		}
	}
	for l := range endOfLegs {
		for h := range endOfHows {
			add(likely(l, h, false))
		}
	}
	for _, r := range table() {
		add(r.causes)
	}
	return all
}
