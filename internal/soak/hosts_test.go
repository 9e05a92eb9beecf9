package soak

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// hosts is how many hosts TestHosts loads.
const hosts = 8

// Hosts of one process share nothing: under a load on all of them at once, each
// admits what its own limit may and counts its own requests.
func TestHosts(t *testing.T) {
	const burst = 60
	s := surfaces[0]
	var all []*imds.Handler
	var wg sync.WaitGroup
	got := make([]tally, hosts)
	for host := range hosts {
		// The rate earns nothing during the test.
		c := s.config(throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 360_000}, Burst: burst + int64(host)})
		h := imds.New(c)
		all = append(all, h)
		p, requests, more := serve(t, h), s.requests(c), budget(500)
		wg.Go(func() { got[host] = load(p.Addr().String(), requests, connections/hosts, more) })
	}
	wg.Wait()
	total := 0
	for host, h := range all {
		admitted, throttled := got[host].status[200], got[host].status[429]
		if got[host].errs > 0 || len(got[host].status) > 2 || admitted != burst+host {
			t.Errorf("host %d: got %v, %d errors, the first: %v; want %d admitted", host, got[host].status, got[host].errs, got[host].err, burst+host)
		}
		if counts := h.Counts(); int(counts.Admitted) != admitted || int(counts.Throttled) != throttled {
			t.Errorf("host %d: got %v, it counts %+v", host, got[host].status, counts.Tally)
		}
		total += admitted + throttled
	}
	note(t, "%d requests to %d hosts at once, each admitted the burst of its own limit", total, hosts)
}

// The same of the program: mockimds --hosts. Only the long form builds it.
func TestMockimdsHosts(t *testing.T) {
	if *long == 0 {
		t.Skip("only in the long form, which builds mockimds")
	}
	program := filepath.Join(t.TempDir(), "mockimds")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "tenement/cmd/mockimds").CombinedOutput(); err != nil {
		t.Fatalf("building mockimds: %v\n%s", err, out)
	}
	const burst = 60
	mock := exec.Command(program, "--hosts", fmt.Sprint(hosts), "--limit", fmt.Sprintf("0.00001/s,%d", burst),
		"--scope", "host", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	stderr, err := mock.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	admin := ""
	for admin == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("mockimds: %v", err)
		}
		if _, url, ok := strings.Cut(strings.TrimSpace(line), "admin on "); ok {
			admin = url
		}
	}
	rest := make(chan string, 1)
	go func() {
		said, _ := io.ReadAll(lines)
		rest <- string(said)
	}()
	tasks := struct {
		Tasks []struct {
			Host        int
			Environment map[string]string
		}
	}{}
	get(t, admin+"/v1/tasks", &tasks)
	var wg sync.WaitGroup
	got := make([]tally, hosts)
	for _, task := range tasks.Tasks {
		address, path, _ := strings.Cut(strings.TrimPrefix(task.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], "http://"), "/")
		request := []byte("GET /" + path + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n")
		more := budget(0)
		wg.Go(func() { got[task.Host] = load(address, [][]byte{request}, connections/hosts, more) })
	}
	wg.Wait()
	state := struct {
		Hosts []struct {
			Counts struct{ Requests, Served, Throttled uint64 }
		}
	}{}
	get(t, admin+"/v1/state", &state)
	if len(tasks.Tasks) != hosts || len(state.Hosts) != hosts {
		t.Fatalf("got %d tasks and %d hosts, want %d", len(tasks.Tasks), len(state.Hosts), hosts)
	}
	total := 0
	for host, of := range got {
		if of.errs > 0 || len(of.status) != 2 || of.status[200] != burst {
			t.Errorf("host %d: got %v, %d errors, the first: %v; want %d admitted", host, of.status, of.errs, of.err, burst)
		}
		if counts := state.Hosts[host].Counts; int(counts.Served) != of.status[200] || int(counts.Throttled) != of.status[429] || counts.Requests != counts.Served+counts.Throttled {
			t.Errorf("host %d: got %v, it counts %+v", host, of.status, counts)
		}
		total += of.status[200] + of.status[429]
	}
	if err := mock.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	said := <-rest
	if err := mock.Wait(); err != nil {
		t.Errorf("mockimds: %v\n%s", err, said)
	}
	note(t, "%d requests to the %d hosts of one process, %d admitted by each", total, hosts, burst)
}

// get reads JSON of the admin.
func get(t *testing.T, url string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
}
