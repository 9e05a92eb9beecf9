package throttle_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tenement/internal/throttle"
)

// recorded is one request of a recording; testdata/README.md describes the
// format.
type recorded struct {
	at      time.Duration
	key     uint64
	allowed bool
}

func readRecording(t *testing.T, name string) (requests []recorded) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name+".txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(unzipped)
	now := time.Duration(0)
	for {
		var micros, key uint64
		var allowed int
		_, err := fmt.Fscanln(in, &micros, &key, &allowed)
		if errors.Is(err, io.EOF) {
			return requests
		}
		if err != nil {
			t.Fatalf("%s: request %d: %v", name, len(requests), err)
		}
		now += time.Duration(micros) * time.Microsecond
		requests = append(requests, recorded{now, key, allowed == 1})
	}
}

// The agent's limiter, as recorded, decides as ours does with one bucket per
// address and path. They differ only where the log does not say in which order,
// or on which side of the refill, the limiter saw the requests.
func TestRecordedDecisions(t *testing.T) {
	const (
		// Requests of one bucket that are so close together ran concurrently: the
		// log has the order of the handlers, not that of the limiter.
		concurrent = 400 * time.Microsecond
		// The limiter reads its clock at most so much earlier or later than the log.
		reading = 100 * time.Microsecond
	)
	recordings := []struct {
		name                        string
		rate                        string
		burst                       int64
		requests, refused, mismatch int
	}{
		{"ecs-40-60", "40/s", 60, 17126, 681, 24},
		{"ecs-5-10", "5/s", 10, 7173, 1653, 16},
		{"nginx-40-60", "40/s", 60, 5073, 367, 1},
		{"vegeta-40-60", "40/s", 60, 1740, 303, 6},
	}
	requests, mismatches := 0, 0
	for _, tt := range recordings {
		t.Run(tt.name, func(t *testing.T) {
			recording := readRecording(t, tt.name)
			byKey := map[uint64][]int{}
			for i, r := range recording {
				byKey[r.key] = append(byKey[r.key], i)
			}
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, tt.rate), Burst: tt.burst, Scope: throttle.IPPathScope}}})
			refused, mismatched := 0, 0
			margins := map[uint64]throttle.Limiter{}
			place := map[uint64]int{}    // of the request among those of its bucket
			differed := map[uint64]int{} // place of the bucket's last mismatch
			sense := map[uint64]bool{}   // what was recorded there
			for i, r := range recording {
				n := place[r.key]
				place[r.key]++
				bucket := margins[r.key]
				if bucket == nil {
					bucket = throttle.NewLimiter(throttle.Limit{Rate: rate(t, tt.rate), Burst: tt.burst})
					margins[r.key] = bucket
				}
				got := decide(e, r.at, &throttle.Request{Source: r.key, Path: 1, Slot: -1, Group: -1}).Kind == throttle.Admitted
				// The same request a little earlier or later.
				early, late := bucket.Ask(r.at-reading).OK, bucket.Ask(r.at+reading).OK
				bucket.Commit(r.at, 0, got)
				if !r.allowed {
					refused++
				}
				if got == r.allowed {
					continue
				}
				mismatched++
				neighbour := false
				for _, j := range []int{n - 1, n + 1} {
					if j >= 0 && j < len(byKey[r.key]) {
						neighbour = neighbour || (recording[byKey[r.key][j]].at-r.at).Abs() <= concurrent
					}
				}
				last, before := differed[r.key]
				echo := before && last == n-1 && sense[r.key] != r.allowed
				if !neighbour && early == late && !echo {
					t.Errorf("request %d at %v: got admitted %v, recorded %v, and nothing explains it", i, r.at, got, r.allowed)
				}
				differed[r.key], sense[r.key] = n, r.allowed
			}
			if len(recording) != tt.requests || refused != tt.refused {
				t.Errorf("read %d requests, %d refused; want %d, %d", len(recording), refused, tt.requests, tt.refused)
			}
			if mismatched != tt.mismatch {
				t.Errorf("got %d decisions other than recorded, want %d", mismatched, tt.mismatch)
			}
			requests += len(recording)
			mismatches += mismatched
		})
	}
	if requests != 31112 || mismatches > 47 {
		t.Errorf("got %d mismatches in %d requests, want at most 47 in 31112", mismatches, requests)
	}
}
