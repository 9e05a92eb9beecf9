package draw_test

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/bits"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
)

// samples are n samples of a table by keyed draws.
func samples(table *draw.Table, n int) []time.Duration {
	stream := draw.Seed(7)
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = table.At(stream.With(uint64(i)).Bits())
	}
	return out
}

// moments are the mean of samples, their coefficient of variation and the
// standard errors of both (that of the second for an exponential, whose fourth
// central moment is 9).
func moments(s []time.Duration) (mean, cv, meanError, cvError float64) {
	n := float64(len(s))
	for _, d := range s {
		mean += float64(d)
	}
	mean /= n
	variance := 0.
	for _, d := range s {
		variance += (float64(d) - mean) * (float64(d) - mean)
	}
	sd := math.Sqrt(variance / (n - 1))
	return mean, sd / mean, sd / math.Sqrt(n), 1 / math.Sqrt(n)
}

func TestExponentialMoments(t *testing.T) {
	for _, want := range []time.Duration{25 * time.Microsecond, 25 * time.Millisecond, time.Hour} {
		mean, cv, meanError, cvError := moments(samples(draw.Exponential(float64(want)), 1_000_000))
		if math.Abs(mean-float64(want)) > 4*meanError {
			t.Errorf("mean %v: got %v, %+.1f standard errors off", want, time.Duration(mean), (mean-float64(want))/meanError)
		}
		if math.Abs(cv-1) > 4*cvError {
			t.Errorf("mean %v: coefficient of variation: got %.4f, want 1", want, cv)
		}
	}
}

// The mean of the table itself, without sampling: all uniform bits that begin
// alike fall on one straight segment.
func TestExponentialMeanOfTheTable(t *testing.T) {
	const mean = time.Second
	table := draw.Exponential(float64(mean))
	sum := 0.
	for side := range uint64(2) {
		for octave := range 32 {
			ones := uint64(1)<<octave - 1 // then a zero, then five bits of cell
			width := math.Ldexp(1, -octave-7)
			if octave == 31 {
				width *= 2 // the end of the tail is drawn as this octave
			}
			for cell := range uint64(32) {
				u := side<<63 | ones<<(63-octave) | cell<<(57-octave)
				first, last := table.At(u), table.At(u|(1<<(57-octave)-1))
				sum += width * (float64(first) + float64(last)) / 2
			}
		}
	}
	if off := sum/float64(mean) - 1; math.Abs(off) > 1e-4 {
		t.Errorf("mean: got %+.4f %% off, want at most 0.01 %%", 100*off)
	}
}

// A sample is the quantile of its bits, to the precision of 32 segments an
// octave, from one end of the distribution to the other.
func TestTableFollowsTheQuantile(t *testing.T) {
	const mean = time.Second
	table := draw.Exponential(float64(mean))
	stream := draw.Seed(8)
	for i := range uint64(200_000) {
		u := stream.With(i).Bits()
		if i%2 == 0 { // reach into the tails
			u |= ^uint64(0) >> 1 &^ (^uint64(0) >> (1 + i%24))
		}
		if bits.LeadingZeros64(^(u << 1)) >= 31 {
			continue // the last octave stands for all that is further out
		}
		// The upper half counts from the top, the lower from the bottom; a
		// run of ones is far out.
		p := 1 - float64(u<<1>>11)*0x1p-53
		want := -math.Log1p(-p / 2)
		if u>>63 == 1 {
			want = -math.Log(p / 2)
		}
		got := table.At(u).Seconds()
		if math.Abs(got-want) > 0.0002*math.Max(want, 1e-4)+1e-9 {
			t.Fatalf("bits %#x: got %v, want %v", u, got, want)
		}
	}
}

func TestLogNormalQuantiles(t *testing.T) {
	tests := []struct{ p50, p99 time.Duration }{
		{2 * time.Millisecond, 15 * time.Millisecond},
		{time.Millisecond, time.Second},
		{90 * time.Millisecond, 100 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("p50 %v p99 %v", tt.p50, tt.p99), func(t *testing.T) {
			const n = 1_000_000
			s := samples(draw.LogNormal(tt.p50, tt.p99), n)
			slices.Sort(s)
			// As the rank of the quantile in the sample, within four standard
			// errors of a binomial.
			for _, q := range []struct {
				p    float64
				want time.Duration
			}{{0.5, tt.p50}, {0.99, tt.p99}} {
				rank, _ := slices.BinarySearch(s, q.want)
				se := math.Sqrt(q.p * (1 - q.p) / n)
				if got := float64(rank) / n; math.Abs(got-q.p) > 4*se {
					t.Errorf("share below %v: got %.5f, want %.2f", q.want, got, q.p)
				}
			}
			// The logarithm is symmetric about the median's.
			sum := 0.
			for _, d := range s {
				sum += math.Log(float64(max(d, 1)) / float64(tt.p50))
			}
			sigma := math.Log(float64(tt.p99)/float64(tt.p50)) / 2.3263478740408408
			if got := sum / n; math.Abs(got) > 4*sigma/math.Sqrt(n)+1e-3 {
				t.Errorf("mean logarithm above the median's: got %v, want 0", got)
			}
		})
	}
}

