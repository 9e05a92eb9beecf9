package reports

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"tenement/internal/strategy"
)

// Steps are what they are said to be: without a gap, narrow enough, and made of whole
// slots of the fine distribution.
func TestSteps(t *testing.T) {
	last := 0.0
	for step := range numSteps {
		from, to := StepRange(step)
		if from != last || to <= from {
			t.Fatalf("step %d is from %g to %g, and the one before ends at %g", step, from, to, last)
		}
		if width := to - from; width > 0.000513 && width/from > 0.008 {
			t.Fatalf("step %d, from %g to %g, is wider than 0.8 %%", step, from, to)
		}
		last = to
	}
	if last < float64(highest)/1e6 {
		t.Errorf("the steps end at %g ms", last)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var fine distribution
	var coarse steps
	for range 20_000 {
		took := time.Duration(random.ExpFloat64() * float64(time.Second) * random.Float64() * random.Float64())
		fine.record(took)
		coarse.record(took)
	}
	fine.record(2 * time.Hour)
	coarse.record(2 * time.Hour)
	if a, b := stepsOf(fine), coarse.take(); !reflect.DeepEqual(a, b) {
		t.Errorf("a distribution in steps differs from what was counted in steps: %d and %d of them", len(a), len(b))
	}
	if left := coarse.take(); left != nil {
		t.Errorf("what was taken is still there: %v", left)
	}
}

// A table reads back, and a damaged one is an error.
func TestStepTable(t *testing.T) {
	blocks := [][]Step{{{0, 1}, {5, 7}, {uint16(numSteps - 1), 1 << 40}}, nil, {{300, 2}}}
	table := tableOf(blocks)
	got, err := table.blocks(3)
	if err != nil || !reflect.DeepEqual(got, blocks) {
		t.Fatalf("got %v, %v", got, err)
	}
	for _, row := range []struct {
		name  string
		table StepTable
		n     int
	}{
		{"another number of blocks", table, 2}, {"more blocks than there are", table, 4}, {"no base64", "?", 1},
		{"cut off", table[:8], 3}, {"a step that does not exist", tableOf([][]Step{{{65_000, 1}}}), 1},
		{"steps out of order", tableOf([][]Step{{{7, 1}, {5, 1}}}), 1}, {"zeros that unpack to much", bomb(), 40},
	} {
		if _, err := row.table.blocks(row.n); err == nil {
			t.Errorf("%s: no error", row.name)
		}
	}
	if all, err := StepTable("").blocks(2); err != nil || len(all) != 2 {
		t.Errorf("the empty table: got %v, %v", all, err)
	}
}

// bomb is a table that is small and would unpack to a megabyte.
func bomb() StepTable {
	steps := make([]Step, 0, numSteps)
	for i := range numSteps {
		steps = append(steps, Step{uint16(i), 1})
	}
	all := make([][]Step, 40)
	for i := range all {
		all[i] = steps
	}
	return tableOf(all)
}

// countInto counts some calls of one group.
func countInto(o strategy.Observer, from, n int) {
	for i := range n {
		k := &strategy.Call{Ended: time.Duration(from+i) * time.Millisecond}
		if i%5 == 0 {
			k.Result = strategy.Throttled
		}
		o.Attempted(k, 0, k.Ended, &strategy.Outcome{Status: 200})
		o.Finished(k)
	}
}

// Blocks hold all that was counted, in whatever order the parts of an estimate are
// merged, and however often blocks are joined.
func TestBlocks(t *testing.T) {
	groups := []GroupInfo{{Name: "g"}}
	whole, parts := NewEstimate(1), []*Estimate{NewEstimate(1), NewEstimate(1)}
	by := BlockingOf(10, 100)
	for _, e := range append(parts, whole) {
		e.CountBlocks(by)
	}
	for seed := range 100 {
		for _, e := range []*Estimate{whole, parts[seed%2]} {
			countInto(e.Observer(), seed, 7)
			starts := e.Observer().(*Recorder)
			starts.Started(0, 0, time.Duration(seed)*time.Second)
			starts.StartFailed(0, 0, 0, time.Second)
			e.End(uint64(10 + seed))
		}
	}
	parts[1].Merge(parts[0])
	b := whole.blocks(groups)
	if !reflect.DeepEqual(b, parts[1].blocks(groups)) {
		t.Error("the order of merging changes blocks")
	}
	if len(b.First) != 34 || b.First[1] != 13 || b.N[0] != 3 || b.N[33] != 1 {
		t.Errorf("got %d blocks, from %v, of %v", len(b.First), b.First, b.N)
	}
	if total(b.Groups[0].Calls) != 700 || total(b.Groups[0].Failures) != 200 || total(b.Groups[0].Ready) != 500 || total(b.Groups[0].Attempts) != 700 {
		t.Errorf("got %+v", b.Groups[0])
	}
	if calls, starts := samples(b.Steps(0)), samples(b.StartSteps(0)); calls != 500 || starts != 100 {
		t.Errorf("got %d latencies and %d of starts, want 500 and 100", calls, starts)
	}
	if first := b.StartSteps(0)[1]; len(first) != 3 || stepOf(uint64(3*time.Second)) != int(first[0].Number) {
		t.Errorf("the second block has starts of %v, want 3 s to 5 s", first)
	}
	whole.JoinBlocks()
	if b := whole.blocks(groups); len(b.First) != 17 || b.N[0] != 6 || b.N[16] != 4 || total(b.Groups[0].Calls) != 700 || samples(b.StartSteps(0)) != 100 {
		t.Errorf("joined: got %d blocks of %v", len(b.First), b.N)
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	read := new(Estimate)
	if err := json.Unmarshal(text, read); err != nil || !reflect.DeepEqual(read.blocks(groups), whole.blocks(groups)) {
		t.Errorf("blocks are not read back: %v", err)
	}
}

// samples is how many latencies blocks have.
func samples(blocks [][]Step) (n uint64) {
	for _, steps := range blocks {
		for _, s := range steps {
			n += s.N
		}
	}
	return n
}

// Rounds that are merged are blocks of their own, up to as many as a case keeps.
func TestMergedRounds(t *testing.T) {
	round := func(seed uint64) *Report {
		r := NewRecorder(1, 0, 0)
		countInto(r, int(seed), 10)
		r.Started(0, 0, time.Second)
		c := NewCase(CaseInput{Name: "c", Kind: StrategyCase, Groups: []GroupInfo{{Name: "g", UnderTest: true}}, Duration: time.Minute, Recorder: r, Seed: seed, Live: true})
		report, err := New(Input{Engine: Live, Seed: seed, DurationS: 60, Cases: []Case{c}})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	var all []*Report
	for seed := range uint64(MaxBlocks + 3) {
		all = append(all, round(seed))
	}
	few, err := Merge(all[:3])
	if err != nil {
		t.Fatal(err)
	}
	b := few.Cases[0].Blocks
	if b.Of != ByRounds || !reflect.DeepEqual(b.First, []uint64{0, 1, 2}) || !reflect.DeepEqual(b.Groups[0].Calls, []uint64{10, 10, 10}) {
		t.Errorf("got %+v", b)
	}
	many, err := Merge(all)
	if err != nil {
		t.Fatal(err)
	}
	if b := many.Cases[0].Blocks; len(b.First) > MaxBlocks || samples(b.StartSteps(0)) != MaxBlocks+3 || total(b.Groups[0].Calls) != 10*(MaxBlocks+3) || total(b.N) != MaxBlocks+3 {
		t.Errorf("got %d blocks with %d calls of %d rounds", len(b.First), total(b.Groups[0].Calls), total(b.N))
	}
}
