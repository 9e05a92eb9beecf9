package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenement/internal/live"
	"tenement/profiles"
	"tenement/reports"
)

const (
	arrivalFor    = 2 * time.Second
	arrivalRounds = 11
)

// BenchmarkArrival compares when requests arrive, and the processor time that
// sending them takes, with vegeta's command line, at the same constant rates. Both
// are processes of their own, as is the server, which notes the times. Rounds
// alternate, and each ratio is the median over the pairs of rounds.
func BenchmarkArrival(b *testing.B) {
	cli := vegetaCLI(b)
	for _, rate := range []int{50, 500, 5000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			address := child(b)
			for b.Loop() {
				var bare, ours []arriving
				for range arrivalRounds {
					bare = append(bare, arrivingFrom(b, address, rate, cli(address, rate)))
					ours = append(ours, arrivingFrom(b, address, rate, sender(address, rate)))
				}
				for _, figure := range []struct {
					name, unit string
					of         func(arriving) float64
				}{
					{"p50", "µs", func(a arriving) float64 { return a.p50 }},
					{"p99", "µs", func(a arriving) float64 { return a.p99 }},
					{"core", "share", func(a arriving) float64 { return a.core }},
				} {
					var v, o, ratios []float64
					for i := range bare {
						v, o = append(v, figure.of(bare[i])), append(o, figure.of(ours[i]))
						ratios = append(ratios, o[i]/v[i])
					}
					b.ReportMetric(median(v), "vegeta-"+figure.name+"-"+figure.unit)
					b.ReportMetric(median(o), "ours-"+figure.name+"-"+figure.unit)
					b.ReportMetric(median(ratios), figure.name+"-ratio")
				}
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// arriving is how requests arrived in one round: the error of their times in µs,
// and the processor time of the sender as a share of one core.
type arriving struct{ p50, p99, core float64 }

// arrivingFrom plays one round. Nobody says when a sender began, so the least late
// request counts as punctual.
func arrivingFrom(b *testing.B, address string, rate int, sender *exec.Cmd) arriving {
	b.Helper()
	forget(b, address)
	sender.Stderr = os.Stderr
	if err := sender.Run(); err != nil {
		b.Fatalf("%s: %v", filepath.Base(sender.Path), err)
	}
	late := forget(b, address)
	// On a busy machine, vegeta ends an attack without its last hits.
	if want := int(arrivalFor.Seconds()) * rate; len(late) < want*99/100 || len(late) > want {
		b.Fatalf("%s: %d requests arrived, want %d", filepath.Base(sender.Path), len(late), want)
	}
	slices.Sort(late)
	for i := range late {
		late[i] -= time.Duration(i) * (time.Second / time.Duration(rate))
	}
	least := slices.Min(late)
	for i := range late {
		late[i] -= least
	}
	p := percentiles(late)
	used := sender.ProcessState.UserTime() + sender.ProcessState.SystemTime()
	return arriving{p50: p[0], p99: p[1], core: used.Seconds() / arrivalFor.Seconds()}
}

// vegetaCLI builds vegeta's command line at the version that the library has here.
func vegetaCLI(b *testing.B) func(address string, rate int) *exec.Cmd {
	b.Helper()
	const module = "github.com/tsenart/vegeta/v12"
	version, err := exec.Command("go", "list", "-m", "-f={{.Version}}", module).Output()
	if err != nil {
		b.Fatalf("the version of %s: %v", module, err)
	}
	bin := b.TempDir()
	build := exec.Command("go", "install", module+"@"+strings.TrimSpace(string(version)))
	build.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", strings.Join(build.Args, " "), err, out)
	}
	return func(address string, rate int) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, "vegeta"), "attack", "-rate="+strconv.Itoa(rate), "-duration="+arrivalFor.String(), "-output="+os.DevNull)
		c.Stdin = strings.NewReader("GET http://" + address + "/v2/credentials/id\n")
		return c
	}
}

const sendVariable = "TENEMENT_BENCH_SEND"

// sender is this binary in a process of its own that plays a constant rate.
func sender(address string, rate int) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), sendVariable+"="+address+" "+strconv.Itoa(rate))
	return c
}

// send is what that process does.
func send() error {
	address, rate, _ := strings.Cut(os.Getenv(sendVariable), " ")
	profile, err := profiles.Load("bench.yaml", fmt.Appendf(nil, `
version: 1
name: bench
description: calls without cache or retry
duration: %v
endpoint: {service: ecs, limit: {rate: 1000000/s, burst: 1000000, scope: host}}
fleet: [{group: tasks, arrivals: {constant: %s/s}, under_test: true}]
`, arrivalFor, rate))
	if err != nil {
		return err
	}
	to, err := target(address)
	if err != nil {
		return err
	}
	plan := profile.Plan(profile.Cases()[0], 1)
	engine := live.Engine{Target: to, Began: time.Now().Add(20 * time.Millisecond)}
	_, err = engine.Run(context.Background(), plan, reports.NewRecorder(len(plan.Groups), 0, 0))
	return err
}

// arrivals are the times at which requests arrived at the server.
var arrivals struct {
	sync.Mutex
	at []time.Duration
}

var began = time.Now()

// note notes that a request has arrived.
func note(now time.Duration) {
	arrivals.Lock()
	defer arrivals.Unlock()
	arrivals.at = append(arrivals.at, now)
}

// report answers with the times noted so far, and forgets them.
func report(w http.ResponseWriter, _ *http.Request) {
	arrivals.Lock()
	defer arrivals.Unlock()
	_ = binary.Write(w, binary.LittleEndian, arrivals.at)
	arrivals.at = arrivals.at[:0]
}

// forget gets the times that the server has noted.
func forget(b *testing.B, address string) []time.Duration {
	b.Helper()
	resp, err := http.Get("http://" + address + reportPath)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	at := make([]time.Duration, len(data)/8)
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, at); err != nil {
		b.Fatal(err)
	}
	return at
}
