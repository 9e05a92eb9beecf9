package strategy

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// TestAdaptiveIsBotocore holds the limiter of adaptive mode against what botocore's own
// classes did, send by send: how long a send waits for its token, the measured rate, the
// rate of tokens, the capacity and the tokens. testdata/adaptive.py made the numbers.
func TestAdaptiveIsBotocore(t *testing.T) {
	text, err := os.ReadFile("testdata/adaptive.txt")
	if err != nil {
		t.Fatal(err)
	}
	var p adaptive
	name, sends, waits := "", 0, 0
	for line := range strings.Lines(string(text)) {
		if head, ok := strings.CutPrefix(line, "# "); ok {
			var start float64
			var more bool
			if name, _, more = strings.Cut(head, ", from "); more {
				if _, err := fmt.Sscan(head[len(name)+len(", from "):], &start); err != nil {
					t.Fatal(err)
				}
				p = adaptive{Adaptive: AdaptiveWait}
				p.start(start)
			}
			continue
		}
		var wanted, waited, answered, throttled, measured, fillRate, capacity, tokens float64
		if _, err := fmt.Sscan(line, &wanted, &waited, &answered, &throttled, &measured, &fillRate, &capacity, &tokens); err != nil {
			t.Fatal(err)
		}
		now := time.Duration(math.Round(wanted * 1e9))
		asked := now
		for v := p.ask(now, asking{}); v.again; v = p.ask(now, asking{}) {
			now += v.after
		}
		o := Outcome{Status: 200}
		if throttled == 1 {
			o = Outcome{Status: 429, Body: BodyText}
		}
		p.heard(time.Duration(math.Round(answered*1e9)), asking{}, &o)
		got := [...]float64{(now - asked).Seconds(), p.measured, p.fillRate, p.capacity, p.tokens}
		for i, want := range [...]float64{waited, measured, fillRate, capacity, tokens} {
			// Times are nanoseconds here; a token takes at least 10 ms.
			if math.Abs(got[i]-want) > 2e-7 {
				t.Fatalf("%s, send at %v: got wait, measured rate, fill rate, capacity, tokens\n%.9f, want\n%s", name, asked, got, line)
			}
		}
		sends++
		if waited > 0 {
			waits++
		}
	}
	if sends < 600 || waits < 150 {
		t.Errorf("got %d sends, %d of which waited: too few to have compared anything", sends, waits)
	}
}

func TestCubeRoot(t *testing.T) {
	for _, x := range []float64{0, 1, 8, 27, 1e-9, 0.001, 0.7312, 2, 5e8, 1e15} {
		if got := cubeRoot(x); math.Abs(got-math.Cbrt(x)) > 1e-14*math.Cbrt(x) {
			t.Errorf("%v: got %v, want %v", x, got, math.Cbrt(x))
		}
	}
}
