package recording

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// BenchmarkFormats reads samples over and over: lines a second, and what a line costs
// in memory.
func BenchmarkFormats(b *testing.B) {
	for _, s := range samples {
		if s.format == "har" || s.format == "vegeta-gob" || strings.HasPrefix(s.format, "vegeta-targets") {
			continue // which cannot be strung together
		}
		b.Run(s.file, func(b *testing.B) {
			text := readSample(b, s.file)
			times := 1 + (1<<20)/len(text)
			text = strings.Repeat(text, times)
			f := format(b, s.format)
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			n := 0
			for b.Loop() {
				next, err := decoder(f, Options{Layout: s.layout}, text)
				if err != nil {
					b.Fatal(err)
				}
				for {
					var e Entry
					if _, err := next(&e); errors.Is(err, io.EOF) {
						break
					}
					n++
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
