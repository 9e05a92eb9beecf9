package soak

import (
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// silent is a ResponseWriter that keeps nothing.
type silent struct {
	header http.Header
	status int
}

func (w *silent) Header() http.Header         { return w.header }
func (w *silent) Write(b []byte) (int, error) { return len(b), nil }
func (w *silent) WriteHeader(status int)      { w.status = status }

// Memory does not grow with the requests, however many keys they have had: it
// is the same after a quarter of them and at their end. How many keys are in use follows
// from how fast requests come, so they come in virtual time.
func TestMemoryIsFlat(t *testing.T) {
	synctest.Test(t, memoryIsFlat)
}

func memoryIsFlat(t *testing.T) {
	requests, keys := uint64(200_000), uint64(20_000)
	if *long > 0 {
		requests, keys = 10_000_000, 1_000_000
	}
	h := imds.New(imds.Config{
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{
				{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60, Scope: throttle.IPPathScope},
				{Kind: throttle.SlidingWindow, Count: 100, Window: 1e9, Scope: throttle.TaskScope},
			},
			Latency: draw.LogNormal(1, 1), // so that each stranger's requests are numbered
		}),
	})
	w := &silent{header: make(http.Header)}
	r := &http.Request{Method: "GET", URL: new(url.URL), Header: make(http.Header)}
	var quarter uint64
	for i := range requests {
		time.Sleep(10 * time.Microsecond)
		key := draw.Below(draw.Seed(1).With(i).Bits(), keys)
		r.URL.Path = "/v4/" + strconv.FormatUint(key, 16)
		r.RemoteAddr = "10." + strconv.Itoa(int(key>>16)) + "." + strconv.Itoa(int(key>>8&255)) + "." + strconv.Itoa(int(key&255)) + ":4000"
		h.ServeHTTP(w, r)
		if i == requests/4 {
			quarter = heap()
		}
	}
	end := heap()
	note(t, "%d requests of %d keys: heap %.1f MB after a quarter, %.1f MB at the end", requests, keys, mb(quarter), mb(end))
	slack := 20 * requests // bytes: a leak of 27 a request is more
	if end > quarter+quarter/10+slack {
		t.Errorf("the heap has grown from %.1f to %.1f MB", mb(quarter), mb(end))
	}
	if got := h.Counts().Requests; got != requests {
		t.Errorf("got %d requests counted, want %d", got, requests)
	}
}

// heap is what is alive, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func mb(bytes uint64) float64 { return float64(bytes) / (1 << 20) }
