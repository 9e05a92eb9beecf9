package evidence_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/service"
)

// traces is the folder with the whole recordings; without it, tests use parts of them.
var traces = flag.String("traces", "", "`folder` of whole recordings to test with")

var foreign = flag.Bool("foreign", false, "x")

// sample is a recording of known limit.
type sample struct {
	name        string
	rate, burst float64
	read        func(line string, e *recording.Entry) bool
}

// list is a Source of entries in memory.
func list(entries []recording.Entry) evidence.Source {
	return func(yield func(*recording.Entry) bool) error {
		for i := range entries {
			e := entries[i]
			if !yield(&e) {
				return nil
			}
		}
		return nil
	}
}

// readSample reads a file of the folder of whole recordings, or of testdata.
func readSample(t testing.TB, dir, name string, read func(string, *recording.Entry) bool) []recording.Entry {
	t.Helper()
	path := filepath.Join(dir, name)
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		path += ".gz"
		f, err = os.Open(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	var all []recording.Entry
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var e recording.Entry
		if read(lines.Text(), &e) {
			all = append(all, e)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(all, func(a, b recording.Entry) int { return a.At.Compare(b.At) })
	return all
}

// day is when recordings without a date begin.
var day = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// readTruth reads a line of what a server itself noted, with exact times.
func readTruth(line string, e *recording.Entry) bool {
	var l struct {
		T                            float64
		Src, Method, Path, Query, UA string
		Status                       int
		Latency                      float64 `json:"latency_us"`
	}
	if json.Unmarshal([]byte(line), &l) != nil {
		return false
	}
	e.At = day.Add(time.Duration(l.T * 1e9))
	e.Lat = time.Duration(l.Latency * 1e3)
	e.Method, e.Path, e.Status, e.Agent = l.Method, l.Path, l.Status, l.UA
	if l.Query != "" {
		e.Path += "?" + l.Query
	}
	e.Addr = host(l.Src)
	return true
}

// readAudit reads a line of the ECS agent's audit log.
func readAudit(line string, e *recording.Entry) bool {
	head, rest, _ := strings.Cut(line, ` "`)
	path, rest, _ := strings.Cut(rest, `" "`)
	i := strings.LastIndexByte(rest, '"')
	f := strings.Fields(head)
	if i < 0 || len(f) != 3 {
		return false
	}
	e.Agent = rest[:i]
	tail := strings.Fields(rest[i+1:])
	var err error
	if e.At, err = time.Parse(time.RFC3339, f[0]); err != nil {
		return false
	}
	e.Status, _ = strconv.Atoi(f[1])
	e.Addr, e.Path, e.Method = host(f[2]), path, "GET"
	e.Step, e.Ended = time.Second, true
	e.Cut = strings.HasSuffix(path, "/credentials")
	if len(tail) == 5 {
		e.Task, e.Instance = tail[0], tail[4]
		e.Execution = strings.HasSuffix(tail[1], "ExecutionRole")
	}
	return true
}

// readCombined reads a line of nginx's stock format.
func readCombined(line string, e *recording.Entry) bool {
	f := strings.Split(line, `"`)
	if len(f) < 6 {
		return false
	}
	head := strings.Fields(f[0])
	at, err := time.Parse("[02/Jan/2006:15:04:05 -0700]", head[3]+" "+head[4])
	if err != nil {
		return false
	}
	request := strings.Fields(f[1])
	e.At, e.Step, e.Ended = at, time.Second, true
	e.Addr, e.Method, e.Path, e.Agent = head[0], request[0], request[1], f[5]
	e.Status, _ = strconv.Atoi(strings.Fields(f[2])[0])
	return true
}

// readTimed reads a line of the timed format of the samples.
func readTimed(line string, e *recording.Entry) bool {
	quoted := strings.Split(line, `"`)
	f := strings.Fields(quoted[0])
	if len(f) < 4 || len(quoted) < 6 {
		return false
	}
	at, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		return false
	}
	lat, _ := strconv.ParseFloat(f[3], 64)
	e.Lat = time.Duration(lat * 1e9)
	e.At, e.Step = time.UnixMicro(int64(at*1e6+0.5)).UTC().Add(-e.Lat).Truncate(time.Millisecond), time.Millisecond
	e.Addr, e.Method, e.Path, e.Agent = host(f[1]), quoted[1], quoted[3], quoted[5]
	e.Status, _ = strconv.Atoi(f[2])
	return true
}

func host(addr string) string {
	a, err := netip.ParseAddrPort(addr)
	if err != nil {
		return addr
	}
	return a.Addr().String()
}

// samples are the recordings of known limit.
var samples = []sample{
	{"ecs-40-60.truth.jsonl", 40, 60, readTruth},
	{"ecs-5-10.truth.jsonl", 5, 10, readTruth},
	{"nginx-40-60.truth.jsonl", 40, 60, readTruth},
	{"vegeta-40-60.truth.jsonl", 40, 60, readTruth},
	{"nginx-40-60.timed.log", 40, 60, readTimed},
	{"ecs-40-60.audit.log", 40, 60, readAudit},
	{"ecs-5-10.audit.log", 5, 10, readAudit},
	{"nginx-40-60.audit.log", 40, 60, readAudit},
	{"nginx-40-60.combined.log", 40, 60, readCombined},
	{"vegeta-40-60.audit.log", 40, 60, readAudit},
}

func TestFitWholeSamples(t *testing.T) {
	if *traces == "" {
		t.Skip("without -traces")
	}
	for _, s := range samples {
		began := time.Now()
		entries := readSample(t, *traces, s.name, s.read)
		if *foreign {
			for i := range entries {
				entries[i].Service = service.IMDS
				if entries[i].Status == 429 {
					entries[i].Status = 503
				}
			}
		}
		f, err := evidence.FitLimit(list(entries), evidence.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%-26s %d/%d rate %.4g %.4g burst %.4g %.4g misfits %d %v %v\n", s.name, f.Refused, f.Answers, f.Limit.Rate.PerSecond(), f.Rate, float64(f.Limit.Burst), f.Burst, f.Misfits, f.Scopes, time.Since(began))
	}
}
