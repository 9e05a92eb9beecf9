package imds

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"tenement/internal/throttle"
)

// A fault with a count strikes so many requests, on however many connections they
// come, and every request is told of once.
func TestCountOnManyConnections(t *testing.T) {
	const connections, each, struck = 64, 20, 7
	var told, failed atomic.Int64
	task := Identify(1, 0, "app", 0)
	h := New(Config{Tasks: []Task{task}, OnRequest: func(r Request) {
		told.Add(1)
		if r.Outcome == Failed {
			failed.Add(1)
		}
	}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := Serve(l, h, log.New(io.Discard, "", 0))
	defer p.Close()
	url := fmt.Sprintf("http://%s/v2/credentials/%s", p.Addr(), task.CredentialsID)
	var unavailable atomic.Int64
	for round := range 2 {
		if err := h.Inject(throttle.Fault{Name: "f", Kind: throttle.StatusFault, Status: 503, Skip: 3, Count: struck}); err != nil {
			t.Fatal(err)
		}
		var asking sync.WaitGroup
		for range connections {
			asking.Go(func() {
				c := &http.Client{Transport: new(http.Transport)}
				defer c.CloseIdleConnections()
				for range each {
					resp, err := c.Get(url)
					if err != nil {
						t.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
					if resp.StatusCode == http.StatusServiceUnavailable {
						unavailable.Add(1)
					}
				}
			})
		}
		asking.Wait()
		rounds := int64(round + 1)
		if got := unavailable.Load(); got != struck*rounds || failed.Load() != got {
			t.Errorf("round %d: got %d answers of the fault and were told of %d, want %d", round, got, failed.Load(), struck*rounds)
		}
		if got := told.Load(); got != connections*each*rounds {
			t.Errorf("round %d: were told of %d requests, want %d", round, got, connections*each*rounds)
		}
		if got := h.Faults(); len(got) != 0 {
			t.Errorf("round %d: got %v, want that it is over", round, got)
		}
	}
}
