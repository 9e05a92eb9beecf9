package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/service"
)

var (
	drivers = flag.String("drivers", "", "the `FOLDER` of the drivers, each named for its preset; none skips the test")
	quick   = flag.Bool("quick", false, "ask only what CI asks")
	only    = flag.String("cells", "", "ask only in cells that match this `PATTERN`")
	workers = flag.Int("workers", 8, "ask in `N` cells at once: most of the time is waiting")
	table   = flag.String("table", "", "write the table to this `FILE`, between its two marks")
	drift   = flag.Bool("drift", false, "print what differs, and do not fail")
)

// TestConformance asks every SDK that is there, and its preset, the same questions.
func TestConformance(t *testing.T) {
	if *drivers == "" {
		t.Skip("no drivers: see `make conformance`")
	}
	pattern := regexp.MustCompile(*only)
	clients := installed(t)
	var cells []*cell
	for _, c := range clients {
		for _, s := range service.Issuers() {
			preset, ok := presetOf(&c, s)
			if !ok {
				continue
			}
			for _, q := range questions(s) {
				one := &cell{sdk: c.name, service: s, question: q, preset: preset}
				if (!*quick || q.quick) && pattern.MatchString(one.name()) {
					cells = append(cells, one)
				}
			}
		}
	}
	// Neighbours in the list are of one SDK. Those that take long should not come
	// last, nor all at once.
	ask(t, spread(cells), *workers, func(*cell) int { return 1 })
	// What differs is asked again when the others have ended: a client that gives up by a
	// time of its own asks less on a machine that starts so many.
	var again []*cell
	for _, c := range cells {
		if len(c.differ) > 0 && c.tried < c.most() {
			again = append(again, c)
		}
	}
	ask(t, again, (*workers+1)/2, (*cell).most)
	for _, c := range cells {
		c.tell(t)
	}
	sum := summarize(clients, cells)
	t.Logf("%s", sum.text())
	if *table != "" {
		if err := sum.write(*table, time.Now()); err != nil {
			t.Error(err)
		}
	}
}

// ask asks in some cells at once, in each until it agrees or was asked so often.
func ask(t *testing.T, cells []*cell, workers int, most func(*cell) int) {
	t.Helper()
	queue := make(chan *cell)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for c := range queue {
				if err := c.run(t.Context(), filepath.Join(*drivers, c.sdk), most(c)); err != nil {
					t.Errorf("%s: %v", c.name(), err)
				}
			}
		})
	}
	for i, c := range cells {
		if i%200 == 0 {
			t.Logf("%d of %d cells", i, len(cells))
		}
		queue <- c
	}
	close(queue)
	wait.Wait()
}

// tell says how the cell differs. That fails the test, unless the difference is known
// or only asked about.
func (c *cell) tell(t *testing.T) {
	t.Helper()
	say := t.Errorf
	listed := exceptions.reason(c.name()) != ""
	switch {
	case len(c.differ) == 0:
		if listed {
			t.Logf("%s: agrees, though an exception lists it", c.name())
		}
		return
	case *drift:
		say = t.Logf
	case listed:
		return // the table has the reason
	}
	say("%s: %s", c.name(), strings.Join(c.differ, "; "))
}

// client is a driver that is there.
type client struct{ name, sdk, version string }

// installed are the drivers of the folder, in order of their names.
func installed(t *testing.T) []client {
	t.Helper()
	files, err := os.ReadDir(*drivers)
	if err != nil {
		t.Fatal(err)
	}
	var all []client
	for _, f := range files {
		all = append(all, hello(t, f.Name()))
	}
	if len(all) == 0 {
		t.Fatalf("%s: no drivers", *drivers)
	}
	return all
}

// hello starts a driver and reads what it says of itself.
func hello(t *testing.T, name string) client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(*drivers, name))
	out, err := cmd.Output() // its stdin is at its end
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var said struct{ SDK, Version string }
	line, _ := bufio.NewReader(strings.NewReader(string(out))).ReadBytes('\n')
	if err := json.Unmarshal(line, &said); err != nil {
		t.Fatalf("%s says %q: %v", name, line, err)
	}
	return client{name, said.SDK, said.Version}
}

// presetOf is what a driver is held against at a service: the preset of its own
// name, unless another stands in.
func presetOf(c *client, s service.Service) (sdk.Preset, bool) {
	name := c.name + "@" + s.String()
	if in := standInOf(c, s); in != nil {
		p, _, ok := sdk.Named(in.preset)
		return p, ok
	}
	p, _, ok := sdk.Named(name)
	return p, ok && p.Asks(s)
}

// standInOf is what stands in for the preset of a driver's name, nil if that does.
func standInOf(c *client, s service.Service) *standIn {
	i := slices.IndexFunc(standIns, func(in standIn) bool {
		return in.driver == c.name && in.service == s.String() && strings.HasPrefix(c.version, in.version)
	})
	if i < 0 {
		return nil
	}
	return &standIns[i]
}

// spread puts cells in an order in which those of one SDK are far apart.
func spread(cells []*cell) []*cell {
	const step = 37 // prime to most numbers of cells; every start is taken
	var all []*cell
	for start := range min(step, len(cells)) {
		for i := start; i < len(cells); i += step {
			all = append(all, cells[i])
		}
	}
	return all
}

// No question is asked twice, and every exception is of a question.
func TestQuestions(t *testing.T) {
	var names []string
	for _, s := range service.Issuers() {
		for _, q := range questions(s) {
			names = append(names, s.String()+"/"+q.name())
		}
	}
	slices.Sort(names)
	if unique := slices.Compact(slices.Clone(names)); len(unique) != len(names) {
		t.Errorf("%d questions, %d names", len(names), len(unique))
	}
	for _, e := range exceptions {
		_, rest, _ := strings.Cut(e.cells.String(), "/")
		if !slices.ContainsFunc(names, func(name string) bool { return regexp.MustCompile("^(?:" + rest + ")").MatchString(name) }) {
			t.Errorf("%s: no such cell", e.cells)
		}
	}
}