func TestTablesWithoutSpread(t *testing.T) {
	tests := []struct {
		name  string
		table *draw.Table
		want  time.Duration
	}{
		{"p99 equals p50", draw.LogNormal(3*time.Millisecond, 3*time.Millisecond), 3 * time.Millisecond},
		{"p99 below p50", draw.LogNormal(3*time.Millisecond, time.Millisecond), 3 * time.Millisecond},
		{"nothing at all", draw.LogNormal(0, 0), 0},
		{"mean 0", draw.Exponential(0), 0},
		{"never negative", draw.NewTable(func(float64, bool) float64 { return -5 }), 0},
		{"never beyond a quarter of the range", draw.NewTable(func(float64, bool) float64 { return math.Inf(1) }), math.MaxInt64/4 + 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, u := range []uint64{0, 1, 1<<63 - 1, 1 << 63, math.MaxUint64, draw.Seed(1).Bits()} {
				if got := tt.table.At(u); got != tt.want {
					t.Errorf("bits %#x: got %d, want %d", u, got, tt.want)
				}
			}
		})
	}
}

// Sorted by how far out they are, bits give sorted samples: no segment is out
// of place, and the ends are finite.
func TestTableIsMonotonous(t *testing.T) {
	for name, table := range map[string]*draw.Table{
		"exponential": draw.Exponential(float64(time.Second)),
		"log-normal":  draw.LogNormal(2*time.Millisecond, 15*time.Millisecond),
	} {
		stream := draw.Seed(9)
		runs := []uint64{0, math.MaxUint64 >> 1}
		for i := range uint64(50_000) {
			u := stream.With(i).Bits() >> 1
			runs = append(runs, u, u|^(uint64(math.MaxUint64)>>(i%40))>>1)
		}
		slices.Sort(runs)
		for i, u := range runs[1:] {
			before := runs[i]
			// Beyond 31 ones all bits are of the last octave, in its own order.
			if before>>31 == math.MaxUint64>>32 || u>>31 == math.MaxUint64>>32 {
				continue
			}
			if a, b := table.At(before), table.At(u); a < b {
				t.Fatalf("%s, lower half: %#x gives %v, %#x gives %v", name, before, a, u, b)
			}
			if a, b := table.At(1<<63|before), table.At(1<<63|u); a > b {
				t.Fatalf("%s, upper half: %#x gives %v, %#x gives %v", name, before, a, u, b)
			}
		}
		if least, most := table.At(math.MaxUint64>>1), table.At(math.MaxUint64); least < 0 || most > time.Hour {
			t.Errorf("%s: ends are %v and %v", name, least, most)
		}
	}
}

// Tables are pinned to the last nanosecond, on every processor.
func TestTablesArePinned(t *testing.T) {
	tests := []struct {
		name  string
		table *draw.Table
		want  uint64 // hash of samples all over the table
		first [3]time.Duration
	}{
		{"exponential 25ms", draw.Exponential(float64(25 * time.Millisecond)), 0xc8b7ca76188000f9, [3]time.Duration{19282655, 5422188, 13403477}},
		{"exponential 1h", draw.Exponential(float64(time.Hour)), 0x996523aeb78415cd, [3]time.Duration{2776702358054, 780795197484, 1930100680805}},
		{"log-normal 2ms 15ms", draw.LogNormal(2*time.Millisecond, 15*time.Millisecond), 0xc7827b74491810cd, [3]time.Duration{2170339, 949847, 1660607}},
		{"log-normal 1us 1h", draw.LogNormal(time.Microsecond, time.Hour), 0xf8666923794ae699, [3]time.Duration{2447, 0, 131}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := fnv.New64a()
			for side := range uint64(2) {
				for octave := range 32 {
					for cell := range uint64(32) {
						u := side<<63 | (1<<octave-1)<<(63-octave) | cell<<(57-octave)
						h.Write(binary.LittleEndian.AppendUint64(nil, uint64(tt.table.At(u))))
						h.Write(binary.LittleEndian.AppendUint64(nil, uint64(tt.table.At(u|0x155_5555>>octave))))
					}
				}
			}
			if got := h.Sum64(); got != tt.want {
				t.Errorf("table: got %#x, want %#x", got, tt.want)
			}
			if got := [3]time.Duration(samples(tt.table, 3)); got != tt.first {
				t.Errorf("first samples: got %d, want %d", got, tt.first)
			}
		})
	}
}

func BenchmarkTableAt(b *testing.B) {
	table := draw.Exponential(float64(time.Second))
	stream, i, sum := draw.Seed(1), uint64(0), time.Duration(0)
	for b.Loop() {
		i++
		sum += table.At(stream.With(i).Bits())
	}
	b.ReportMetric(sum.Seconds()/float64(b.N), "mean-s")
}

func BenchmarkNewTable(b *testing.B) {
	b.Run("exponential", func(b *testing.B) {
		for b.Loop() {
			draw.Exponential(float64(time.Second))
		}
	})
	b.Run("log-normal", func(b *testing.B) {
		for b.Loop() {
			draw.LogNormal(time.Millisecond, time.Second)
		}
	})
}
