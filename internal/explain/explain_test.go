package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
)

// patient asks up to three times, a second apart.
var patient = strategy.Strategy{Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Factor: 1}}}

// ask is what a client does.
func ask(t *testing.T, c Client, answers string, q Question) timeline.Timeline {
	t.Helper()
	var err error
	if q.Answers, err = throttle.ParseAnswers(answers); err != nil {
		t.Fatal(err)
	}
	q.Calls = max(q.Calls, 1)
	if err := q.Check(); err != nil {
		t.Fatal(err)
	}
	got, err := Of(t.Context(), c, q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// inLine is a call in a line: its requests at seconds, what they got, how it ended.
func inLine(c *timeline.Call) string {
	var b strings.Builder
	for _, a := range c.Attempts {
		fmt.Fprintf(&b, "%.0f:%s", a.T, a.Leg)
		if a.Status != 0 {
			fmt.Fprintf(&b, "=%d", a.Status)
		}
		if a.Err != "" {
			b.WriteString("!" + a.Err)
		}
		b.WriteString(" ")
	}
	fmt.Fprintf(&b, "%.0f:%s", c.End, c.Result)
	return b.String()
}

// Every answer, as a client sees it.
func TestAnswers(t *testing.T) {
	timed := patient
	timed.Timeouts.Attempt = 2 * time.Second
	for _, test := range []struct {
		service service.Service
		answers string
		want    string
	}{
		{service.ECS, "ok", "0:credentials=200 0:ok"},
		{service.ECS, "429", "0:credentials=429 1:credentials=429 2:credentials=429 2:throttled"},
		{service.ECS, "429,503json,ok", "0:credentials=429 1:credentials=503 2:credentials=200 2:ok"},
		{service.ECS, "400json", "0:credentials=400 1:credentials=400 2:credentials=400 2:rejected"},
		{service.ECS, "badjson,empty,missing", "0:credentials=200 1:credentials=200 2:credentials=200 2:malformed"},
		{service.ECS, "truncate,ok", "0:credentials=200!truncated 1:credentials=200 1:ok"},
		{service.ECS, "hang,ok", "0:credentials!timeout 3:credentials=200 3:ok"},
		{service.ECS, "refuse,cut,reset", "0:credentials!refused 1:credentials!reset 2:credentials!reset 2:reset"},
		{service.ECS, "slow:1,ok", "0:credentials=200 1:ok"},
		{service.ECS, "slow:3,ok", "0:credentials!timeout 3:credentials=200 3:ok"},
		{service.ECS, "expired:5", "0:credentials=200 0:expired"},
		{service.ECS, "ok:1h", "0:credentials=200 0:ok"},
		{service.PodIdentity, "429,ok", "0:credentials=429 1:credentials=200 1:ok"},
		{service.IMDS, "429,ok", "0:token=429 1:token=200 1:role=200 1:credentials=200 1:ok"},
		{service.IMDS, "missing,ok", "0:token=200 0:role=200 0:credentials=200 1:credentials=200 1:ok"},
	} {
		got := ask(t, Client{Strategy: timed}, test.answers, Question{Service: test.service})
		if line := inLine(&got.Calls[0]); line != test.want || len(got.Calls) != 1 {
			t.Errorf("%s: %s:\ngot  %s\nwant %s", test.service, test.answers, line, test.want)
		}
		if got.Fault != test.answers || got.Service != test.service.String() {
			t.Errorf("%s: it says %s of %s", test.answers, got.Fault, got.Service)
		}
	}
}

// Every preset fails for ever, or ends, in every way; nothing panics, and what is
// written can be read.
func TestEveryPreset(t *testing.T) {
	for _, p := range sdk.Presets() {
		for _, form := range []string{"429", "429json", "429ra:5", "badjson", "empty", "missing", "truncate", "hang", "refuse", "cut", "reset", "slow:1", "expired:60", "ok:4m", "ok"} {
			got := ask(t, Client{p.Name, p.Strategy, p.Errors}, form, Question{Service: p.Service, Calls: 3, Every: time.Minute})
			if len(got.Calls) != 3 || len(got.Calls[0].Attempts) == 0 || got.Calls[0].Attempts[0].T != 0 {
				t.Errorf("%s: %s: got %+v", p.Name, form, got)
			}
			if form == "ok" && got.Calls[2].Result != "ok" {
				t.Errorf("%s: all is well, and its third call is %s", p.Name, got.Calls[2].Result)
			}
			for _, c := range got.Calls {
				if strings.ContainsAny(c.Error, "{}") && !strings.Contains(c.Error, `{"code"`) {
					t.Errorf("%s: %s: a placeholder is left in %q", p.Name, form, c.Error)
				}
			}
		}
	}
}

// The extended legs have names of their own.
func TestLegs(t *testing.T) {
	extended := patient
	extended.Session.Extended = true
	got := ask(t, Client{Strategy: extended}, "ok", Question{Service: service.IMDS})
	if line, want := inLine(&got.Calls[0]), "0:token=200 0:role-extended=404 0:role=200 0:credentials=200 0:ok"; line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
}

// A client that waits for ever is watched no longer at some time.
func TestUnfinished(t *testing.T) {
	got := ask(t, Client{Strategy: patient}, "hang", Question{})
	if line, want := inLine(&got.Calls[0]), "0:credentials!unanswered 600:unfinished"; line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
}

// Calls begin in groups, at their times; requests of a background refresh count
// with the call before it.
func TestCalls(t *testing.T) {
	got := ask(t, Client{Strategy: patient}, "ok", Question{Calls: 5, Concurrency: 2, Every: 10 * time.Second})
	var starts []int
	for _, c := range got.Calls {
		starts = append(starts, int(c.Start+0.5))
	}
	if want := []int{0, 0, 10, 10, 20}; !slices.Equal(starts, want) {
		t.Errorf("calls begin at %v, want %v", starts, want)
	}
	behind := patient
	behind.Cache = &strategy.Refresh{Window: time.Minute, Behind: true}
	got = ask(t, Client{Strategy: behind}, "ok:50s,429,ok:1h", Question{Calls: 3, Every: 10 * time.Second})
	for i, want := range []string{"0:credentials=200 0:ok", "10:credentials=429 11:credentials=200 10:ok", "20:ok"} {
		if line := inLine(&got.Calls[i]); line != want {
			t.Errorf("call %d: got %s, want %s", i, line, want)
		}
	}
}

// With seeds the calls are those of the first, and the gaps range over all.
func TestSeeds(t *testing.T) {
	random := strategy.Strategy{Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Factor: 1, Jitter: strategy.FullJitter}}}
	one := ask(t, Client{Strategy: random}, "429", Question{})
	many := ask(t, Client{Strategy: random}, "429", Question{Seeds: 500})
	if inLine(&one.Calls[0]) != inLine(&many.Calls[0]) {
		t.Errorf("the calls of 500 seeds are %s, those of one %s", inLine(&many.Calls[0]), inLine(&one.Calls[0]))
	}
	if len(many.Gaps) != 2 {
		t.Fatalf("got %d gaps, want 2", len(many.Gaps))
	}
	for i, g := range many.Gaps {
		// U(0, 1 s): the mean of 500 is within 0.5 ± 4·0.289/√500.
		if g.Min > 0.02 || g.Max < 0.98 || g.Max > 1.001 || g.Mean < 0.448 || g.Mean > 0.552 {
			t.Errorf("gap %d: got %+v, want U(0, 1 s)", i, g)
		}
		if w := one.Gaps[i]; w.Min != w.Max || w.Min < g.Min || w.Max > g.Max {
			t.Errorf("gap %d of one seed: got %+v", i, w)
		}
	}
}

