package soak

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// kind is a limit under load, and the most that it may admit in a window, by
// the clock of the server.
type kind struct {
	name  string
	limit throttle.Limit
	other throttle.Limit // that it changes to and back; the bound holds for both
	most  func(from, to time.Duration) int
}

// answerTime is how long a request is in service.
const answerTime = 5 * time.Millisecond

// kinds are all kinds of limit. Each changes to a smaller limit and back, which
// must not admit more than the larger one alone.
func kinds() []kind {
	second := func(n int64) throttle.Rate { return throttle.Rate{Tokens: n, Seconds: 1} }
	rated := func(burst, perSecond, cost time.Duration) func(from, to time.Duration) int {
		return func(from, to time.Duration) int {
			return int((burst*time.Second + perSecond*(to-from)) / (cost * time.Second))
		}
	}
	const window = 100 * time.Millisecond
	return []kind{
		{
			"token-bucket",
			throttle.Limit{Rate: second(40), Burst: 60},
			throttle.Limit{Rate: second(39), Burst: 59},
			rated(60, 40, 1),
		},
		{
			"packet-rate",
			throttle.Limit{Rate: second(1024), Burst: 1024, Cost: 10},
			throttle.Limit{Rate: second(1000), Burst: 500, Cost: 10},
			rated(1024, 1024, 10),
		},
		{
			"leaky-bucket",
			throttle.Limit{Kind: throttle.LeakyBucket, Rate: second(400), Burst: 30},
			throttle.Limit{Kind: throttle.LeakyBucket, Rate: second(400), Burst: 20},
			rated(1, 400, 1),
		},
		{
			"fixed-window",
			throttle.Limit{Kind: throttle.FixedWindow, Count: 20, Window: window},
			throttle.Limit{Kind: throttle.FixedWindow, Count: 19, Window: window},
			func(from, to time.Duration) int { return 20 * int(to/window-from/window+1) },
		},
		{
			"sliding-window",
			throttle.Limit{Kind: throttle.SlidingWindow, Count: 20, Window: window},
			throttle.Limit{Kind: throttle.SlidingWindow, Count: 19, Window: window},
			func(from, to time.Duration) int { return 20 * int((to-from)/window+1) },
		},
		{
			"concurrency",
			throttle.Limit{Kind: throttle.Concurrency, Count: 20},
			throttle.Limit{Kind: throttle.Concurrency, Count: 19},
			func(from, to time.Duration) int { return 20 * int((to-from)/answerTime+1) },
		},
	}
}

// span is from when a request was sent until its answer had come. The server
// admitted it, and started it, in between.
type span struct{ sent, answered time.Duration }

// Under a load of many connections, while the limit changes all the time, no
// kind of limit admits more in any window than it may: of every window that
// begins when a request was sent and ends when an answer came, the requests
// wholly within it are counted.
func TestKinds(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			s := surfaces[0]
			c := s.config()
			c.Endpoint = throttle.New(throttle.Config{
				Slots: connections, Groups: 1, Limits: []throttle.Limit{k.limit},
				Latency: draw.LogNormal(answerTime, answerTime),
			})
			h := imds.New(c)
			admitted, checked, all := spans(t, h, s.requests(c), func(n int) {
				to := k.limit
				if n%2 == 0 {
					to = k.other
				}
				if err := h.SetLimit(0, to); err != nil {
					t.Error(err)
				}
			})
			counts := h.Counts()
			if admitted == 0 || int(counts.Admitted) != admitted || int(counts.Requests) != all {
				t.Errorf("got %d admitted of %d, the server counts %+v", admitted, all, counts.Tally)
			}
			if n, most, from, to := worst(checked, k.most); n > most {
				t.Errorf("got %d admitted from %v to %v, want at most %d", n, from, to, most)
			}
			note(t, "%d requests, %d admitted, in no window more than may be", all, admitted)
		})
	}
}

// mostSpans bounds the spans whose windows are checked: each with every other.
const mostSpans = 10_000

// spans sends requests on many connections and returns how many were admitted,
// the spans of the first of those by their answers, and the number of all. It
// calls change after every few answers.
func spans(t *testing.T, h *imds.Handler, requests [][]byte, change func(n int)) (admitted int, first []span, all int) {
	t.Helper()
	p := serve(t, h)
	more := budget(1500)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range connections {
		c := &client{address: p.Addr().String(), request: requests[i%len(requests)]}
		wg.Go(func() {
			defer c.close()
			for more() {
				s := span{sent: h.Elapsed()}
				status, err := c.do()
				s.answered = h.Elapsed()
				if err != nil || status != http.StatusOK && status != http.StatusTooManyRequests {
					t.Errorf("got status %d, error %v", status, err)
					return
				}
				mu.Lock()
				if all++; all%10 == 0 {
					change(all / 10)
				}
				if status == http.StatusOK {
					if admitted++; len(first) < mostSpans {
						first = append(first, s)
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.SortFunc(first, func(a, b span) int { return cmp.Compare(a.answered, b.answered) })
	return admitted, first, all
}

// worst is the window that exceeds its bound by most, or comes closest to it.
func worst(spans []span, most func(from, to time.Duration) int) (n, bound int, from, to time.Duration) {
	excess := -1 << 62
	for _, first := range spans {
		within := 0
		for _, last := range spans { // in the order of their answers
			if last.sent < first.sent {
				continue
			}
			within++
			if b := most(first.sent, last.answered); within-b > excess {
				excess, n, bound, from, to = within-b, within, b, first.sent, last.answered
			}
		}
	}
	return n, bound, from, to
}
