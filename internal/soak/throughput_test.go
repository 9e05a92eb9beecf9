package soak

import (
	"bufio"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// BenchmarkThroughput is each kind of server beside a bare net/http handler
// that writes the same headers and the same bytes, on the connections of a
// benchmark client. The two take turns, so that a noisy machine treats them
// alike, and the figure is the ratio: 1 is as fast. The path of a 429 stands
// beside that of a 200.
func BenchmarkThroughput(b *testing.B) {
	for _, s := range surfaces {
		b.Run(s.name, s.throughput)
	}
}

func (s surface) throughput(b *testing.B) {
	// A limit that is never reached, for its headers.
	free := s.config(throttle.Limit{Rate: throttle.Rate{Tokens: 1e6, Seconds: 1}, Burst: 1e6})
	full := s.config(throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1})
	requests := s.requests(free)
	address := serveMock(b, free)
	refused := serveMock(b, full)
	plain := serveBare(b, bare(b, address, requests[0]))
	load(refused, requests, 1, times(2)) // empties the bucket

	const round = 300 * time.Millisecond
	var ours, theirs, refusals float64
	for b.Loop() {
		theirs += rate(b, plain, requests, round)
		ours += rate(b, address, requests, round)
		refusals += rate(b, refused, requests, round)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours/float64(b.N), "req/round")
	b.ReportMetric(ours/theirs, besideBare)
	b.ReportMetric(refusals/ours, besideServed)
}

// The names of the ratios: to a bare handler, and of refusals to answers.
const (
	besideBare   = "x-bare"
	besideServed = "429-x-200"
)

// rate is how many requests are answered in a round.
func rate(b *testing.B, address string, requests [][]byte, round time.Duration) float64 {
	end := time.Now().Add(round)
	got := load(address, requests, connections, func() bool { return time.Now().Before(end) })
	if got.errs > 0 {
		b.Fatalf("%d errors, the first: %v", got.errs, got.err)
	}
	n := 0
	for _, of := range got.status {
		n += of
	}
	return float64(n)
}

// bare is a handler that writes what a server answers to a request, without
// looking at the request.
func bare(b *testing.B, address string, request []byte) http.Handler {
	c, err := net.Dial("tcp4", address)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(request); err != nil {
		b.Fatal(err)
	}
	header, status, body := parse(b, c)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, values := range header {
			h[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

// parse reads an answer as net/http's client does.
func parse(b *testing.B, c net.Conn) (http.Header, int, []byte) {
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	if resp.Close {
		resp.Header["Connection"] = []string{"close"} // which the client takes out
	}
	return resp.Header, resp.StatusCode, body
}

// serveMock serves as mockimds does, until the benchmark ends.
func serveMock(b *testing.B, c imds.Config) (address string) {
	p := imds.Serve(listen(b), imds.New(c), log.New(io.Discard, "", 0))
	b.Cleanup(func() { _ = p.Close() })
	return p.Addr().String()
}

// serveBare serves with net/http alone, as patient as the mock with headers
// that do not come and with idle connections.
func serveBare(b *testing.B, h http.Handler) (address string) {
	ts := &httptest.Server{Listener: listen(b), Config: imds.Server(h)}
	ts.Start()
	b.Cleanup(ts.Close)
	return ts.Listener.Addr().String()
}

func listen(b *testing.B) net.Listener {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	return l
}
