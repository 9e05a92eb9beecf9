package imds

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"tenement/internal/throttle"
)

// silent is a ResponseWriter that keeps nothing, so that a handler is measured
// alone.
type silent struct{ header http.Header }

func (w *silent) Header() http.Header         { return w.header }
func (w *silent) Write(b []byte) (int, error) { return len(b), nil }
func (w *silent) WriteHeader(int)             {}

// benchServer has more tasks than a load test's host.
func benchServer() (*Handler, []Task) {
	tasks := make([]Task, 400)
	for i := range tasks {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Slot = i
	}
	return New(Config{
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1e6, Seconds: 1}, Burst: 1e6, Scope: throttle.IPPathScope}},
			Slots:  len(tasks), Groups: 1,
		}),
		Limit: throttle.Rate{Tokens: 40, Seconds: 1},
		Tasks: tasks,
	}), tasks
}

// bare writes the same bytes as the handler under test, and decides nothing.
func bare(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Rate-Limit-Limit", "40.00")
		h.Set("X-Rate-Limit-Duration", "1")
		h.Set("X-Rate-Limit-Request-Forwarded-For", r.Header.Get("X-Forwarded-For"))
		h.Set("X-Rate-Limit-Request-Remote-Addr", r.RemoteAddr)
		h.Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
}

// BenchmarkHandler is the handlers without a network.
func BenchmarkHandler(b *testing.B) {
	s, tasks := benchServer()
	requests := make([]*http.Request, len(tasks))
	for i, t := range tasks {
		requests[i], _ = http.NewRequest("GET", "http://tasks/v2/credentials/"+t.CredentialsID, nil)
		requests[i].RemoteAddr = "127.0.0.1:40000"
	}
	body := get(s, "GET", "/v2/credentials/"+tasks[0].CredentialsID, remote).Body.Bytes()
	for _, one := range []struct {
		name    string
		handler http.Handler
	}{{"ecs", s}, {"bare", bare(body)}} {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				w := &silent{header: make(http.Header)}
				for i := 0; pb.Next(); i++ {
					one.handler.ServeHTTP(w, requests[i%len(requests)])
				}
			})
		})
	}
}

// BenchmarkServer is a whole exchange over a loopback connection: the share of
// ecs in bare is what the mock costs a load test.
func BenchmarkServer(b *testing.B) {
	s, tasks := benchServer()
	body := get(s, "GET", "/v2/credentials/"+tasks[0].CredentialsID, remote).Body.Bytes()
	for _, one := range []struct {
		name    string
		handler http.Handler
	}{{"ecs", s}, {"bare", bare(body)}} {
		b.Run(one.name, func(b *testing.B) {
			base := loopbackServer(b, one.handler)
			var next atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				transport := &http.Transport{}
				defer transport.CloseIdleConnections()
				r, err := http.NewRequest("GET", base+"/v2/credentials/"+tasks[int(next.Add(1))%len(tasks)].CredentialsID, nil)
				if err != nil {
					b.Error(err)
					return
				}
				for pb.Next() {
					resp, err := transport.RoundTrip(r)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			})
		})
	}
}

// BenchmarkInstance is the metadata service without a network: a session token,
// and credentials with one. The share of imds in bare, which writes the same
// headers and bytes, is what the mock costs a load test.
func BenchmarkInstance(b *testing.B) {
	s := onInstance(Instance{Role: role, TokensRequired: true})
	put, _ := http.NewRequest("PUT", "http://instance/latest/api/token", nil)
	put.Header.Set(ttlHeader, "21600")
	read, _ := http.NewRequest("GET", "http://instance/latest/meta-data/iam/security-credentials/"+role, nil)
	read.Header.Set(tokenHeader, token(b, s, "21600"))
	for _, one := range []struct {
		name    string
		request *http.Request
	}{{"token", put}, {"credentials", read}} {
		one.request.RemoteAddr = remote
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, one.request)
		same := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for name, value := range answer.Header() {
				w.Header().Set(name, value[0])
			}
			_, _ = w.Write(answer.Body.Bytes())
		})
		for _, h := range []struct {
			name    string
			handler http.Handler
		}{{"imds", s}, {"bare", same}} {
			b.Run(one.name+"/"+h.name, func(b *testing.B) {
				b.ReportAllocs()
				b.RunParallel(func(pb *testing.PB) {
					w := &silent{header: make(http.Header)}
					for pb.Next() {
						h.handler.ServeHTTP(w, one.request)
					}
				})
			})
			b.Run(one.name+"/"+h.name+"-server", func(b *testing.B) {
				to, err := url.Parse(loopbackServer(b, h.handler))
				if err != nil {
					b.Fatal(err)
				}
				b.RunParallel(func(pb *testing.PB) {
					transport := &http.Transport{}
					defer transport.CloseIdleConnections()
					r := one.request.Clone(b.Context())
					r.URL.Host = to.Host
					for pb.Next() {
						resp, err := transport.RoundTrip(r)
						if err != nil {
							b.Error(err)
							return
						}
						_, _ = io.Copy(io.Discard, resp.Body)
						resp.Body.Close()
					}
				})
			})
		}
	}
}

// BenchmarkPod is the Pod Identity agent without a network, asked with the
// tokens of many pods, beside a handler that writes the same bytes; and what
// a token costs that it has not seen.
func BenchmarkPod(b *testing.B) {
	tasks := make([]Task, 400)
	for i := range tasks {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Slot = i
	}
	began := time.Now()
	s := New(Config{
		Service: PodIdentity, Seed: 1, Tasks: tasks, Began: began,
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1e6, Seconds: 1}, Burst: 1e6, Scope: throttle.PathScope}},
			Slots:  len(tasks), Groups: 1,
		}),
	})
	requests := make([]*http.Request, len(tasks))
	for i := range tasks {
		requests[i], _ = http.NewRequest("GET", "http://"+podIdentityIPv4+"/v1/credentials", nil)
		requests[i].RemoteAddr = remote
		requests[i].Header.Set("Authorization", podToken(tasks[i], began, 0))
	}
	body := show(s, "GET", "/v1/credentials", podIdentityIPv4, podToken(tasks[0], began, 0)).Body.Bytes()
	same := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	for _, one := range []struct {
		name    string
		handler http.Handler
	}{{"agent", s}, {"bare", same}} {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				w := &silent{header: make(http.Header)}
				for i := 0; pb.Next(); i++ {
					one.handler.ServeHTTP(w, requests[i%len(requests)])
				}
			})
		})
		b.Run(one.name+"/served", func(b *testing.B) {
			base := loopbackServer(b, one.handler)
			var next atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				transport := &http.Transport{}
				defer transport.CloseIdleConnections()
				r, err := http.NewRequest("GET", base+"/v1/credentials", nil)
				if err != nil {
					b.Error(err)
					return
				}
				r.Header = requests[int(next.Add(1))%len(tasks)].Header
				for pb.Next() {
					resp, err := transport.RoundTrip(r)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			})
		})
	}
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		token := podToken(tasks[0], began, 0)
		for b.Loop() {
			if _, err := parseToken(token); err != nil {
				b.Fatal(err)
			}
		}
	})
}
