package strategy

import "testing"

// Outside tells for each pair of bits whether an outcome has both.
func TestOutsideIsWhatNoOutcomeCanBe(t *testing.T) {
	together := map[[2]Conditions]bool{}
	for err := range CutShort + 1 {
		for body := range BodyThrottleJSON + 1 {
			for _, status := range []uint16{200, 400, 401, 403, 404, 405, 418, 429, 500, 501, 502, 503, 504} {
				of := condition(&Outcome{Err: err, Body: body, Status: status})
				for a := Conditions(1); a <= OnText; a <<= 1 {
					for b := Conditions(1); b <= OnText; b <<= 1 {
						together[[2]Conditions{a, b}] = together[[2]Conditions{a, b}] || of&a != 0 && of&b != 0
					}
				}
			}
		}
	}
	for pair, both := range together {
		if outside := pair[0].Outside(pair[1]) != 0; outside == both {
			t.Errorf("%b of those of %b: outside is %v, and an outcome with both is %v", pair[0], pair[1], outside, both)
		}
	}
}
