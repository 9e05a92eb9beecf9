package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"tenement/internal/form"
)

// TestWith compares With with Open and the same --set.
func TestWith(t *testing.T) {
	tests := []struct{ profile, path, value string }{
		{"noisy-neighbour", "endpoint.limit.rate", "80/s"},
		{"noisy-neighbour", "endpoint.limit.rate", "40/s"}, // as it is already
		{"noisy-neighbour", "endpoint.hosts", "3"},
		{"noisy-neighbour", "duration", "12h"},
		{"noisy-neighbour", "seed", "7"},
		{"noisy-neighbour", "engine", "sim"},
		{"noisy-neighbour", "fleet.neighbours.tasks", "7"},
		{"noisy-neighbour", "fleet.neighbours.arrivals", "{constant: 2/s}"},
		{"noisy-neighbour", "fleet.neighbours.strategy.retry.exponential.attempts", "5"},
		{"noisy-neighbour", "strategies.php-sdk.timeouts.call", "9s"},
		{"noisy-neighbour", "strategies.php-sdk", "{preset: aws-sdk-ruby}"},
		{"noisy-neighbour", "what_if", "[]"},
		{"noisy-neighbour", " gates ", `[batch.failure_rate < 1%]`},
		{"replay-sdk-mix", "endpoint.limit.burst", "9"},
		{"testdata/everything.yaml", "endpoint.latency.p99", "1h"},
		{"testdata/everything.yaml", "fleet.trace.arrivals.trace", "testdata/coarse.jsonl"},
		{"testdata/imds.yaml", "endpoint.imds.hop_limit", "3"},
		{"testdata/pod-identity.yaml", "endpoint.pod_identity.cache.size", "3"},
	}
	for _, test := range tests {
		t.Run(test.path+"="+test.value, func(t *testing.T) {
			p, err := Open(test.profile, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.With(test.path, test.value)
			want, wantErr := Open(test.profile, Options{Sets: []string{test.path + "=" + test.value}})
			if err != nil || wantErr != nil {
				t.Fatalf("got %v and %v", err, wantErr)
			}
			equalProfiles(t, got, want)
			// A second change is made of the first one's profile.
			got, err = got.With("drain", "7s")
			want, wantErr = Open(test.profile, Options{Sets: []string{test.path + "=" + test.value, "drain=7s"}})
			if err != nil || wantErr != nil {
				t.Fatalf("got %v and %v", err, wantErr)
			}
			equalProfiles(t, got, want)
		})
	}
}

// equalProfiles compares two profiles: what they show, and every case's plan, but for the
// warnings of cases that a --set does not reach, which are for who gave it.
func equalProfiles(t *testing.T, got, want *Profile) {
	t.Helper()
	want.given = nil
	if a, b := shownText(t, got), shownText(t, want); a != b {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
	if got.Digest() != want.Digest() {
		t.Errorf("got digest %s, want %s", got.Digest(), want.Digest())
	}
	if a, b := fmt.Sprint(got.Name, got.Seed, got.Engine, got.Gates), fmt.Sprint(want.Name, want.Seed, want.Engine, want.Gates); a != b {
		t.Errorf("got %s, want %s", a, b)
	}
	cases := got.Cases()
	if a, b := fmt.Sprintf("%+v", cases), fmt.Sprintf("%+v", want.Cases()); a != b {
		t.Fatalf("got cases %s, want %s", a, b)
	}
	for _, c := range cases {
		if err := got.Check(c); err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		samePlan(t, c.Name, got.Plan(c, 3), want.Plan(c, 3))
	}
}

func shownText(t *testing.T, p *Profile) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Show(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWithErrors(t *testing.T) {
	tests := []struct{ path, value, want string }{
		{"endpoint.limit.rate", "80", `with "endpoint.limit.rate=80": endpoint.limit.rate: 80 has no unit: want a rate such as 40/s, 2.5/s or 30/m`},
		{"endpoint.limit.brust", "8", `with "endpoint.limit.brust=8": endpoint.limit: unknown key "brust"; did you mean "burst"?`},
		{"fleet.bach.tasks", "8", `with "fleet.bach.tasks=8": there is no group "bach"; did you mean "batch"?`},
		{"endpoint..rate", "8", `with "endpoint..rate=8": the path "endpoint..rate" has an empty segment: want one such as endpoint.limit.rate`},
		{"", "8", `with "=8": the path "" has an empty segment: want one such as endpoint.limit.rate`},
		{"seed", "[1", `with "seed=[1": not YAML: did not find expected ',' or ']'`},
		{"seed", "", `with "seed=": seed: has no value`},
		{"endpoint.latency.p99", "1ms", `with "endpoint.latency.p99=1ms": endpoint.latency.p99: 1ms is below p50, 2ms`},
	}
	p, err := Open("noisy-neighbour", Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := shownText(t, p)
	for _, test := range tests {
		_, err := p.With(test.path, test.value)
		if err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
		if all := form.Errors(nil); !errors.As(err, &all) {
			t.Errorf("got a %T, want form.Errors", err)
		}
	}
	if shownText(t, p) != before {
		t.Error("the profile has changed")
	}
	equalProfiles(t, p, p)
}

// TestWithBlamesElsewhere makes the profile unsound at a line of its text.
func TestWithBlamesElsewhere(t *testing.T) {
	p := openTest(t, edited(t, "    under_test: true\n", "    under_test: true\n    start: 5s\n"))
	_, err := p.With("duration", "5s")
	want := `with "duration=5s": p.yaml:10:12: fleet.batch.start: 5s is not before the end of the run, 5s`
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestWithoutAWhatIf changes what a what_if needs: the error is that case's.
func TestWithoutAWhatIf(t *testing.T) {
	text := edited(t, "duration: 10s", "duration: 10s\nwhat_if:\n"+
		"  - {name: slower, set: {endpoint.limit.rate: 20/s}}\n"+
		"  - {name: more, set: {fleet.batch.tasks: 9}}")
	p := openTest(t, text)
	q, err := p.With("endpoint.limit", "{kind: concurrency, count: 3}")
	if err != nil {
		t.Fatal(err)
	}
	cases := q.Cases()
	if len(cases) != 3 || cases[1].Name != "slower" || cases[1].Set[0].Value != "20/s" {
		t.Fatalf("got cases %+v, want all three", cases)
	}
	for i, want := range []string{"", `p.yaml:5:26: what_if "slower": endpoint.limit: kind concurrency has no "rate"`, ""} {
		err := q.Check(cases[i])
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", cases[i].Name, err, want)
		}
	}
	if got := q.Plan(cases[2], 1).Groups[0].Tasks; got != 9 {
		t.Errorf("got %d tasks, want 9", got)
	}
	if q.Digest() == p.Digest() {
		t.Error("another limit has the same digest")
	}
	if _, err := Load("p.yaml", []byte(strings.Replace(text, "{rate: 40/s, burst: 60}", "{kind: concurrency, count: 3}", 1))); err == nil {
		t.Error("Load accepts what a case cannot have")
	}
	defer func() {
		if recover() == nil {
			t.Error("got a plan of the case with an error")
		}
	}()
	q.Plan(cases[1], 1)
}

// TestWithConcurrently changes one profile from several goroutines.
func TestWithConcurrently(t *testing.T) {
	p, err := Open("testdata/everything.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := p.Digest()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for tasks := range 2 {
				q, err := p.With("fleet.poisson.tasks", fmt.Sprint(1+i+tasks))
				if err != nil {
					t.Error(err)
					return
				}
				for _, c := range q.Cases() {
					collect(q.Plan(c, 1), 0)
				}
				q.Digest()
			}
		})
	}
	wg.Wait()
	if p.Digest() != before {
		t.Error("the profile has changed")
	}
}

// TestWithShares looks for what is expensive to make, which is made once.
func TestWithShares(t *testing.T) {
	p, err := Open("replay-sdk-mix", Options{})
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.With("endpoint.limit.burst", "9")
	if err != nil {
		t.Fatal(err)
	}
	a, b := p.Plan(p.Cases()[0], 1), q.Plan(q.Cases()[0], 1)
	for i := range a.Groups {
		if a.Groups[i].Pattern != b.Groups[i].Pattern {
			t.Errorf("%s: the recording is compiled twice", a.Groups[i].Name)
		}
	}
	if a.Latency != b.Latency {
		t.Error("the latency is compiled twice")
	}
}
