package sdk

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// What real clients did to answers, in testdata/recorded: each preset does the
// same. A line is
//
//	PRESET | ANSWERS | CALLS | SEEN | RUNS | GAPS
//
// ANSWERS are those of each leg, one after another; the last one stays, and a leg
// that is not named answers ok. CALLS are batches of calls at the same instant; the
// next begins when the last has ended, or at its @time. SEEN are the requests of each
// batch (t for a token, r for a role, c for credentials) and how its calls ended.
// RUNS is how often that was recorded; GAPS are the shortest time between two requests,
// the mean if there were enough runs, and the longest, in seconds. A line that begins
// with ! is a deviation: the preset does something else, which its Notes say.
func TestPresetsDoWhatWasRecorded(t *testing.T) {
	files, err := os.ReadDir("testdata/recorded")
	if err != nil {
		t.Fatal(err)
	}
	cells, deviating := 0, 0
	for _, f := range files {
		text, err := os.ReadFile("testdata/recorded/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			line, deviates := strings.CutPrefix(line, "!")
			r, err := parseRecorded(line)
			if err != nil {
				t.Fatalf("%s:%d: %v", f.Name(), i+1, err)
			}
			cells++
			switch err := r.compare(t); {
			case err != nil && !deviates:
				t.Errorf("%s:%d: %s, %s, %s: %v", f.Name(), i+1, r.preset, r.answers, r.calls, err)
			case err == nil && deviates:
				t.Errorf("%s:%d: %s, %s, %s: agrees, and is said to deviate", f.Name(), i+1, r.preset, r.answers, r.calls)
			case deviates:
				deviating++
			}
		}
	}
	t.Logf("%d recordings, %d deviate", cells, deviating)
}

// recorded is a line of a recording.
type recorded struct {
	preset, answers, calls, seen string
	runs                         int
	gaps                         []gap
}

// gap is the time between two requests, in seconds; mean is 0 if nobody knows.
type gap struct{ least, mean, most float64 }

