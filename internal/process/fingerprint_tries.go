package process

import (
	"fmt"
	"strings"

	"tenement/internal/strategy"
	"tenement/internal/words"
)

// readTries finds how often each answer is tried.
func (f *fingerprint) readTries(single []*cell) {
	of := f.battery.config.Service
	most := make(map[int]int) // calls by tries, of those that try again
	for i, o := range outcomes {
		n := len(asked(of, &single[i].made[0], credentials))
		if len(single[i].made) > 1 {
			if again := len(asked(of, &single[i].made[1], credentials)); again > 0 && n == 2*again {
				n, f.twice = again, true
			}
		}
		f.tries[o.answer] = n
		if n > 1 && o.answer != "hang" {
			most[n]++
		}
	}
	attempts := 1
	for n, calls := range most {
		if calls > most[attempts] || calls == most[attempts] && n > attempts {
			attempts = n
		}
	}
	if f.twice {
		f.tries["hang"] = min(f.tries["hang"], attempts) // it is one call, with two loads
		f.Strategy.FirstUse = 2
		f.saw("a first call that fails loads twice; tries are those of one load")
	}
	f.saw("tries: %s", f.triesInWords())
	if attempts == 1 {
		f.Strategy.Retry = strategy.NoRetry{}
		return
	}
	b := &strategy.Backoff{Attempts: attempts, Wait: strategy.Wait{Factor: 1}}
	for i, o := range outcomes {
		n := f.tries[o.answer]
		switch {
		case o.answer == "429json" && f.tries["429"] > 1, n <= 1: // On429 says it
			continue
		case o.answer == "badjson" && n != attempts:
			b.MalformedAttempts = n
		case n-1 < attempts-n:
			f.unknown("%s is tried %s, which is said here as once", o.answer, times(n))
			continue
		case n != attempts:
			f.unknown("%s is tried %s, which is said here as %d", o.answer, times(n), attempts)
		}
		b.On |= outcomes[i].on
	}
	f.backoff, f.Strategy.Retry = b, b
}

// triesInWords lists the answers by how often they are tried.
func (f *fingerprint) triesInWords() string {
	by := make(map[int][]string)
	top := 0
	for _, o := range outcomes {
		n := f.tries[o.answer]
		by[n] = append(by[n], o.answer)
		top = max(top, n)
	}
	var parts []string
	for n := top; n >= 0; n-- {
		if len(by[n]) > 0 {
			parts = append(parts, times(n)+" after "+words.List(by[n], "and"))
		}
	}
	return strings.Join(parts, "; ")
}

// times is how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
