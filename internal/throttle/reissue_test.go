package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

func TestReissue(t *testing.T) {
	const h, s = time.Hour, time.Second
	agent := throttle.Credentials{Lifetime: 6 * h, RenewBefore: h}
	for _, test := range []struct {
		name              string
		issued, left, now time.Duration
		want              time.Duration
	}{
		{"a whole life", 7 * h, 6 * h, 7 * h, 13 * h},
		{"until it is renewed in turn", 7 * h, 6 * h, 12*h - 1, 13 * h},
		{"renewed in turn", 7 * h, 6 * h, 12 * h, 18 * h},
		{"and again", 7 * h, 6 * h, 17 * h, 23 * h},
		{"a short one", 7 * h, 90 * s, 7 * h, 7*h + 90*s},
		{"until a sixth is left", 7 * h, 90 * s, 7*h + 75*s - 1, 7*h + 90*s},
		{"renewed when a sixth is left", 7 * h, 90 * s, 7*h + 75*s, 13*h + 75*s},
		{"between seconds", 7*h + s/2, 90 * s, 7*h + s, 7*h + 90*s},
		{"longer than is left in turn", h, 2 * h, 2*h - 1, 3 * h},
		{"replaced an hour before", h, 2 * h, 2 * h, 8 * h},
		{"one second", 0, s, 0, s},
	} {
		r := agent.Reissue(test.issued, test.left)
		if got := agent.ReissuedAt(test.now, r); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