// The text of an error is the first that fits, filled in.
func TestErrorText(t *testing.T) {
	c := Client{Strategy: patient, Errors: []sdk.FinalError{
		{On: strategy.On429, Text: "HTTP {status} {body} after {attempts} from {url}"},
		{On: strategy.OnConnection, Text: "no connection"},
		{Text: "something else"},
	}}
	for answers, want := range map[string]string{
		"429json":   `HTTP 429 {"code":"ThrottlingException","message":"Rate exceeded"} after 3 from http://169.254.170.2/v2/credentials/`,
		"429":       "HTTP 429 Too Many Requests after 3 from http://169.254.170.2/v2/credentials/",
		"reset":     "no connection",
		"503":       "something else",
		"expired:1": "something else",
		"ok":        "",
		"hang":      "",
	} {
		got := ask(t, c, answers, Question{}).Calls[0].Error
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", answers, got, want)
		}
	}
}

// A fetch that runs out of time has a text of its own, apart from that of an
// attempt that does: the wait before the third attempt does not fit into 5 s.
func TestErrorTextOutOfTime(t *testing.T) {
	c := Client{Strategy: patient, Errors: []sdk.FinalError{
		{On: strategy.OnOutOfTime, Text: "identity resolver timed out after {attempts}"},
		{On: strategy.OnTimeout, Text: "attempt timed out"},
	}}
	c.Strategy.Timeouts = strategy.Timeouts{Attempt: 2 * time.Second, Fetch: 5500 * time.Millisecond}
	if got, want := ask(t, c, "hang", Question{}).Calls[0].Error, "identity resolver timed out after 2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c.Strategy.Timeouts.Fetch = 0
	if got, want := ask(t, c, "hang", Question{}).Calls[0].Error, "attempt timed out"; got != want {
		t.Errorf("without a limit: got %q, want %q", got, want)
	}
}

