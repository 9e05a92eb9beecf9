package soak

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// A client that comes with ever new keys makes a limit forget others only
// beyond 1,572,864 keys in use. Up to there each key is held to its limit, and
// beyond it the memory does not grow, and half of the keys are still known.
func TestEviction(t *testing.T) {
	keys := 30_000
	if *long > 0 {
		keys = 2_500_000
	}
	const room, slots, slot = 1_572_864, 1 << 21, 24
	const burst = 2
	h := imds.New(imds.Config{
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 360_000}, Burst: burst, Scope: throttle.IPPathScope}},
		}),
	})
	w := &silent{header: make(http.Header)}
	r := &http.Request{Method: "GET", URL: new(url.URL), Header: make(http.Header), RemoteAddr: "127.0.0.1:4000"}
	ask := func(key int) {
		r.URL.Path = "/v4/" + strconv.Itoa(key)
		h.ServeHTTP(w, r)
	}
	before := heap()
	for key := range keys {
		for range burst + 1 {
			ask(key)
		}
	}
	grown := int64(heap()) - int64(before)
	first := int(h.Counts().Admitted)
	for key := range min(keys, room) { // those of last, which are the most recent
		ask(keys - 1 - key)
	}
	counts := h.Counts()
	again := int(counts.Admitted) - first
	note(t, "%d keys: each is admitted %d times, and %d of them once more, because a full table forgot them; heap %.1f MB more; %d of the last %d were forgotten",
		keys, burst, first-burst*keys, float64(grown)/(1<<20), again, min(keys, room))
	if int(counts.Admitted+counts.Throttled) != int(counts.Requests) || int(counts.Requests) != (burst+1)*keys+min(keys, room) {
		t.Errorf("got counts %+v", counts.Tally)
	}
	if keys <= room {
		if first != burst*keys || again != 0 {
			t.Errorf("got %d admitted and %d again, want %d and none", first, again, burst*keys)
		}
		return
	}
	// A key is forgotten between two of its own requests only if it comes as
	// the table is full, of which there is one chance in half a table of keys.
	if extra := first - burst*keys; extra < 0 || extra > burst*keys/(slots/4) {
		t.Errorf("got %d admitted, want %d and very few more", first, burst*keys)
	}
	if most := int64(2*slots*slot) + 16<<20; grown > most {
		t.Errorf("the heap has grown by %d bytes, want at most %d", grown, most)
	}
	if again > room/2+room/4 {
		t.Errorf("got %d of %d keys forgotten", again, room)
	}
}
