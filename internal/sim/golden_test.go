package sim

import (
	"context"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/profiles"
)

// digest hashes everything that an observer is told.
type digest struct{ sum draw.Key }

func (d *digest) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	d.add(uint64(k.N), uint64(k.Task), uint64(sent), uint64(ended), uint64(o.Status), uint64(o.Err), uint64(o.Expires))
}

func (d *digest) Finished(k *strategy.Call) {
	d.add(uint64(k.N), uint64(k.Task), uint64(k.Scheduled), uint64(k.Ended), uint64(k.Result), uint64(k.Attempts))
}

func (d *digest) add(values ...uint64) {
	for _, v := range values {
		d.sum = d.sum.With(v)
	}
}

// TestRunsArePinned pins every draw of some runs: arrivals, jitters, latencies, faults,
// to the nanosecond. It is to hold on every processor. Whoever changes a digest on
// purpose raises strategy.ModelVersion.
func TestRunsArePinned(t *testing.T) {
	for _, row := range []struct {
		profile string
		sets    []string
		want    uint64 // over all cases
	}{
		{"noisy-neighbour", nil, 0xfb982e18ad57a70f},
		{"noisy-neighbour", []string{"fleet.neighbours.arrivals={gamma: {rate: 3/s, cv: 3}}"}, 0x5611022b3cdd3e9a},
		{"agent-restart", nil, 0x2b94f87a89ab501},
		{"boot-storm", nil, 0x79d9e35c000bbf9d},
		{"client-per-call", nil, 0xadcd4e9add6fae72},
		{"imdsv2-token-storm", nil, 0xf544eff8422af24e},
		{"pod-identity-rotation", nil, 0x52afecb332982985},
		{"slow-task-tags", nil, 0x3a548d9765c7b039},
		{"../../profiles/testdata/everything.yaml", nil, 0xeb52925895a1871},
	} {
		p, err := profiles.Open(row.profile, profiles.Options{Sets: row.sets})
		if err != nil {
			t.Fatal(err)
		}
		var all digest
		for _, c := range p.Cases() {
			plan := p.Plan(c, 1)
			if _, err := Run(context.Background(), plan, AllHosts(plan), &all); err != nil {
				t.Fatal(err)
			}
		}
		if got := uint64(all.sum); got != row.want {
			t.Errorf("%s %q: got %#x, want %#x", row.profile, row.sets, got, row.want)
		}
	}
}
