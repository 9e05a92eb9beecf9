package profiles

import (
	"bytes"
	"errors"
	"testing"

	"tenement/internal/form"
	"tenement/internal/trace"
)

// FuzzLoad loads anything. What loads is shown, and what is shown loads to the
// same.
func FuzzLoad(f *testing.F) {
	// Small ones: the built-in profiles are loaded by other tests, and take a hundred
	// times as long. Their keys and values are in these.
	for _, more := range []string{
		"strategies:\n  a: {preset: boto3}\n  b: {retry: {exponential: {attempts: 3, base: 1s, jitter: full}}, cache: {ttl: 3s, scope: task}}\n",
		"strategies:\n  a: {extends: b, retry: {fixed: {wait: 1s, attempts: 2}}, cache: null}\n  b: boto3\nnamed_strategies: {c: {extends: a, flight: each}}\nwhat_if: [{name: w, set: {strategies.a: c}}]\n",
		"gates:\n  - batch.failure_rate < 1%\n  - {expr: endpoint.calls > 1, cases: [none]}\nengine: sim\ndrain: 1m\n",
		"what_if:\n  - {name: two, title: Two, set: {fleet.batch.tasks: 2, duration: 5s}}\n",
		"seed: 7\ndescription: |\n  A story.\n  In two lines.\n",
	} {
		f.Add([]byte(sound+more), "endpoint.limit.rate=1/s")
	}
	f.Add([]byte("version: 1\nname: [a\n"), "fleet.batch.strategy.retry.exponential.attempts=3")
	f.Add([]byte(sound), "what_if=[{name: a, set: {seed: 1}}]")
	f.Add([]byte("a: &a [*a]\n"), "fleet={}")
	for _, set := range []string{
		"endpoint.limit={kind: sliding-window, count: 3, window: 1s, scope: tenant+path, schedule: [{at: 1s, count: 4}]}",
		"endpoint.limits=[{limit: a, kind: packet-rate, rate: 1024/s, burst: 1024}]",
		"endpoint.faults=[{fault: a, kind: expiry, shift: -1h, share: 1%}]",
		"endpoint.faults.agent-restart.pending=1s",
	} {
		f.Add([]byte(sound), set)
	}
	f.Fuzz(func(t *testing.T, text []byte, set string) {
		src := form.NewSource("p.yaml", text)
		open := func(string) (*trace.Tape, string, error) {
			return nil, "", errors.New("opening trace: there are none here")
		}
		for _, o := range []Options{{}, {Sets: []string{set}}} {
			p, err := load(src, open, text, o)
			if err != nil {
				var all form.Errors
				if !errors.As(err, &all) || len(all) == 0 || all.Error() == "" {
					t.Fatalf("got %#v, want Errors", err)
				}
				continue
			}
			var shown, again bytes.Buffer
			if err := p.Show(&shown); err != nil {
				t.Fatal(err)
			}
			q, err := load(src, open, shown.Bytes(), Options{})
			if err != nil {
				t.Fatalf("%v\n%s", err, shown.Bytes())
			}
			if err := q.Show(&again); err != nil || !bytes.Equal(shown.Bytes(), again.Bytes()) {
				t.Fatalf("shown again: %v\n%s\nwant\n%s", err, again.Bytes(), shown.Bytes())
			}
			if len(p.Cases()) != len(q.Cases()) {
				t.Fatalf("got %d cases, want %d", len(q.Cases()), len(p.Cases()))
			}
		}
	})
}
