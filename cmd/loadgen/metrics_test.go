package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// lines is a stream that others may read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A live run serves its figures while it is under way.
func TestMetricsOfARun(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "metered.yaml")
	text := "version: 1\nname: metered\nduration: 700ms\ndrain: 1s\nfleet: [{group: mine, tasks: 2, arrivals: {constant: 50/s}, under_test: true}]\n"
	if err := os.WriteFile(profile, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var stderr lines
	done := make(chan int, 1)
	go func() {
		done <- run(io.Discard, &stderr, "run", profile, "--engine", "live", "--seeds", "1", "--metrics", ":0")
	}()
	address := regexp.MustCompile(`metrics: (http://127\.0\.0\.1:\d+/metrics)`)
	calls := regexp.MustCompile(`(?m)^tenement_run_calls_total\{profile="metered",case="none",group="mine",result="ok"\} (\d+)$`)
	seen := false
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case code := <-done:
			if code != 0 {
				t.Fatalf("exit code %d\n%s", code, stderr.String())
			}
			if !seen {
				t.Error("nobody saw a call")
			}
			return
		case <-tick.C:
		}
		at := address.FindStringSubmatch(stderr.String())
		if at == nil {
			continue
		}
		resp, err := http.Get(at[1])
		if err != nil {
			continue // the run has ended
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil && resp.StatusCode != http.StatusOK {
			t.Errorf("got status %d: %s", resp.StatusCode, body)
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
			t.Errorf("got %q", resp.Header.Get("Content-Type"))
		}
		seen = seen || calls.Match(body)
	}
}

// Clients that ask without end do not cost the run more than one that asks now and then.
func TestMetricsOfManyClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		m := &metrics{soFar: func() (*reports.Report, error) {
			made++
			return reportstest.Tiny(t), nil
		}}
		var clients sync.WaitGroup
		for range 20 {
			clients.Go(func() {
				for range 100 {
					if text, err := m.now(); err != nil || len(text) == 0 {
						t.Errorf("got %d bytes, %v", len(text), err)
					}
					time.Sleep(metricsAge / 25)
				}
			})
		}
		clients.Wait()
		if made < 3 || made > 5 {
			t.Errorf("worked out %d times in 1 s, want 4", made)
		}
	})
}