func TestCheck(t *testing.T) {
	good := []throttle.Answer{{}}
	for want, q := range map[string]Question{
		"calls 0: want 1 to 10000":                                {Answers: good},
		"calls 10001: want 1 to 10000":                            {Answers: good, Calls: 10001},
		"seeds 10001: want 1 to 10000":                            {Answers: good, Calls: 1, Seeds: 10001},
		"seeds -1: want 1 to 10000":                               {Answers: good, Calls: 1, Seeds: -1},
		"10000 calls with 10000 seeds: want at most 1000000":      {Answers: good, Calls: 10000, Seeds: 10000},
		"concurrency 3: want 1 to 2":                              {Answers: good, Calls: 2, Concurrency: 3},
		"concurrency -1: want 1 to 2":                             {Answers: good, Calls: 2, Concurrency: -1},
		"every -1ns: want 0s or more":                             {Answers: good, Calls: 1, Every: -1},
		"calls 10000, every 1h0m0s: want a year at most in all":   {Answers: good, Calls: 10000, Every: time.Hour},
		"answers: 0 of them: want 1 to 1000":                      {Calls: 1},
		"answer 1: missing: changes nothing on token":             {Calls: 1, Answers: []throttle.Answer{{Kind: throttle.MissingFieldFault}}, Routes: service.TokenRoute},
		"answer 1: refuse: a connection is refused before it ask": {Calls: 1, Answers: []throttle.Answer{{Kind: throttle.RefuseFault}}, Routes: service.CredentialsRoute},
	} {
		if err := q.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// It stops when it is told to.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Of(ctx, Client{Name: "x", Strategy: patient}, Question{Calls: 1, Answers: []throttle.Answer{{}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was canceled", err)
	}
}

// The work is linear in calls and in seeds.
func BenchmarkOf(b *testing.B) {
	for _, q := range []Question{{Calls: 100}, {Calls: 10_000}, {Calls: 1, Seeds: 100}, {Calls: 1, Seeds: 10_000}} {
		q.Answers, q.Every = []throttle.Answer{{Kind: throttle.StatusFault, Status: 429}}, time.Second
		b.Run(fmt.Sprintf("calls=%d/seeds=%d", q.Calls, q.Seeds), func(b *testing.B) {
			for b.Loop() {
				if _, err := Of(b.Context(), Client{Strategy: patient}, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A client whose requests would fill the memory is not shown.
func TestTooManyRequests(t *testing.T) {
	q := Question{Service: service.ECS, Answers: []throttle.Answer{{Kind: throttle.StatusFault, Status: 429}}, Calls: 4, Every: time.Minute, Seeds: 2}
	for most, want := range map[int]error{12: nil, 11: ErrTooMany} { // of each seed
		if _, err := bounded(t.Context(), Client{Name: "patient", Strategy: patient}, q, most); !errors.Is(err, want) {
			t.Errorf("at most %d: got error %v, want %v", most, err, want)
		}
	}
}
