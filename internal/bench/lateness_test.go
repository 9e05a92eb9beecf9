package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"tenement/internal/live"
	"tenement/internal/strategy"
	"tenement/profiles"
)

func target(address string) (*url.URL, error) {
	return url.Parse("http://" + address + "/v2/credentials/id")
}

const latenessFor = 4 * time.Second

// BenchmarkLateness compares how late calls begin, on our pacing and on
// vegeta's own, at the same constant rate. Neither touches a network: static
// keys answer ours, a null transport vegeta's.
func BenchmarkLateness(b *testing.B) {
	for _, rate := range []int{500, 5000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			for b.Loop() {
				var bare, ours [2][]float64
				for range 3 {
					v, o := vegetaLateness(rate), ourLateness(b, rate)
					for i := range bare {
						bare[i], ours[i] = append(bare[i], v[i]), append(ours[i], o[i])
					}
				}
				for i, name := range []string{"p50", "p99"} {
					v, o := median(bare[i]), median(ours[i])
					b.ReportMetric(v, "vegeta-"+name+"-µs")
					b.ReportMetric(o, "ours-"+name+"-µs")
					b.ReportMetric(o/v, name+"-ratio")
				}
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// null answers every request at once.
type null struct{}

func (null) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// vegetaLateness is the median and the 99th percentile in µs. Vegeta does not
// say when an attack began, so its least late hit counts as punctual.
func vegetaLateness(rate int) [2]float64 {
	attacker := vegeta.NewAttacker(vegeta.Client(&http.Client{Transport: null{}}))
	targets := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: "http://null.invalid/"})
	var late []time.Duration
	var first time.Time
	interval := time.Second / time.Duration(rate)
	for r := range attacker.Attack(targets, vegeta.Rate{Freq: rate, Per: time.Second}, latenessFor, "") {
		if first.IsZero() {
			first = r.Timestamp
		}
		late = append(late, r.Timestamp.Sub(first)-time.Duration(r.Seq)*interval)
	}
	least := slices.Min(late)
	for i := range late {
		late[i] -= least
	}
	return percentiles(late)
}

func ourLateness(b *testing.B, rate int) [2]float64 {
	b.Helper()
	profile, err := profiles.Load("bench.yaml", fmt.Appendf(nil, `
version: 1
name: bench
description: calls that cost no request
duration: %v
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: host}}
fleet: [{group: tasks, arrivals: {constant: %d/s}, under_test: true}]
strategies: {static: {cache: static}}
`, latenessFor, rate))
	if err != nil {
		b.Fatal(err)
	}
	l := new(lateness)
	if _, err := new(live.Engine).Run(context.Background(), profile.Plan(profile.Cases()[0], 1), l); err != nil {
		b.Fatal(err)
	}
	return percentiles(l.late)
}

// lateness observes when calls begin.
type lateness struct{ late []time.Duration }

func (*lateness) Attempted(*strategy.Call, time.Duration, time.Duration, *strategy.Outcome) {}

func (l *lateness) Finished(k *strategy.Call) { l.late = append(l.late, k.Begun-k.Scheduled) }

func percentiles(late []time.Duration) [2]float64 {
	slices.Sort(late)
	return [2]float64{microseconds(late[len(late)/2]), microseconds(late[len(late)*99/100])}
}
