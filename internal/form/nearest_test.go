package form

import "testing"

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"burst", "burst", 0}, {"burts", "burst", 1}, {"bust", "burst", 1}, {"bursts", "burst", 1},
		{"barst", "burst", 1}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3},
	}
	for _, test := range tests {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestHint(t *testing.T) {
	known := []string{"rate", "burst", "scope"}
	tests := []struct{ word, want string }{
		{"brust", `; did you mean "burst"?`},
		{"Rate", `; did you mean "rate"?`},
		{"bursting-at", `; there is rate, burst and scope`},
		{"rate-limit", `; there is rate, burst and scope`},
		{"scope-of", `; did you mean "scope"?`},
		{"bur", `; did you mean "burst"?`},
		{"", `; there is rate, burst and scope`},
	}
	for _, test := range tests {
		if got := Hint(test.word, known); got != test.want {
			t.Errorf("%q: got %q, want %q", test.word, got, test.want)
		}
	}
}
