package evidence_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// within reports whether x is off by at most a share of want.
func within(x, want, share float64) bool { return math.Abs(x-want) <= share*want }

// The fit finds the limit of each sample: closely where times are finer than seconds.
func TestFitFindsTheLimit(t *testing.T) {
	for _, s := range known() {
		t.Run(s.file, func(t *testing.T) {
			if !*long && !s.coarse {
				t.Skip("without -long")
			}
			began := time.Now()
			f, err := evidence.FitLimit(list(s.read(t)), evidence.Options{})
			if err != nil {
				t.Fatal(err)
			}
			l := parse(t, s.limit)
			rate, burst := l.Rate.PerSecond(), float64(l.Burst)
			t.Logf("%s, rate %.4g, burst %.4g, %d misfits of %d refusals, scopes %v, %v", f.Limit.Line(), f.Rate, f.Burst, f.Misfits, f.Refused, f.Scopes, time.Since(began).Round(time.Millisecond))
			if f.Rate.Low > rate || f.Rate.High < rate || f.Burst.Low > burst || f.Burst.High < burst {
				t.Errorf("%s is not within rate %v, burst %v", s.limit, f.Rate, f.Burst)
			}
			if !s.coarse && (!within(f.Limit.Rate.PerSecond(), rate, 0.05) || !within(float64(f.Limit.Burst), burst, 0.1)) {
				t.Errorf("got %s, want about %s", f.Limit.Line(), s.limit)
			}
			// The times of vegeta's results are the client's, not the server's.
			if !slices.Contains(f.Scopes, l.Scope) || f.Misfits > f.Refused/5 {
				t.Errorf("got scopes %v, %d misfits", f.Scopes, f.Misfits)
			}
		})
	}
}

// played is a made-up recording under a limit: tasks that ask steadily, in bursts, and
// with pauses. The service has no published limit.
func played(t testing.TB, l *throttle.Limit, seed uint64, step time.Duration) []recording.Entry {
	t.Helper()
	rate, burst := l.Rate.PerSecond(), float64(l.Burst)
	key := draw.Seed(seed)
	limiters := make(map[string]throttle.Limiter)
	var all []recording.Entry
	for task := range 3 {
		k := key.With(uint64(task))
		at := time.Duration(0)
		for i := 0; at < 90*time.Second; i++ {
			gap := k.With(uint64(i)).Float() * 1.4 / rate // 1.4 times too many
			switch phase := at % (30 * time.Second); {
			case phase > 12*time.Second && phase < 22*time.Second:
				gap = 10 // the bucket fills
			case phase < time.Second:
				gap = 0.5 / (rate + burst)
			}
			at += time.Duration(gap * 1e9)
			all = append(all, recording.Entry{
				At: noon.Add(at), Service: service.IMDS, Method: "GET", Path: "/latest/meta-data", Status: 200,
				Addr: "10.0.0." + string(rune('1'+task)),
			})
		}
	}
	sorted(all)
	for i := range all {
		e := &all[i]
		key := ""
		if l.Scope == throttle.IPScope {
			key = e.Addr
		}
		if limiters[key] == nil {
			limiters[key] = throttle.NewLimiter(*l)
		}
		at := e.At.Sub(noon)
		ok := limiters[key].Ask(at).OK
		limiters[key].Commit(at, 0, ok)
		if !ok {
			e.Status = 503
		}
		if step > 0 {
			e.At, e.Step = e.At.Truncate(step), step
		}
	}
	return all
}

// A limit that nobody published is found, and so is what shares a bucket.
func TestFitOfUnpublishedLimits(t *testing.T) {
	for i, text := range []string{"7,20,ip", "25,50,ip", "100,10,ip", "12.5,100,ip", "30,30,host"} {
		l := parse(t, text)
		for _, step := range []time.Duration{0, time.Millisecond, time.Second} {
			if !*long && (i > 0 || step == time.Millisecond) {
				continue
			}
			f, err := evidence.FitLimit(list(played(t, l, uint64(i), step)), evidence.Options{})
			if err != nil {
				t.Fatal(err)
			}
			rate, burst := l.Rate.PerSecond(), float64(l.Burst)
			t.Logf("%s in steps of %v: %s, rate %.4g, burst %.4g, %d misfits, %v", text, step, f.Limit.Line(), f.Rate, f.Burst, f.Misfits, f.Scopes)
			if f.Rate.Low > rate || f.Rate.High < rate || f.Burst.Low > burst || f.Burst.High < burst {
				t.Errorf("%s in steps of %v: not within rate %v, burst %v", text, step, f.Rate, f.Burst)
			}
			if step < time.Second && (!within(f.Limit.Rate.PerSecond(), rate, 0.05) || !within(float64(f.Limit.Burst), burst, 0.1)) {
				t.Errorf("%s in steps of %v: got %s", text, step, f.Limit.Line())
			}
			if step < time.Second && slices.Contains(f.Scopes, throttle.HostScope) != (l.Scope == throttle.HostScope) {
				t.Errorf("%s in steps of %v: got scopes %v", text, step, f.Scopes)
			}
		}
	}
}

