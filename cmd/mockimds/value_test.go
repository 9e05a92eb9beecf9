package main

import "testing"

func TestSize(t *testing.T) {
	for _, test := range []struct {
		text string
		want size
	}{
		{"5MB", 5_000_000}, {"500kB", 500_000}, {"1000kB", 1_000_000}, {"1GB", 1_000_000_000}, {"none", 0},
		{"2147483647GB", 2147483647e9},
	} {
		got, err := parseSize(test.text)
		if err != nil || got != test.want {
			t.Errorf("%q: got %d, %v, want %d", test.text, int64(got), err, int64(test.want))
		}
	}
	for _, text := range []string{"", "5", "0MB", "-1MB", "5 MB", "5mb", "1.5MB", "MB", "99999999999GB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q: got %d, want an error", text, int64(got))
		}
	}
}
