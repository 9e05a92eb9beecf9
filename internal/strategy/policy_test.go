package strategy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// steps plays a script against a policy: each line is an instant, what is asked or heard
// then, and what the policy says. Words may be repeated: "ok*3". first asks about a first
// try, retry about a retry that is sent, plan about one that is decided; ok, 429 and slow
// (a success that takes 2 s) are heard; back gives the last send back, old-back
// one of the instant 0, plan-back a planned retry.
func steps(t *testing.T, p policy, script string) {
	t.Helper()
	p.reset()
	var entered time.Duration // when the last send may be made
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		line, _, _ = strings.Cut(line, "//")
		did, want, _ := strings.Cut(strings.TrimSpace(line), " -> ")
		fields := strings.Fields(did)
		now, err := time.ParseDuration(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, word := range fields[1:] {
			word, times, _ := strings.Cut(word, "*")
			n := 1
			if times != "" {
				if _, err := fmt.Sscan(times, &n); err != nil {
					t.Fatal(err)
				}
			}
			for range n {
				if said := step(p, now, &entered, word); said != "" && (len(got) == 0 || got[len(got)-1] != said) {
					got = append(got, said)
				}
			}
		}
		if said := strings.Join(got, ", "); said != want {
			t.Fatalf("%s: got %q, want %q", did, said, want)
		}
	}
}

// step is one word of a script.
func step(p policy, now time.Duration, entered *time.Duration, word string) string {
	k := &Call{state: state{entered: *entered}}
	var v verdict
	switch word {
	case "ok":
		p.heard(now, asking{}, &Outcome{Status: 200})
		return ""
	case "slow":
		p.heard(now, asking{took: 2 * time.Second}, &Outcome{Status: 200})
		return ""
	case "429":
		p.heard(now, asking{}, &Outcome{Status: 429, Body: BodyText})
		return ""
	case "404":
		p.heard(now, asking{}, &Outcome{Status: 404, Body: BodyText})
		return ""
	case "back":
		p.giveBack(asking{call: k, first: true})
		return ""
	case "old-back":
		p.giveBack(asking{call: &Call{}, first: true})
		return ""
	case "plan-back":
		p.giveBack(asking{call: k, planned: true})
		return ""
	case "lost":
		p.giveBack(asking{call: k, first: true, sent: true})
		return ""
	case "first":
		v = p.ask(now, asking{call: k, first: true})
	case "retry":
		v = p.ask(now, asking{call: k})
	case "plan":
		v = p.ask(now, asking{call: k, planned: true})
	default:
		panic(word)
	}
	*entered = now + v.after
	switch {
	case v.refused:
		return "refused"
	case v.after > 0:
		return v.after.String()
	}
	return "pass"
}
