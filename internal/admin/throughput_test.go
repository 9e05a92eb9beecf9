package admin

import (
	"flag"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

var turns = flag.Int("turns", 0, "how many turns TestThroughput takes with each kind of log")

// TestThroughput compares what a host serves with and without a log of requests, over
// sockets, in turns, and prints the median of their ratios. To run it:
//
//	go test ./internal/admin -run Throughput -v -turns 20
func TestThroughput(t *testing.T) {
	if *turns == 0 {
		t.Skip("-turns is 0")
	}
	task := imds.Identify(1, 0, "app", 0)
	kinds := []string{"none", "ring", "file"}
	rates := make(map[string][]float64)
	for turn := range *turns {
		for i := range kinds { // each kind is first, second and third in turn
			kind := kinds[(i+turn)%len(kinds)]
			c := imds.Config{
				Tasks:    []imds.Task{task},
				Endpoint: throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1e6, Seconds: 1}, Burst: 1e6}}, Slots: 1, Groups: 1}),
			}
			h, end := imds.New(c), func() {}
			switch kind {
			case "ring":
				h = New(asProfiles, nil, nil, nil).Add(c)
			case "file":
				f, err := os.Create(filepath.Join(t.TempDir(), "requests"))
				if err != nil {
					t.Fatal(err)
				}
				a := New(asProfiles, nil, nil, f)
				h, end = a.Add(c), func() {
					if err := a.Close(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
			rates[kind] = append(rates[kind], throughput(t, h, "/v2/credentials/"+task.CredentialsID))
			end()
		}
	}
	for _, kind := range kinds[1:] {
		var ratios []float64
		for i, rate := range rates[kind] {
			ratios = append(ratios, rate/rates["none"][i])
		}
		slices.Sort(ratios)
		slices.Sort(rates[kind])
		t.Logf("%s: %.3f of the throughput without a log (median of %d turns; %.3f to %.3f), %.0f/s",
			kind, ratios[len(ratios)/2], len(ratios), ratios[len(ratios)/4], ratios[len(ratios)*3/4], rates[kind][len(ratios)/2])
	}
}

// throughput is how many requests a second a handler serves on 8 connections.
func throughput(t *testing.T, h *imds.Handler, path string) float64 {
	const connections, lasts = 8, time.Second
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := imds.Serve(l, h, stdlog.New(io.Discard, "", 0))
	defer p.Close()
	var asking sync.WaitGroup
	counts := make([]int, connections)
	began := time.Now()
	for i := range counts {
		asking.Go(func() {
			client := &http.Client{Transport: new(http.Transport)}
			defer client.CloseIdleConnections()
			for time.Since(began) < lasts {
				resp, err := client.Get(fmt.Sprintf("http://%s%s", p.Addr(), path))
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("got %v, %v", resp, err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				counts[i]++
			}
		})
	}
	asking.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum) / time.Since(began).Seconds()
}