func parseRecorded(line string) (recorded, error) {
	parts := strings.Split(line, "|")
	if len(parts) != 6 {
		return recorded{}, fmt.Errorf("%d fields, want 6", len(parts))
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	r := recorded{preset: parts[0], answers: parts[1], calls: parts[2], seen: parts[3]}
	var err error
	if r.runs, err = strconv.Atoi(parts[4]); err != nil {
		return r, err
	}
	for text := range strings.FieldsSeq(parts[5]) {
		var g gap
		if _, err := fmt.Sscanf(text, "%f/%f/%f", &g.least, &g.mean, &g.most); err != nil {
			g = gap{}
			if _, err := fmt.Sscanf(text, "%f/%f", &g.least, &g.most); err != nil {
				return r, fmt.Errorf("gap %q: %w", text, err)
			}
		}
		r.gaps = append(r.gaps, g)
	}
	return r, nil
}

// seeds are enough that the shortest and the longest wait come near their bounds;
// a preset that draws nothing does the same with each, and a few are enough.
const seeds, few = 100, 4

// How the gaps of a recording may differ from those of a preset: a loaded machine
// holds a request back by less than late, and most of them by much less (often);
// and the request before a gap may itself have come late by less than early.
const (
	late  = 0.35
	often = 0.1
	early = 0.05
)

// compare plays the recording to the preset, with several seeds.
func (r *recorded) compare(t *testing.T) error {
	p := named(t, r.preset)
	samples := make([][]float64, len(r.gaps))
	same := 0
	var other string
	var batchOf []int
	for seed := range seeds {
		if seed == few && same == few && !vary(samples) {
			break
		}
		w := play(&p, uint64(seed), r.answers, r.calls)
		if seen := w.seen(); seen != r.seen {
			other = seen
			continue
		}
		if len(w.sent) != len(r.gaps)+1 && len(r.gaps) > 0 {
			return fmt.Errorf("%d requests, want %d", len(w.sent), len(r.gaps)+1)
		}
		for i := range samples {
			samples[i] = append(samples[i], (w.sent[i+1].at - w.sent[i].at).Seconds())
		}
		batchOf = w.batchOf()
		same++
	}
	if same == 0 {
		return fmt.Errorf("got %q, want %q", other, r.seen)
	}
	for i, want := range r.gaps {
		if batchOf[i] != batchOf[i+1] {
			continue // the next call began whenever the program made it
		}
		if err := want.differs(samples[i], r.runs); err != nil {
			return fmt.Errorf("gap %d: %w", i+1, err)
		}
	}
	return nil
}

// vary reports whether some gap is not the same with all seeds.
func vary(samples [][]float64) bool {
	return slices.ContainsFunc(samples, func(s []float64) bool { return slices.Min(s) != slices.Max(s) })
}

// differs is how a recorded gap differs from what a preset waits, if it does.
func (g gap) differs(samples []float64, runs int) error {
	least, most := slices.Min(samples), slices.Max(samples)
	room := 0.05 * (most - least) // how far the seeds stay from the bounds of the wait
	if g.least < least-room-early || g.most > most+room+late {
		return fmt.Errorf("recorded %.2f to %.2f s, got %.2f to %.2f s", g.least, g.most, least, most)
	}
	var sum, squares float64
	for _, v := range samples {
		sum += v
	}
	mean := sum / float64(len(samples))
	for _, v := range samples {
		squares += (v - mean) * (v - mean)
	}
	n := float64(len(samples))
	spread := 4 * math.Sqrt(squares/n) * math.Sqrt(1/n+1/float64(runs))
	if g.mean != 0 && (g.mean < mean-spread-early || g.mean > mean+spread+often) {
		return fmt.Errorf("recorded %.2f s in the mean, got %.2f ± %.2f s", g.mean, mean, spread)
	}
	return nil
}

// world is a client, what is asked of it and what it is answered.
type world struct {
	client  *strategy.Client
	legs    bool
	now     time.Duration
	answers map[byte][]string // of each leg
	asked   map[byte]int
	tokens  int
	queue   []due
	order   int
	open    int
	sent    []request
	batches []batch
}

// request is one on the wire.
type request struct {
	at  time.Duration
	leg byte
}

// batch is the calls of an instant.
type batch struct {
	at    time.Duration
	calls []*strategy.Call
	from  int // its first request
}

// due is what happens to a call at an instant.
type due struct {
	at    time.Duration
	order int
	call  *strategy.Call
	event strategy.Event
	sends bool
	limit time.Duration
}

// forEver is more than any client of a recording waits.
const forEver = 30 * time.Second

// play is a run.
func play(p *Preset, seed uint64, answers, calls string) *world {
	w := &world{answers: map[byte][]string{}, asked: map[byte]int{}}
	group := strategy.Clients{Strategy: &p.Strategy, Tasks: 1, Processes: 1, Key: strategytest.TaskKey("g")}
	for field := range strings.FieldsSeq(answers) {
		leg, list, _ := strings.Cut(field, "=")
		w.answers[leg[0]] = strings.Split(list, ",")
	}
	if w.legs = p.Service == service.IMDS; w.legs {
		group.Legs = strategytest.InstanceLegs
	} else {
		group.KeepAlive = time.Hour // the instance closed each connection
	}
	w.client = strategy.NewHost(seed, 0, []strategy.Clients{group}).Client(0, 0, 0)
	for text := range strings.SplitSeq(calls, ", ") {
		count, at, timed := strings.Cut(text, "@")
		var start time.Duration
		if timed {
			d, _ := time.ParseDuration(at)
			w.runUntil(d)
			start = d
		} else {
			w.runUntil(w.now + forEver)
			if w.open > 0 {
				return w // a call that hangs is the last
			}
			start = w.now
		}
		w.now = start
		b := batch{at: start, from: len(w.sent)}
		n, _ := strconv.Atoi(count)
		for range n {
			k := new(strategy.Call)
			if w.legs {
				k.Resource = 2
			}
			w.open++
			b.calls = append(b.calls, k)
		}
		w.batches = append(w.batches, b)
		for _, k := range b.calls {
			w.carry(k, w.client.Begin(w.now, k))
		}
	}
	w.runUntil(w.now + forEver)
	return w
}

// runUntil lets time pass until no call is open, or to that instant.
func (w *world) runUntil(end time.Duration) {
	for w.open > 0 && len(w.queue) > 0 && w.queue[0].at <= end {
		e := w.queue[0]
		w.queue = w.queue[1:]
		w.now = e.at
		if e.sends {
			w.answer(e.call, e.limit)
			continue
		}
		w.carry(e.call, w.client.Resume(w.now, e.call, e.event))
	}
}

// batchOf is which batch each request belongs to.
func (w *world) batchOf() []int {
	of := make([]int, len(w.sent))
	for i, b := range w.batches {
		for j := b.from; j < len(of); j++ {
			of[j] = i
		}
	}
	return of
}

// carry does what a step says, and resumes the calls that it wakes.
func (w *world) carry(k *strategy.Call, s strategy.Step) {
	switch s.Do {
	case strategy.Finish:
		w.open--
	case strategy.Send:
		w.push(due{at: w.now + s.For, call: k, sends: true, limit: s.What.Timeout})
	case strategy.Sleep:
		w.push(due{at: w.now + s.For, call: k, event: strategy.Event{Kind: strategy.Due}})
	case strategy.Await:
	}
	for next := s.Wake; next != nil; {
		woken := next
		next = woken.Unlink()
		if woken.Background {
			w.open++
		}
		w.carry(woken, w.client.Resume(w.now, woken, strategy.Event{Kind: strategy.Woken}))
	}
}

func (w *world) push(d due) {
	w.order++
	d.order = w.order
	w.queue = append(w.queue, d)
	slices.SortFunc(w.queue, func(a, b due) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order)) })
}