// Tasks of one address that share its bucket share the host's in a replay, where each has an
// address of its own. Where each has one already, the address stays the first answer.
func TestFitCanBeReplayed(t *testing.T) {
	for _, row := range []struct {
		limit string
		one   bool // address for all tasks
		want  throttle.Scope
	}{
		{"7,20,host", true, throttle.HostScope},
		{"7,20,ip", false, throttle.IPPathScope},
	} {
		entries := played(t, parse(t, row.limit), 0, 0)
		for i := range entries {
			e := &entries[i]
			e.Service, e.Path, e.Cut, e.Task = service.ECS, service.CutCredentials, true, arn+e.Addr[len(e.Addr)-1:]
			if e.Status == 503 {
				e.Status = 429
			}
			if row.one {
				e.Addr = "10.0.0.9"
			}
		}
		f, err := evidence.FitLimit(list(entries), evidence.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Limit.Scope != row.want || f.Scopes[0] != row.want || !slices.Contains(f.Scopes, throttle.IPScope) {
			t.Errorf("%s, one address %v: got %v of %v, want %v, and ip among them", row.limit, row.one, f.Limit.Scope, f.Scopes, row.want)
		}
	}
}

// Without refusals, or with nothing but refusals, no limit can be told.
func TestFitThatCannotBeTold(t *testing.T) {
	for name, entries := range map[string][]recording.Entry{
		"no refusal":    credentialsAt(0, 50, 0),
		"only refusals": {line(t, "0 429 10.0.0.1 go - /v4/e1/task"), line(t, "1 429 10.0.0.1 go - /v4/e1/task")},
		"as many misfits as refusals": {
			line(t, "0 200 10.0.0.1 go - /v4/e1/task"), line(t, "60 429 10.0.0.1 go - /v4/e1/task"),
			line(t, "61 200 10.0.0.1 go - /v4/e1/task"), line(t, "62 200 10.0.0.1 go - /v4/e1/task"), line(t, "63 200 10.0.0.1 go - /v4/e1/task"),
			line(t, "64 200 10.0.0.1 go - /v4/e1/task"), line(t, "65 200 10.0.0.1 go - /v4/e1/task"), line(t, "66 200 10.0.0.1 go - /v4/e1/task"),
		},
		"without status": {line(t, "0 0 10.0.0.1 go - /v4/e1/task")},
	} {
		f, err := evidence.FitLimit(list(entries), evidence.Options{})
		if err != nil || f.Told {
			t.Errorf("%s: got %+v, %v, want a limit that cannot be told", name, f, err)
		}
		text, err := json.Marshal(f)
		if err != nil || !strings.Contains(string(text), `"rate_per_s":null`) {
			t.Errorf("%s: got %s, %v", name, text, err)
		}
	}
}

// The answer for programs has the keys that are promised.
func TestFitJSON(t *testing.T) {
	f, err := evidence.FitLimit(list(played(t, parse(t, "7,20,ip"), 0, 0)), evidence.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Rate          float64    `json:"rate_per_s"`
		RateInterval  [2]float64 `json:"rate_per_s_interval"`
		Burst         float64    `json:"burst"`
		BurstInterval [2]float64 `json:"burst_interval"`
		Scopes        []string   `json:"scopes"`
		Misfits       *int64     `json:"misfits"`
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if !within(got.Rate, 7, 0.05) || !within(got.Burst, 20, 0.1) || got.RateInterval[0] > 7 || got.RateInterval[1] < 7 || got.BurstInterval[1] < 20 || len(got.Scopes) == 0 || got.Misfits == nil {
		t.Errorf("got %s", text)
	}
}
