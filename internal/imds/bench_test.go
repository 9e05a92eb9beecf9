package imds

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// The handlers without a network, to see what they cost and allocate. What that
// means beside the network's own cost, BenchmarkThroughput of internal/soak
// measures.

// silent is a ResponseWriter that keeps nothing, so that a handler is measured
// alone.
type silent struct{ header http.Header }

func (w *silent) Header() http.Header         { return w.header }
func (w *silent) Write(b []byte) (int, error) { return len(b), nil }
func (w *silent) WriteHeader(int)             {}

// beside measures a handler, and one that writes the same headers and bytes as
// it does to the first of the requests, and decides nothing.
func beside(b *testing.B, name string, h http.Handler, requests ...*http.Request) {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, requests[0])
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), answer.Header())
		_, _ = w.Write(answer.Body.Bytes())
	})
	for _, one := range []struct {
		name    string
		handler http.Handler
	}{{name, h}, {name + "/bare", bare}} {
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

// ample is a limit that no benchmark comes near.
func ample(scope throttle.Scope) throttle.Limit {
	return throttle.Limit{Rate: throttle.Rate{Tokens: 1e6, Seconds: 1}, Burst: 1e6, Scope: scope}
}

// crowd is more tasks than a load test's host has.
func crowd() []Task {
	tasks := make([]Task, 400)
	for i := range tasks {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Slot = i
	}
	return tasks
}

// wireRequest is a request as a handler gets it.
func wireRequest(method, url string) *http.Request {
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		panic(err) // the benchmark's own mistake
	}
	r.RemoteAddr = remote
	return r
}

// BenchmarkHandler is each kind of server.
func BenchmarkHandler(b *testing.B) {
	tasks := crowd()
	agent := New(Config{
		Tasks: tasks,
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{ample(throttle.IPPathScope)}, Slots: len(tasks), Groups: 1,
		}),
	})
	var requests []*http.Request
	for _, t := range tasks {
		requests = append(requests, wireRequest("GET", "http://tasks/v2/credentials/"+t.CredentialsID))
	}
	beside(b, "ecs", agent, requests...)

	instance := onInstance(Instance{Role: role, TokensRequired: true})
	put := wireRequest("PUT", "http://instance/latest/api/token")
	put.Header.Set(service.TokenTTLHeader, "21600")
	read := wireRequest("GET", "http://instance/latest/meta-data/iam/security-credentials/"+role)
	read.Header.Set(service.TokenHeader, token(b, instance, "21600"))
	beside(b, "imds/token", instance, put)
	beside(b, "imds/credentials", instance, read)

	began := time.Now()
	node := New(Config{
		Service: service.PodIdentity, Seed: 1, Tasks: tasks, Began: began,
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{ample(throttle.PathScope)}, Slots: len(tasks), Groups: 1,
		}),
	})
	requests = nil
	for i := range tasks {
		r := wireRequest("GET", "http://"+service.PodIdentity.Row().IPv4+"/v1/credentials")
		r.Header.Set("Authorization", tokenOf(tasks[i], began, 0))
		requests = append(requests, r)
	}
	beside(b, "eks-pod-identity", node, requests...)
}

// BenchmarkParseToken is what a token of a pod costs that the agent has not
// seen.
func BenchmarkParseToken(b *testing.B) {
	b.ReportAllocs()
	token := tokenOf(Identify(1, 0, "app", 0), time.Now(), 0)
	for b.Loop() {
		if _, err := parseToken(token); err != nil {
			b.Fatal(err)
		}
	}
}
