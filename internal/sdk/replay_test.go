package sdk

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// recording is what a real client did to scripted answers: a line of
// testdata/replay/*.jsonl. The answers of a leg follow one another, and the last
// stays; a leg without any answers well.
type recording struct {
	Preset  string              `json:"preset"`
	Client  string              `json:"client"` // SDK and version
	Name    string              `json:"name"`
	Answers map[string][]string `json:"answers"`
	Kept    bool                `json:"kept,omitempty"`     // the endpoint keeps connections, else closes each after its answer
	PerCall bool                `json:"per_call,omitempty"` // the application builds a client for each call
	Calls   []recordedCalls     `json:"calls"`
	// Differs says in which way the preset is known to do something else, and why.
	// The test fails if it does not.
	Differs string `json:"differs,omitempty"`
}

// recordedCalls are calls that began together.
type recordedCalls struct {
	After    float64   `json:"after,omitempty"`    // seconds since the calls before have ended
	Together int       `json:"together,omitempty"` // how many; 0 is one
	Requests string    `json:"requests"`           // the legs asked for, in order
	Gaps     []float64 `json:"gaps,omitempty"`     // seconds between the requests
	Built    int       `json:"built,omitempty"`    // the gap in which the application was still making its client, from 1
	Took     *float64  `json:"took,omitempty"`     // from the first request until the last call had ended
	OK       int       `json:"ok"`                 // how many calls got a key
	Error    string    `json:"error,omitempty"`    // what a user sees of the others
}

// How much later a wait may end than it says, and a call of many requests, on the busy
// machine on which the clients were recorded, and how much shorter a wait may look,
// because the endpoint was late to see the request before.
const (
	later     = 900 * time.Millisecond
	muchLater = 3500 * time.Millisecond
	earlier   = 350 * time.Millisecond
)

// Each preset does what the recordings say that its real client did: which requests
// in which order, how far apart, which calls fail, and with which text.
func TestReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/replay/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v, %v", files, err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var r recording
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			t.Run(r.Preset+"/"+r.Client+"/"+r.Name, func(t *testing.T) {
				p, _, ok := Named(r.Preset)
				if !ok {
					t.Fatalf("there is no preset %s", r.Preset)
				}
				wrong := r.compare(&p)
				switch {
				case r.Differs == "" && wrong != "":
					t.Error(wrong)
				case r.Differs != "" && wrong == "":
					t.Errorf("the preset no longer differs (%s)", r.Differs)
				}
			})
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
}

// compare plays the calls of a recording with a preset. It returns what differs, or
// "".
func (r *recording) compare(p *Preset) string {
	e := newEndpoint(p, r)
	for i, want := range r.Calls {
		e.now += time.Duration(want.After * float64(time.Second))
		got := e.together(max(1, want.Together))
		// The requests of several calls come in an order that nobody decides.
		legs, wantLegs := strings.Fields(got.requests), strings.Fields(want.Requests)
		if want.Together > 1 {
			slices.Sort(legs)
			slices.Sort(wantLegs)
		}
		if !slices.Equal(legs, wantLegs) {
			return fmt.Sprintf("call %d asked %q, want %q", i+1, legs, wantLegs)
		}
		if got.ok != want.OK {
			return fmt.Sprintf("call %d: %d succeed (%v), want %d", i+1, got.ok, got.result, want.OK)
		}
		if want.Together > 1 {
			continue
		}
		for j, gap := range got.gaps {
			if j+1 == want.Built {
				continue
			}
			if wait := inSeconds(want.Gaps[j]); wait < gap-earlier || wait > gap+later {
				return fmt.Sprintf("call %d: gap %d is %v, want %v", i+1, j+1, gap, wait)
			}
		}
		if text := said(e.text(got)); text != said(want.Error) {
			return fmt.Sprintf("call %d says %q, want %q", i+1, text, want.Error)
		}
		if want.Took == nil {
			continue
		}
		if took := inSeconds(*want.Took); took < got.took-earlier || took > got.took+muchLater {
			return fmt.Sprintf("call %d took %v, want %v", i+1, got.took, took)
		}
	}
	return ""
}

func inSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// measured are the figures in an error that no preset can know.
var measured = regexp.MustCompile(`[0-9]+ (bytes remaining|milliseconds)`)

// unconnected is curl's sentence, with the host and the port.
var unconnected = regexp.MustCompile(`Failed to connect to .* server `)

// said is an error text as the test compares it: a body may end its line or not.
func said(text string) string {
	text = unconnected.ReplaceAllString(text, "Failed to connect … ")
	return strings.TrimSpace(strings.ReplaceAll(measured.ReplaceAllString(text, "… $1"), "\n\n", "\n"))
}
