package sdk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenement/internal/explain"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// cell is one recording of a real client: what it was answered, and what it did.
type cell struct {
	where    string
	preset   sdk.Preset
	answers  string
	question explain.Question
	waves    []wave   // per instant at which calls began
	results  []string // ok, failed or open, in the order in which the calls began
	text     string   // of the first error; "" if it was not kept
}

// wave is what was asked from one beginning of calls to the next.
type wave struct {
	legs []string
	gaps []float64 // in seconds
}

// legs are the legs of a flow, by the letter that stands for each.
var legs = map[byte]string{'t': "token", 'r': "role", 'k': "credentials"}

// routes are the legs that a recording's answers can be for alone.
var routes = map[string]service.Routes{
	"token": service.TokenRoute, "role": service.RoleRoute, "credentials": service.CredentialsRoute,
}

// recordings reads the files of testdata/explained. A line is a recording: a preset,
// what was answered (after LEG= for that leg alone), when the calls began, the
// requests of each beginning with the seconds between them, how the calls ended,
// and what the first error said (- for nothing), separated by " | ".
func recordings(t *testing.T) []cell {
	t.Helper()
	files, err := filepath.Glob("testdata/explained/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	var cells []cell
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			if !strings.HasPrefix(line, "#") {
				cells = append(cells, read(t, fmt.Sprintf("%s:%d", file, i+1), line))
			}
		}
	}
	return cells
}

// read reads a recording.
func read(t *testing.T, where, line string) cell {
	t.Helper()
	fields := strings.SplitN(line, " | ", 6)
	if len(fields) != 6 {
		t.Fatalf("%s: %d fields, want 6", where, len(fields))
	}
	p, _, ok := sdk.Named(fields[0])
	if !ok {
		t.Fatalf("%s: no preset %q", where, fields[0])
	}
	c := cell{
		where: where, preset: p, answers: fields[1], results: strings.Fields(fields[4]), text: fields[5],
		question: explain.Question{Service: p.Service, Seeds: 1},
	}
	if b, ok := p.Strategy.Retry.(*strategy.Backoff); ok && b.Jitter != strategy.NoJitter {
		c.question.Seeds = 40
	}
	leg, answers, ok := strings.Cut(c.answers, "=")
	if !ok {
		answers = leg
	}
	c.question.Routes = routes[leg]
	var every float64
	_, err := fmt.Sscanf(fields[2], "%dx%d every %g", &c.question.Calls, &c.question.Concurrency, &every)
	if err == nil {
		c.question.Answers, err = throttle.ParseAnswers(answers)
	}
	c.question.Every = time.Duration(every * 1e9)
	c.question.Calls *= c.question.Concurrency
	if err == nil {
		err = c.question.Check()
	}
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	for _, text := range strings.Split(fields[3], ";") {
		var w wave
		for i, word := range strings.Fields(text) {
			if i%2 == 0 {
				w.legs = append(w.legs, legs[word[0]])
				continue
			}
			gap, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			w.gaps = append(w.gaps, gap)
		}
		c.waves = append(c.waves, w)
	}
	return c
}
