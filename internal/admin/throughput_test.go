//go:build unix

package admin

import (
	"bytes"
	"flag"
	"io"
	stdlog "log"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
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
	kinds := []string{"none", "none again", "ring", "file"}
	rates := make(map[string][]float64)
	for turn := range *turns {
		for i := range kinds { // each kind is first, second and so on in turn
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

// throughput is how many requests a handler serves on 8 connections in a second of
// processor time: other programs on the machine then matter less. The clients are in
// this process too, and do no more than they must.
func throughput(t *testing.T, h *imds.Handler, path string) float64 {
	const connections, each = 8, 1000
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := imds.Serve(l, h, stdlog.New(io.Discard, "", 0))
	defer p.Close()
	var asking sync.WaitGroup
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: a\r\nUser-Agent: aws-sdk-go-v2/1.0\r\n\r\n")
	began := processor(t)
	for range connections {
		asking.Go(func() {
			c, err := net.Dial("tcp", p.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			answer := make([]byte, 16<<10)
			for range each {
				if _, err := c.Write(request); err != nil {
					t.Error(err)
					return
				}
				// An answer comes in one piece: it is short, and written at once.
				if n, err := c.Read(answer); err != nil || !bytes.HasPrefix(answer[:n], []byte("HTTP/1.1 200")) || answer[n-1] != '}' {
					t.Errorf("got %q, %v", answer[:n], err)
					return
				}
			}
		})
	}
	asking.Wait()
	return connections * each / (processor(t) - began).Seconds()
}

// processor is how long the process has had a processor.
func processor(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
