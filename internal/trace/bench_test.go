package trace

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// BenchmarkFields reads a line of many fields, all wrong: the time of a byte is the
// same for all lengths.
func BenchmarkFields(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		var s strings.Builder
		s.WriteString(header + "{")
		for i := range n {
			if i > 0 {
				s.WriteByte(',')
			}
			fmt.Fprintf(&s, `"field%d":1`, i)
		}
		s.WriteString("}\n")
		text := []byte(s.String())
		b.Run(fmt.Sprintf("%dKiB", len(text)>>10), func(b *testing.B) {
			for b.Loop() {
				if _, err := read("x", bytes.NewReader(text)); err == nil {
					b.Fatal("got no error")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(text)), "ns/B")
		})
	}
}

// TestManyFields is of a line with more fields than an event can have.
func TestManyFields(t *testing.T) {
	many := func(n int) string {
		var s strings.Builder
		for i := range n {
			fmt.Fprintf(&s, `,"field%d":1`, i)
		}
		return s.String()
	}
	_, err := read("x\x1b", strings.NewReader(header+`{"t":1`+many(2000)+"}\n"))
	if err == nil || !strings.Contains(err.Error(), "more than 1000 fields in an object") || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("got %.300v", err)
	}
	_, err = read("x", strings.NewReader(header+`{"t":1`+many(500)+"}\n"))
	if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.HasSuffix(err.Error(), "more in this line") {
		t.Errorf("got %.3000v", err)
	}
}
