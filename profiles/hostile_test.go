package profiles

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenement/internal/form"
)

// TestHostileSizes is of profiles that are refused for their size, with the limit
// in the error.
func TestHostileSizes(t *testing.T) {
	groups := func(n int) string {
		var b strings.Builder
		b.WriteString("version: 1\nname: many\nduration: 10s\nfleet:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {group: g%d, arrivals: {poisson: 3/s}}\n", i)
		}
		return b.String()
	}
	cases := func(n int) string {
		var b strings.Builder
		b.WriteString("what_if:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {name: c%d, set: {fleet.g0.tasks: 2, fleet.g1.tasks: 2, fleet.g2.tasks: 2}}\n", i)
		}
		return b.String()
	}
	for _, row := range []struct{ name, text, want string }{
		{"a line of values", "fleet:\n  [" + strings.Repeat("a,", 32_000) + "a]\n", "fleet: has 32001 items: want at most 1000"},
		{"a file", strings.Repeat("# a\n", 1<<19), "larger than 1 MiB"},
		{"a line", "name: " + strings.Repeat("a", 200_000), "the line is longer than 131072 bytes"},
		{"levels", strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "nested deeper than 100 levels"},
		{"keys", manyKeys(2000), "has 2000 keys: want at most 1000"},
		{"strategies", "strategies:\n" + strings.Repeat(" ", 2) + strings.ReplaceAll(manyKeys(300), "\n", "\n  "), "strategies: has 300 strategies: want at most 200 cases"},
		{"names that nothing has", groups(1) + "named_strategies:\n" + manyNames(1000, func(i int) string { return "{extends: nobody}" }), "no strategy or preset"},
		{"names that stand for much", groups(1) + "named_strategies:\n" + manyNames(1000, func(i int) string {
			if i == 0 {
				return "{retry: {listed: {attempts: 2, waits: [" + strings.Repeat("1s,", 999) + "1s]}}}"
			}
			return "{extends: s0}"
		}), "names of strategies stand for more than 100000 values"},
		{"keys over others", groups(1) + "named_strategies:\n  a:\n    extends: botocore\n    " + strings.ReplaceAll(manyKeys(20_000), "\n", "\n    "),
			"named_strategies.a: has 20001 keys: want at most 1000"},
		{"a long circle", groups(1) + "named_strategies:\n" + manyNames(1000, func(i int) string { return fmt.Sprintf("{extends: s%d}", (i+1)%1000) }),
			"extends itself, by way of s1, s2, s3 and 996 more"},
		{"names", groups(1) + "named_strategies:\n" + manyNames(1001, func(i int) string { return "{}" }), "has 1001 strategies: want at most 1000"},
		{"a burst", "version: 1\nduration: 1s\nendpoint: {service: ecs}\nfleet:\n  - {group: a, tasks: 1000, arrivals: {burst: {calls: 10000}}}\n  - {group: b, tasks: 1000, processes: 2, arrivals: {burst: {calls: 10000}}}\n",
			"p.yaml:6:69: fleet.b.arrivals.burst.calls: 10,000 calls of each of 2000 processes on a host are open at the same instant: want at most 10,000,000 in all"},
		{"settings", groups(900) + cases(199), "597 settings in a profile of"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Load("p.yaml", []byte(row.text))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("got %.300v, want %q", err, row.want)
			}
			if n := len(err.Error()); n > 30_000 {
				t.Errorf("the error has %d bytes", n)
			}
		})
	}
	endless, err := os.OpenFile(filepath.Join(t.TempDir(), "p.yaml"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer endless.Close()
	if err := endless.Truncate(1 << 40); err != nil { // a hole, which takes no room
		t.Skip(err)
	}
	if _, err := Open(endless.Name(), Options{}); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("got %v for a terabyte", err)
	}
	sets := make([]string, 100_000)
	for i := range sets {
		sets[i] = "seed=1"
	}
	if _, err := Open("noisy-neighbour", Options{Sets: sets}); err == nil || !strings.Contains(err.Error(), "--set: given 100000 times: want at most") {
		t.Errorf("got %v for a hundred thousand --set", err)
	}
}

func TestALongFlagIsNotRepeatedInFull(t *testing.T) {
	_, err := Open("noisy-neighbour", Options{Sets: []string{"fleet=[" + strings.Repeat("a,", 32_000) + "a]"}})
	if err == nil || len(err.Error()) > 20_000 {
		t.Errorf("got an error of %d bytes for a flag of 64,007", len(fmt.Sprint(err)))
	}
}

// manyNames is the entries of a mapping of strategies, as lines.
func manyNames(n int, of func(i int) string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  s%d: %s\n", i, of(i))
	}
	return b.String()
}

// manyKeys is a mapping of so many keys.
func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: {}\n", i)
	}
	return b.String()
}

// TestAllErrors finds each of a thousand mistakes, and shows the first.
func TestAllErrors(t *testing.T) {
	_, err := Load("p.yaml", []byte("version: 1\nname: x\nduration: 1s\nfleet:\n  ["+strings.Repeat("a,", 999)+"a]\n"))
	var all form.Errors
	if !errors.As(err, &all) || len(all) != 1000 {
		t.Fatalf("got %d errors, want 1000", len(all))
	}
	text := err.Error()
	if n := strings.Count(text, "want a mapping with"); n != 20 || !strings.HasSuffix(text, "\n... and 980 more: --all-errors prints them") {
		t.Errorf("got %d errors shown: %s", n, text[max(0, len(text)-200):])
	}
	if n := strings.Count(all.All(), "want a mapping with"); n != 1000 {
		t.Errorf("got %d of all errors, want 1000", n)
	}
}

// TestErrorsAreVisible is of text that would act on a terminal.
func TestErrorsAreVisible(t *testing.T) {
	_, err := Load("p\x1b[2J.yaml", []byte("version: 1\nname: x\nduration: 1s\nco\u202elour: 1\nfleet: [\"\\e[31m\"]\n"))
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e") || !strings.Contains(err.Error(), `co\u{202e}lour`) || !strings.Contains(err.Error(), `p\x1b[2J.yaml:4:1`) {
		t.Errorf("got %q", err)
	}
}

// BenchmarkLoadMistakes loads a line of mistakes: the time of a byte is the same
// for all lengths.
func BenchmarkLoadMistakes(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		var text strings.Builder
		text.WriteString("version: 1\nname: x\nduration: 1s\nfleet:\n")
		for range n / 100 {
			text.WriteString("  - {group: a, " + strings.Repeat("strategy: x, ", 100) + "}\n")
		}
		b.Run(fmt.Sprintf("%dKiB", text.Len()>>10), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				_, err := Load("p.yaml", []byte(text.String()))
				var all form.Errors
				if !errors.As(err, &all) || len(all.All()) == 0 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(text.Len()), "ns/B")
		})
	}
}
