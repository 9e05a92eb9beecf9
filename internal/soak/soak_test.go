package soak

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// long is how long each load lasts in the long form; 0 is the short one, of a
// fixed number of requests.
var long = flag.Duration("soak", 0, "how long each load lasts")

// report is where the long form writes its figures.
var report = flag.String("soak-report", "", "the file to write the figures to")

// rows are the figures for the report.
var rows []string

func note(t *testing.T, format string, args ...any) {
	t.Helper()
	row := fmt.Sprintf(format, args...)
	t.Log(row)
	rows = append(rows, fmt.Sprintf("- `%s`: %s", t.Name(), row))
}

func TestMain(m *testing.M) {
	if address := os.Getenv(crowd); address != "" {
		if err := beCrowd(address, os.Args[1], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	code := m.Run()
	if *report != "" && code == 0 {
		if err := write(*report); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// write is the report of the long form.
func write(path string) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# Soak

What %smake soak%s measured on %s, %v for each load, with %s on %s/%s
and %d processors. Written by the tests of internal/soak; they fail where a promise is
broken, so what stands here has held.

`, "`", "`", time.Now().UTC().Format("2006-01-02"), *long, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, row := range rows {
		fmt.Fprintln(&b, row)
	}
	b.WriteString("\nThroughput beside a bare net/http handler that writes the same bytes, and of\n" +
		"refusals beside answers; taken in turns, and no test:\n\n")
	if err := flag.Set("test.benchtime", "20x"); err != nil {
		return err
	}
	for _, s := range surfaces {
		r := testing.Benchmark(s.throughput).Extra
		fmt.Fprintf(&b, "- %s: %.2f, %.2f\n", s.name, r[besideBare], r[besideServed])
	}
	// What was written by hand stands below it, and stays.
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, fuzzing, ok := strings.Cut(string(before), fuzzingHead); ok {
		b.WriteString("\n" + fuzzingHead + fuzzing)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// fuzzingHead is where the part of the report begins that is written by hand.
const fuzzingHead = "## Fuzzing\n"

// surface is one kind of server under load.
type surface struct {
	name    string
	service service.Service
	request func(t imds.Task) string // of each connection's task
}

// surfaces are all kinds of server, each with what is asked of it most.
var surfaces = []surface{
	{"ecs", service.ECS, func(t imds.Task) string {
		return "GET /v2/credentials/" + t.CredentialsID + " HTTP/1.1\r\nHost: 169.254.170.2\r\n\r\n"
	}},
	{"imds", service.IMDS, func(imds.Task) string {
		return "GET /latest/meta-data/iam/security-credentials/" + role + " HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n"
	}},
	{"imds-token", service.IMDS, func(imds.Task) string {
		return "PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nContent-Length: 0\r\n" +
			"X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n"
	}},
	{"eks-pod-identity", service.PodIdentity, func(t imds.Task) string {
		token, _ := t.PodToken(seed, throttle.PodTokens{}, time.Now(), 0)
		return "GET /v1/credentials HTTP/1.1\r\nHost: 169.254.170.23\r\nAuthorization: " + token + "\r\n\r\n"
	}},
}

const (
	seed = 1
	role = "load-role"
)

// connections is how many a load has.
const connections = 64

// config is a server of that many tasks.
func (s surface) config(limits ...throttle.Limit) imds.Config {
	c := imds.Config{Service: s.service, Seed: seed, Instance: imds.Instance{Role: role}}
	for i := range connections {
		t := imds.Identify(seed, 0, "load", i)
		t.Slot = i
		c.Tasks = append(c.Tasks, t)
	}
	c.Endpoint = throttle.New(throttle.Config{Slots: connections, Groups: 1, Limits: limits})
	return c
}

// requests are what the tasks send.
func (s surface) requests(c imds.Config) [][]byte {
	var all [][]byte
	for _, t := range c.Tasks {
		all = append(all, []byte(s.request(t)))
	}
	return all
}

// serve serves a handler on a free port until the test ends.
func serve(t testing.TB, h *imds.Handler) *imds.Port {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := imds.Serve(l, h, log.New(io.Discard, "", 0))
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// budget is more, for the form that runs: for so long, or so many requests.
func budget(requests int64) (more func() bool) {
	if *long > 0 {
		end := time.Now().Add(*long)
		return func() bool { return time.Now().Before(end) }
	}
	return times(requests)
}

// times is more, for so many requests.
func times(requests int64) (more func() bool) {
	var n atomic.Int64
	return func() bool { return n.Add(1) <= requests }
}

// Under a load of many connections the limit is kept to the token: the bucket
// admits what it may, no more and no less, and there is no answer but 200 and
// 429.
func TestLoad(t *testing.T) {
	limit := throttle.Limit{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60}
	if *long == 0 {
		limit.Rate.Seconds = 1_000_000 // it earns nothing, however slow the machine is
	}
	earns := func(d time.Duration) int { return int(40 * (d / time.Duration(limit.Rate.Seconds)) / time.Second) }
	for _, s := range surfaces {
		t.Run(s.name, func(t *testing.T) {
			c := s.config(limit)
			h := imds.New(c)
			p := serve(t, h)
			requests := s.requests(c)
			one := &client{address: p.Addr().String(), request: requests[0]}
			defer one.close()

			// One client takes what is in the bucket, before the load and after
			// it; in between, nothing that the bucket earns is lost.
			drain := func() (admitted int) {
				for {
					switch status, err := one.do(); {
					case err != nil:
						t.Fatal(err)
					case status != http.StatusOK:
						return admitted
					}
					admitted++
				}
			}
			before := h.Elapsed()
			drained := drain()
			earning := h.Elapsed()
			got := load(p.Addr().String(), requests, connections, budget(3000))
			earned := h.Elapsed() - earning
			got.status[http.StatusOK] += drained + drain()
			got.status[http.StatusTooManyRequests] += 2
			if got.errs > 0 {
				t.Errorf("%d errors, the first: %v", got.errs, got.err)
			}
			admitted, throttled := got.status[200], got.status[429]
			if extra := len(got.status); extra > 2 {
				t.Errorf("got answers %v, want 200 and 429 only", got.status)
			}
			least := drained + earns(earned)
			most := 60 + earns(h.Elapsed()-before) + 1
			note(t, "%d requests, %d admitted (%d to %d may be), %d throttled, %d errors",
				admitted+throttled, admitted, least, most, throttled, got.errs)
			if admitted < least || admitted > most {
				t.Errorf("got %d admitted, want %d to %d", admitted, least, most)
			}
			if counts := h.Counts(); int(counts.Admitted) != admitted || int(counts.Throttled) != throttled {
				t.Errorf("the server counts %+v", counts.Tally)
			}
		})
	}
}
