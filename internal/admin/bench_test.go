package admin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// discarding is an answer that nobody reads.
type discarding struct{ header http.Header }

func (d discarding) Header() http.Header       { return d.header }
func (discarding) Write(b []byte) (int, error) { return len(b), nil }
func (discarding) WriteHeader(int)             {}

// BenchmarkRefusal is what it costs a refusal that somebody wants to know of it.
func BenchmarkRefusal(b *testing.B) {
	config := func() imds.Config {
		return imds.Config{Endpoint: throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: hourly, Burst: 1, Scope: throttle.IPPathScope}}})}
	}
	for _, bench := range []struct {
		name string
		host http.Handler
	}{
		{"untold", imds.New(config())},
		{"told", New(asProfiles, nil, nil, nil).Add(config())},
		{"logged", New(asProfiles, nil, log{io.Discard}, nil).Add(config())},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/v4/x/task", nil)
			b.ReportAllocs()
			for b.Loop() {
				bench.host.ServeHTTP(discarding{make(http.Header)}, r)
			}
		})
	}
}

// BenchmarkRequest is what it costs a request that is served that all are logged.
func BenchmarkRequest(b *testing.B) {
	task := imds.Identify(1, 0, "app", 0)
	config := func() imds.Config { return imds.Config{Tasks: []imds.Task{task}} }
	for _, bench := range []struct {
		name string
		host http.Handler
	}{
		{"untold", imds.New(config())},
		{"told", New(asProfiles, nil, nil, nil).Add(config())},
		{"logged", New(asProfiles, nil, nil, log{io.Discard}).Add(config())},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/v2/credentials/"+task.CredentialsID, nil)
			r.Header.Set("User-Agent", "aws-sdk-go-v2/1.0")
			b.ReportAllocs()
			for b.Loop() {
				bench.host.ServeHTTP(discarding{make(http.Header)}, r)
			}
		})
	}
}

// BenchmarkLine is what a line of the log of requests costs.
func BenchmarkLine(b *testing.B) {
	task := imds.Identify(1, 0, "app", 0)
	s := seen{host: &host{}, seq: 123456, Request: imds.Request{
		At: 1234567891, Took: 61000, Method: "GET", Path: "/v2/credentials", Agent: "aws-sdk-go-v2/1.0", Status: 200, Task: &task, Limit: -1,
		Route: service.CredentialsRoute, Source: netip.MustParseAddr("127.0.0.1"),
	}}
	var text []byte
	var made lines
	b.ReportAllocs()
	for b.Loop() {
		s.At += 1000
		text = made.request(text[:0], &s)
	}
}
