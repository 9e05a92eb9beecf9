// Package trace reads and writes recorded traffic in the one format that a
// replay reads.
//
// A trace says who asked for what and when, and the status of the answer, but
// not its body. Its file is JSON lines: a header on the first line, then one event
// a line, in order of time:
//
//	{"version":2,"source":"audit: audit.log","start":"2026-01-01T12:00:00Z","resolution_s":1}
//	{"t":0,"task":"app/7","method":"GET","path":"/v2/credentials","status":200,"addr":"10.0.0.7","cut":true}
//	{"t":1.25,"task":"10.0.0.8","method":"GET","path":"/v4/0123-abc/task","status":429,"lat_us":180}
//
// Reader and Open read what Writer writes, gzipped or not, with the fields in any
// order, and files of version 1, whose events have no addr, cut, execution and
// inferred. They are strict: one mistake makes them refuse the whole file, and the
// error names file, line and column.
//
// A Tape is a trace that has been read and checked once and can be played again and
// again: its memory grows with its distinct tasks, requests and headers, not with
// its length.
//
// The package replays nothing and decides nothing. Who replays a coarse recording
// spreads its events, and decides what to send for a path that was cut.
package trace

import (
	"time"

	"tenement/internal/service"
)

// version is the version of the format that is written.
const version = 2

// CutCredentials is the path that stands for every /v2/credentials/ID in
// recordings that cut the ID, as the ECS agent's audit log does. So such an event
// does not say which path, and so which bucket, the request was for.
const CutCredentials = service.CutCredentials

// Header says where a recording comes from and what it lacks.
type Header struct {
	// Version is the current one, also of a file of version 1 that was read.
	Version int    `json:"version"`
	Source  string `json:"source"` // what recorded it, for people
	// Start is the wall time of T = 0; zero where it is not known.
	Start time.Time `json:"start,omitzero"`
	// ResolutionS is the width in seconds of the steps in which T was
	// recorded; 0 means that T is exact.
	ResolutionS float64 `json:"resolution_s,omitempty"`
	// Service is what was asked; "" is ecs, the only one of version 1. `ecs`, `imds` or
	// `eks-pod-identity`.
	Service string `json:"service,omitempty"`
	// Placed says how the times of a coarse recording were placed within their
	// steps; nil leaves the placing to whoever replays it.
	Placed *Placed `json:"placed,omitempty"`
	// Counts are of the recording that was imported.
	Counts *Counts `json:"counts,omitempty"`
	// Redactions are sentences on what was left out, cut or assumed.
	Redactions []string `json:"redactions,omitempty"`
}

// Placed is how times were placed within coarse steps.
type Placed struct {
	// Rule is "limit", so that they fit the recorded answers of Limit, or "even".
	Rule string `json:"rule"`
	// Limit is as in --limit: R,B,SCOPE; Fitted says that it was inferred from the
	// recording's own refusals.
	Limit  string `json:"limit,omitempty"`
	Fitted bool   `json:"fitted,omitempty"`
	// Misfits is how many answers do not fit the limit wherever they are placed.
	Misfits int64 `json:"misfits,omitempty"`
}

// Counts say what an import read, left out and concluded.
type Counts struct {
	Lines      int64            `json:"lines"`                // all of the recording's
	Unreadable int64            `json:"unreadable,omitempty"` // of them: damaged
	Foreign    map[string]int64 `json:"foreign,omitempty"`    // of them: about no request, by kind
	Late       int64            `json:"late,omitempty"`       // of them: more than 60 s behind the line before
	Cut        int64            `json:"cut,omitempty"`        // events whose path is cut
	Attributed int64            `json:"attributed,omitempty"` // events whose task is concluded, not recorded
	Inferred   int64            `json:"inferred,omitempty"`   // events that are in no line
}

// Event is one recorded request.
type Event struct {
	T      time.Duration // since the start, 0..a year; `t` in seconds, exact to the nanosecond
	Task   string        // who asked: the source address, or any other name; `task`
	Method string        // `method`
	// Path is the request target as sent: escaped, with its query if that is
	// known; `path`.
	Path   string
	Status int           // of the recorded answer, 100..999; 0 if unknown; `status`
	Lat    time.Duration // until the recorded answer; 0 if unknown; `lat_us` in microseconds
	// Addr is the source address where Task is something else; `addr`.
	Addr string
	// Cut says that a part of Path, an ID or a query, was left out, so that a replay
	// sends the task's own; `cut`.
	Cut bool
	// Execution says that it was for the credentials of the task's execution role;
	// `execution`.
	Execution bool
	// Inferred says that no line of the recording is this request's: it was concluded
	// from refusals; `inferred`.
	Inferred bool
	// Headers are request headers worth keeping; `headers`. Equal headers
	// share one map: treat it as read-only.
	Headers map[string]string
}

// Step is the width of the steps in which T was recorded, 0 if T is exact.
func (h *Header) Step() time.Duration {
	return time.Duration(h.ResolutionS * float64(time.Second))
}

// length is a time, in whole seconds, before which every event begins: T of the last
// one plus the resolution, rounded up.
func (h *Header) length(last time.Duration) time.Duration {
	// Without a resolution the last event still takes up one nanosecond.
	end := last + max(h.Step(), 1)
	return (end + time.Second - 1).Truncate(time.Second)
}