// answer answers the request of a call that is due now.
func (w *world) answer(k *strategy.Call, limit time.Duration) {
	leg := byte('c')
	wants := k.Wants()
	switch {
	case wants.TTL > 0:
		leg = 't'
	case w.legs && wants.Resource == 1:
		leg = 'r'
	case w.legs && wants.Resource > 2:
		leg = 'x'
	}
	list, n := w.answers[leg], w.asked[leg]
	w.asked[leg]++
	text := "ok"
	if len(list) > 0 {
		text = list[min(n, len(list)-1)]
	}
	kind, arg, _ := strings.Cut(text, ":")
	if kind != "refuse" {
		w.sent = append(w.sent, request{w.now, leg})
	}
	took := time.Millisecond
	o := outcome(kind, arg, leg)
	switch {
	case kind == "hang" && limit == 0:
		return
	case kind == "hang":
		took = limit
	case kind == "slow":
		took = seconds(number(arg))[0]
	}
	if o.Expires != 0 {
		o.Expires += w.now
	}
	if wants.TTL > 0 && o.Good() {
		w.tokens++
		o.Token = &strategy.SessionToken{Expires: w.now + wants.TTL, Value: fmt.Sprint("t", w.tokens)}
	}
	w.push(due{at: w.now + took, call: k, event: strategy.Event{Kind: strategy.Replied, Outcome: &o}})
}

// number is a number in an answer.
func number(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64)
	return f
}

// outcome is how an attempt ends that gets this answer; Expires counts from now.
func outcome(kind, arg string, leg byte) strategy.Outcome {
	switch kind {
	case "ok":
		o := strategy.Outcome{Status: 200, Expires: 6 * time.Hour}
		if arg != "" {
			o.Expires = seconds(number(arg))[0]
		}
		return o
	case "slow":
		return strategy.Outcome{Status: 200, Expires: 6 * time.Hour}
	case "expired":
		return strategy.Outcome{Status: 200, Expires: -seconds(number(arg))[0]}
	case "badjson", "nothing":
		return strategytest.Malformed
	case "empty":
		return strategytest.EmptyObject
	case "missing":
		return strategytest.MissingField
	case "truncate":
		if leg != 'c' {
			return strategytest.Replies["half"]
		}
		return strategytest.Truncated
	case "hang":
		return strategytest.ReadTimeout
	case "refuse":
		return strategytest.Refused
	case "cut", "reset":
		return strategytest.Reset
	}
	o := strategy.Outcome{Body: strategy.BodyText}
	if rest, ok := strings.CutSuffix(kind, "jsonplain"); ok {
		kind, o.Body = rest, strategy.BodyErrorJSON
	}
	if rest, ok := strings.CutSuffix(kind, "throttle"); ok {
		kind, o.Body = rest, strategy.BodyThrottleJSON
	}
	if rest, ok := strings.CutSuffix(kind, "json"); ok {
		kind, o.Body = rest, strategy.BodyErrorJSON
		if rest == "429" {
			o.Body = strategy.BodyThrottleJSON
		}
	}
	if rest, ok := strings.CutSuffix(kind, "xra"); ok {
		kind, o.AmzRetryAfter = rest, seconds(number(arg) / 1000)[0]
	}
	if rest, ok := strings.CutSuffix(kind, "ra"); ok {
		kind, o.RetryAfter = rest, seconds(number(arg))[0]
	}
	status, err := strconv.ParseUint(kind, 10, 16)
	if err != nil {
		panic("no answer " + kind)
	}
	o.Status = uint16(status)
	return o
}

// seen is what the client did, as a recording has it.
func (w *world) seen() string {
	var parts []string
	for i, b := range w.batches {
		to := len(w.sent)
		if i+1 < len(w.batches) {
			to = w.batches[i+1].from
		}
		legs := "-"
		if to > b.from {
			legs = ""
		}
		for _, r := range w.sent[b.from:to] {
			legs += string(r.leg)
		}
		counts := map[string]int{}
		for _, k := range b.calls {
			switch {
			case k.Ended == 0:
				counts["hang"]++
			case k.Result == strategy.Empty, k.Result == strategy.Expired, !k.Result.Failed():
				counts["ok"]++
			default:
				counts["error"]++
			}
		}
		text := legs
		for _, result := range slices.Sorted(maps.Keys(counts)) {
			if text += " "; len(b.calls) > 1 {
				text += fmt.Sprintf("%d*", counts[result])
			}
			text += result
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}
