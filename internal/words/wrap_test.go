package words

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text       string
		whole, all []string // in lines of 6 characters
	}{
		{"", []string{""}, []string{""}},
		{"  one\ttwo\nthree ", []string{"one", "two", "three"}, []string{"one", "two", "three"}},
		{"a bc def", []string{"a bc", "def"}, []string{"a bc", "def"}},
		{"äö üß €", []string{"äö üß", "€"}, []string{"äö üß", "€"}},
		{"a twelve-chars b", []string{"a", "twelve-chars", "b"}, []string{"a", "twelve", "-chars", "b"}},
		{"sdk@1.47@imds", []string{"sdk@1.47@imds"}, []string{"sdk", "@1.47", "@imds"}},
		{"/äöüäöüäöü b", []string{"/äöüäöüäöü", "b"}, []string{"/äöüäö", "üäöü b"}},
	} {
		if got := Wrap(test.text, 6); !slices.Equal(got, test.whole) {
			t.Errorf("Wrap: %q: got %q, want %q", test.text, got, test.whole)
		}
		if got := WrapAll(test.text, 6, "@/"); !slices.Equal(got, test.all) {
			t.Errorf("WrapAll: %q: got %q, want %q", test.text, got, test.all)
		}
	}
}
