package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"tenement/internal/live"
	"tenement/profiles"
	"tenement/reports"
)

const serveVariable = "TENEMENT_BENCH_SERVE"

// TestMain serves, or sends, instead of measuring in the children that benchmarks
// start, so that each one's processor time is counted alone.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv(serveVariable) != "":
		serve()
	case os.Getenv(sendVariable) != "":
		if err := send(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// body is about as long as a credentials document, and is one.
const body = `{"RoleArn":"arn:aws:iam::111122223333:role/bench","AccessKeyId":"ASIAFAKEBENCHEXAMPLE",` +
	`"SecretAccessKey":"not-a-real-secret","Token":"not-a-real-token","Expiration":"2099-01-01T00:00:00Z"}`

func serve() {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	go func() { _ = http.Serve(l, http.HandlerFunc(answer)) }()
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it
}

const reportPath = "/arrivals"

func answer(w http.ResponseWriter, r *http.Request) {
	now := time.Since(began)
	if r.URL.Path == reportPath {
		report(w, r)
		return
	}
	note(now)
	w.Header()["Content-Type"] = []string{"application/json"}
	_, _ = io.WriteString(w, body)
}

// child starts a server in a process of its own.
func child(b *testing.B) (address string) {
	b.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), serveVariable+"=1")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_ = c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The load of BenchmarkCPUPerCall: tasks with a connection each, calls without
// cache or retry.
const (
	cpuTasks  = 50
	cpuRate   = 2000 // calls a second, in all
	cpuFor    = 3 * time.Second
	cpuRounds = 5
)

// BenchmarkCPUPerCall compares the processor time of a call on our path with
// that of a hit of the bare vegeta Attacker, over loopback HTTP with a
// connection per task. Both wait with plain timers; rounds alternate.
func BenchmarkCPUPerCall(b *testing.B) {
	address := child(b)
	profile, err := profiles.Load("bench.yaml", fmt.Appendf(nil, `
version: 1
name: bench
description: calls without cache or retry
duration: %v
endpoint: {service: ecs, limit: {rate: 1000000/s, burst: 1000000, scope: host}}
fleet: [{group: tasks, tasks: %d, arrivals: {poisson: %d/s}, under_test: true}]
`, cpuFor, cpuTasks, cpuRate/cpuTasks))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var bare, ours []float64
		for round := range cpuRounds + 1 {
			v := bareVegeta(b, address)
			o := ourPath(b, profile, address)
			if round > 0 { // the first one warms up
				bare, ours = append(bare, v), append(ours, o)
			}
		}
		v, o := median(bare), median(ours)
		b.ReportMetric(v, "vegeta-µs/call")
		b.ReportMetric(o, "ours-µs/call")
		b.ReportMetric(o/v, "ratio")
		b.ReportMetric(0, "ns/op")
	}
}

// bareVegeta is the processor time of a hit in µs.
func bareVegeta(b *testing.B, address string) float64 {
	b.Helper()
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
		DisableCompression: true,
	}
	defer transport.CloseIdleConnections()
	var targets []vegeta.Target
	for i := range cpuTasks {
		targets = append(targets, vegeta.Target{Method: http.MethodGet, URL: fmt.Sprintf("http://task-%d.invalid/v2/credentials/id", i)})
	}
	attacker := vegeta.NewAttacker(vegeta.Client(&http.Client{Transport: transport}), vegeta.Redirects(vegeta.NoFollow))
	before, hits := processorTime(), 0
	for r := range attacker.Attack(vegeta.NewStaticTargeter(targets...), vegeta.Rate{Freq: cpuRate, Per: time.Second}, cpuFor, "") {
		if r.Code != http.StatusOK {
			b.Fatalf("vegeta: %s", r.Error)
		}
		hits++
	}
	return microseconds(processorTime()-before) / float64(hits)
}

// ourPath is the processor time of a call in µs.
func ourPath(b *testing.B, profile *profiles.Profile, address string) float64 {
	b.Helper()
	plan := profile.Plan(profile.Cases()[0], 1)
	recorder := reports.NewRecorder(len(plan.Groups), 0, 0)
	to, err := target(address)
	if err != nil {
		b.Fatal(err)
	}
	engine := live.Engine{Wait: live.Timer{}, Target: to, Began: time.Now()}
	before := processorTime()
	ran, err := engine.Run(context.Background(), plan, recorder)
	if err != nil {
		b.Fatal(err)
	}
	return microseconds(processorTime()-before) / float64(ran.Results)
}

func microseconds(d time.Duration) float64 { return float64(d) / 1e3 }

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
