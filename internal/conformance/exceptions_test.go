package conformance

import "regexp"

// exception is cells in which an SDK is known to differ from its preset, and why.
type exception struct {
	cells  *regexp.Regexp // of their names, SDK/SERVICE/KIND/ANSWERS
	reason string
}

type exceptionList []exception

// exceptions are all that are known.
var exceptions = exceptionList{}

func (l exceptionList) reason(name string) string {
	for _, e := range l {
		if e.cells.MatchString(name) {
			return e.reason
		}
	}
	return ""
}
