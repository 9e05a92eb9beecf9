// Package reports is the figures of a run: a Recorder counts what an engine
// tells it, New turns the counts of several cases into one model and judges its
// gates, and Merge adds up the models of several runs. JSON is the model itself,
// so any past run can be rendered again.
//
// What the figures mean is worked out by package diagnosis, and how they look is
// decided by package render; both are functions of the model.
//
// All merged state is integers, and what is derived from it is rounded. So a
// simulated report of one seed is the same to the byte, whatever the number of
// workers.
package reports

import (
	"encoding/json"

	"tenement/internal/gate"
	"tenement/internal/stat"
)

// Version is the version of the model's field names. Adding a field keeps it;
// readers ignore fields they do not know.
const Version = 1

// The engines a report can come from.
const (
	Live = "live" // over HTTP, in real time
	Sim  = "sim"  // in virtual time
)

// Report is the model: one run of a profile, case by case.
type Report struct {
	Version   int          `json:"version"`    // of these field names: 1
	Model     int          `json:"model"`      // of presets and random streams; reports of different models are never compared
	Profile   Profile      `json:"profile"`    // what was run
	Engine    string       `json:"engine"`     // live, over HTTP, or sim, in virtual time
	Seed      uint64       `json:"seed"`       // of arrivals and draws
	DurationS float64      `json:"duration_s"` // how long calls arrive
	Partial   bool         `json:"partial"`    // the run was interrupted
	Generator Generator    `json:"generator"`  // what ran it
	Cases     []Case       `json:"cases"`      // the first is what the others are compared with
	Gates     []GateResult `json:"gates"`      // each gate in each case that it judges; none of an interrupted run
	Given     Given        `json:"given"`      // sentences that no figure shows
	// GatesNotJudged are gates whose bound is not known.
	GatesNotJudged []UnjudgedGate `json:"gates_not_judged,omitempty"`
	// Comparison is this run beside a baseline, if it was given one.
	Comparison *Comparison `json:"comparison,omitempty"`
}

// Profile says what was run.
type Profile struct {
	Name   string `json:"name"`   // as it calls itself
	Digest string `json:"digest"` // of the profile with every default filled in
	// Identity is a digest of what decides the figures, apart from the seed: defaults
	// are left out, so it stays when the format gains a key.
	Identity    string `json:"identity,omitempty"`
	Description string `json:"description,omitempty"` // its story
	// Document is the profile with every default and all that was set, as JSON that
	// reads like its YAML; and Traces are the recordings that it replays.
	Document json.RawMessage `json:"document,omitempty"`
	Traces   []Trace         `json:"traces,omitempty"` // recordings that it replays
}

// Trace is a recording that a profile replays. It is not part of the report.
type Trace struct {
	File   string `json:"file"`   // as the document names it
	Path   string `json:"path"`   // where it was read
	Digest string `json:"digest"` // of its content
}

// Generator says what ran it. A simulated report holds the version only, so
// that it is the same to the byte wherever it was made.
type Generator struct {
	Version string  `json:"version"`          // of loadgen
	Go      string  `json:"go,omitempty"`     // the toolchain
	System  string  `json:"system,omitempty"` // such as linux/amd64
	CPUs    int     `json:"cpus,omitempty"`   // processors that it had
	Began   string  `json:"began,omitempty"`  // RFC 3339
	WallS   float64 `json:"wall_s,omitempty"` // how long it took
}

// Input is what New makes a report from.
type Input struct {
	Model     int
	Profile   Profile
	Engine    string // Live or Sim
	Seed      uint64
	DurationS float64 // bound on arrivals
	Partial   bool
	Generator Generator
	Cases     []Case // the first is the one that the others are compared with
	Gates     []gate.Gate
	Given     Given // in full sentences
	// Baseline is the report that this run is judged against; nil is none.
	Baseline *Report
	// BaselineCase are the baseline's names of cases that have another name there.
	BaselineCase map[string]string
	// Ended is the gate that ended the run early; nil is none.
	Ended *Ended
}

// New makes the report of a run and judges its gates. It is an error if a gate
// names a case, group or metric that does not exist.
func New(in Input) (*Report, error) {
	r := &Report{
		Version: Version, Model: in.Model, Profile: in.Profile, Engine: in.Engine,
		Seed: in.Seed, DurationS: in.DurationS, Partial: in.Partial,
		Generator: in.Generator, Cases: append([]Case{}, in.Cases...), Given: in.Given.normal(),
	}
	if r.Engine == Sim {
		r.Generator = Generator{Version: in.Generator.Version}
	}
	r.compare()
	r.bound()
	if err := r.judge(in.Gates, newStored(&in)); err != nil {
		return nil, err
	}
	if in.Ended != nil {
		r.Gates = append(r.Gates, in.Ended.result())
	}
	return r, nil
}

// Case finds a case by name, or returns nil.
func (r *Report) Case(name string) *Case {
	for i := range r.Cases {
		if r.Cases[i].Name == name {
			return &r.Cases[i]
		}
	}
	return nil
}

// tidy rounds a derived figure, so that it is the same on every processor.
func tidy(x float64) float64 { return stat.Tidy(x) }

// share is the fraction n/of, or nil of nothing.
func share(n, of uint64) *float64 {
	if of == 0 {
		return nil
	}
	x := tidy(float64(n) / float64(of))
	return &x
}
