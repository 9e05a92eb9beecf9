package plan

// The kinds of case.
const (
	StrategyCase = "strategy"
	WhatIfCase   = "what_if"
)

// Case is a profile with one thing changed: a row of a report. Names are unique
// within a profile.
type Case struct {
	Name  string
	Title string // what a report prints, the name if it has no title of its own
	Kind  string // StrategyCase or WhatIfCase
	Set   []Setting
	// SDKSetting is what to set in which SDK to get the case's strategy, "" if nothing
	// says it.
	SDKSetting string
}

// Setting is a path of a profile, such as endpoint.limit.rate, and its value in
// this case, as text.
type Setting struct{ Path, Value string }
