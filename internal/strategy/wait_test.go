package strategy

import (
	"testing"
	"time"
)

// waitsOf are the least and the greatest of the waits that many draws give after
// the n-th failure.
func waitsOf(b *Backoff, n int, o Outcome) (least, most time.Duration) {
	least = 1<<63 - 1
	for i := range uint64(2000) {
		w := b.wait(n, 0, &o, condition(&o), i*0x9e3779b97f4a7c15)
		least, most = min(least, w), max(most, w)
	}
	return least, most
}

// The waits of the SDKs that no single formula gives.
func TestWaitsByClass(t *testing.T) {
	const ms = time.Millisecond
	throttled, broken, busy := Outcome{Status: 429, Body: BodyText}, Outcome{Err: ConnReset}, Outcome{Status: 503}
	goV2 := &Backoff{
		Wait:    Wait{Base: 50 * ms, Cap: 20 * time.Second, Jitter: FullJitter},
		Classes: []Class{{On: On429 | OnThrottleCode, Wait: Wait{Base: time.Second, Cap: 20 * time.Second, Jitter: FullJitter}}},
	}
	goV2Before := &Backoff{Wait: Wait{Base: 2 * time.Second, Cap: 20 * time.Second, CapExact: true, Jitter: FullJitter}}
	goV1 := &Backoff{
		Wait:    Wait{Base: 60 * ms, Cap: 300 * time.Second, Jitter: EqualJitter},
		Classes: []Class{{On: On429 | On502 | On503 | On504, Wait: Wait{Base: time.Second, Cap: 300 * time.Second, Jitter: EqualJitter}}},
	}
	net := &Backoff{Wait: Wait{Base: 400 * ms, Cap: 30 * time.Second, Spread: 50 * ms}}
	cpp := &Backoff{Wait: Wait{Waits: []time.Duration{0, 2 * time.Second}}}
	php := &Backoff{Wait: Wait{Waits: []time.Duration{time.Second, time.Second, time.Second, time.Second, 2 * time.Second}}}
	first := &Backoff{Classes: []Class{{On: On429, Wait: Wait{Waits: []time.Duration{ms}}}, {On: OnAny4xx, Wait: Wait{Base: time.Hour}}}}
	for _, r := range []struct {
		name  string
		b     *Backoff
		n     int
		o     Outcome
		least time.Duration // of what may be drawn; the draws come near to both
		most  time.Duration
	}{
		{"Go v2, throttled", goV2, 1, throttled, 0, time.Second},
		{"Go v2, throttled again", goV2, 2, throttled, 0, 2 * time.Second},
		{"Go v2, other", goV2, 1, broken, 0, 50 * ms},
		{"Go v2, other again", goV2, 2, busy, 0, 100 * ms},
		{"Go v2, cap before jitter", goV2, 6, throttled, 0, 20 * time.Second},
		{"Go v2 before, below the cap", goV2Before, 4, busy, 0, 16 * time.Second},
		{"Go v2 before, above it", goV2Before, 5, busy, 20 * time.Second, 20 * time.Second},
		{"Go v1, throttled", goV1, 1, throttled, 500 * ms, time.Second},
		{"Go v1, throttled, third", goV1, 3, busy, 2 * time.Second, 4 * time.Second},
		{"Go v1, other", goV1, 1, broken, 30 * ms, 60 * ms},
		{"Go v1, other, third", goV1, 3, broken, 120 * ms, 240 * ms},
		{".NET", net, 1, busy, 400 * ms, 450 * ms},
		{".NET, fourth", net, 4, busy, 3200 * ms, 3250 * ms},
		{".NET, capped", net, 9, busy, 30 * time.Second, 30050 * ms},
		{"C++", cpp, 1, busy, 0, 0},
		{"C++, second", cpp, 2, busy, 2 * time.Second, 2 * time.Second},
		{"C++, the last repeats", cpp, 9, busy, 2 * time.Second, 2 * time.Second},
		{"PHP, fourth", php, 4, broken, time.Second, time.Second},
		{"PHP, fifth", php, 5, broken, 2 * time.Second, 2 * time.Second},
		{"growth without a cap", &Backoff{Wait: Wait{Base: time.Hour, Factor: 1000}}, 900, busy, maxWait, maxWait},
		{"a first wait beyond that", &Backoff{Wait: Wait{Base: 2 * maxWait}}, 9, busy, 2 * maxWait, 2 * maxWait},
		{"the first class that fits", first, 1, throttled, ms, ms},
		{"a list with jitter", &Backoff{Wait: Wait{Waits: []time.Duration{time.Second}, Jitter: EqualJitter}}, 3, busy, 500 * ms, time.Second},
		{"a cap that is reached, not passed, is jittered", &Backoff{Wait: Wait{Base: time.Second, Cap: 2 * time.Second, CapExact: true, Jitter: FullJitter}}, 2, busy, 0, 2 * time.Second},
	} {
		t.Run(r.name, func(t *testing.T) {
			least, most := waitsOf(r.b, r.n, r.o)
			near := (r.most - r.least) / 100
			if least < r.least || most > r.most || least > r.least+near || most < r.most-near {
				t.Errorf("got waits of %v to %v, want %v to %v", least, most, r.least, r.most)
			}
		})
	}
}

// An extension that grows is never shorter than it is to be at least.
func TestSpanOfLongExtensions(t *testing.T) {
	x := Extension{Least: 2 * maxWait, Most: 3 * maxWait, Factor: 2}
	for _, failures := range []uint16{0, 1, 2, 1<<16 - 1} {
		if got := x.span(failures, 1<<63); got < x.Least || got > x.Most {
			t.Errorf("after %d failures: got %v, want %v to %v", failures, got, x.Least, x.Most)
		}
	}
}
