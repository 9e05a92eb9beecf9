package bench

import (
	"strconv"
	"testing"
	"time"

	"tenement/profiles"
)

// BenchmarkWith is what a search pays for one more value of a number: a changed
// profile by With, and by opening the profile again, in turns.
func BenchmarkWith(b *testing.B) {
	for _, c := range []struct{ name, path string }{
		{"noisy-neighbour", "endpoint.limit.burst"},
		{"replay-sdk-mix", "endpoint.limit.burst"},
	} {
		b.Run(c.name, func(b *testing.B) {
			const turns = 20
			profile, err := profiles.Open(c.name, profiles.Options{})
			if err != nil {
				b.Fatal(err)
			}
			var with, open time.Duration
			changes, value := 0, 100
			for b.Loop() {
				for range turns {
					value++
					text := strconv.Itoa(value)
					before := time.Now()
					if _, err := profile.With(c.path, text); err != nil {
						b.Fatal(err)
					}
					between := time.Now()
					if _, err := profiles.Open(c.name, profiles.Options{Sets: []string{c.path + "=" + text}}); err != nil {
						b.Fatal(err)
					}
					with += between.Sub(before)
					open += time.Since(between)
					changes++
				}
			}
			b.ReportMetric(with.Seconds()*1e3/float64(changes), "ms/with")
			b.ReportMetric(open.Seconds()*1e3/float64(changes), "ms/open")
			b.ReportMetric(float64(open)/float64(with), "open/with")
			b.ReportMetric(0, "ns/op")
		})
	}
}
