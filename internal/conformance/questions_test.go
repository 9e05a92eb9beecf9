package conformance

import (
	"time"

	"tenement/internal/service"
)

// question is what a client and its preset go through.
type question struct {
	kind    string // of the question, in the table
	answers string // in turn; the last one stays
	on      string // routes, of a service with several legs; "" is all
	calls   int
	every   time.Duration
	at      int // calls that begin together
	repeat  bool
	// quick is whether the question is in the part that CI runs.
	quick bool
}

// apart is from one call to the next: longer than any first call that succeeds takes,
// with a Java machine that has just started.
const apart = 4 * time.Second

// short is a life in which it matters when a call comes.
const short = "ok:10s"

// alone are the answers that are tried alone, for ever.
var alone = []string{
	"400", "401", "403", "404", "405", "429", "429json", "429ra:1", "500", "500json", "501", "502", "503", "503json", "504",
	"badjson", "empty", "missing", "truncate", "hang", "refuse", "cut", "reset", "slow:0.3", "expired:60", "ok",
}

// quickAlone are those of them that CI tries.
var quickAlone = map[string]bool{"404": true, "429": true, "503": true, "badjson": true, "truncate": true, "cut": true, "expired:60": true, "ok": true}

// questions are all that are asked of a client of a service.
func questions(s service.Service) []question {
	var all []question
	for _, a := range alone {
		all = append(all, question{kind: "alone", answers: a, calls: 1, quick: quickAlone[a]})
	}
	for _, list := range []string{"429,ok", "503,ok", "429,429,ok", "cut,ok", "badjson,ok", "truncate,ok", "500,429,ok"} {
		all = append(all, question{kind: "recovery", answers: list, calls: 1, quick: list == "429,429,ok"})
	}
	// A second call, with what the first has loaded: is it served, does it fetch, and
	// what does it get if that fails? One life a little shorter and one a little
	// longer than each refresh window there is.
	for _, life := range []string{"10s", "4m", "6m", "9m", "11m", "14m", "16m", "59m", "61m"} {
		all = append(all,
			question{kind: "window", answers: "ok:" + life, on: credentials(s), calls: 2, every: apart, quick: life == "4m" || life == "16m"},
			question{kind: "failed refresh", answers: "ok:" + life + ",503", on: credentials(s), calls: 2, every: apart, quick: life == "4m"},
		)
	}
	all = append(all,
		question{kind: "expired", answers: "expired:60", calls: 3, every: apart},
		question{kind: "expired", answers: "ok:4m,expired:60", on: credentials(s), calls: 2, every: apart},
		question{kind: "kept connection", answers: "ok:10s,cut,ok", on: credentials(s), calls: 2, every: apart, quick: true},
		question{kind: "kept connection", answers: "ok:10s,reset,ok", on: credentials(s), calls: 2, every: apart},
		question{kind: "first calls together", answers: "slow:0.3", calls: 6, at: 6, quick: true},
		question{kind: "first calls together", answers: "429", calls: 4, at: 4},
		question{kind: "waits", answers: "429", calls: 1, repeat: true},
		question{kind: "waits", answers: "503", calls: 1, repeat: true},
	)
	if s == service.IMDS {
		for _, a := range []string{"400", "403", "404", "429", "500", "503", "cut", "truncate", "hang"} {
			all = append(all,
				question{kind: "token", answers: a, on: "token", calls: 1, quick: a == "403" || a == "503"},
				question{kind: "role", answers: a, on: "role", calls: 1},
				question{kind: "keys", answers: a, on: "credentials", calls: 1, quick: a == "429"},
			)
		}
	}
	return all
}

// credentials is the route that a life is of: the others of the service are served.
func credentials(s service.Service) string {
	if s == service.IMDS {
		return "credentials"
	}
	return ""
}

// name is the question in a word, as a subtest has it.
func (q *question) name() string {
	name := q.kind + "/" + q.answers
	if q.on != "" {
		name += "@" + q.on
	}
	if q.calls > 1 {
		name += "x" + string(rune('0'+q.calls))
	}
	return name
}
