package render

import (
	"cmp"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"tenement/internal/tracestat"
	"tenement/reports"
)

// titledStats is the statistics of a recording, and what it is called.
type titledStats struct {
	name string
	*tracestat.Stats
}

var recordingFormats = []format[titledStats]{
	{"text", nil, func(w io.Writer, r titledStats) error { return writeRecordingText(w, r.name, r.Stats) }},
	{"json", nil, func(w io.Writer, r titledStats) error { return reports.WriteJSON(w, r.Stats) }},
	{"html", nil, func(w io.Writer, r titledStats) error { return writeRecordingPage(w, r.name, r.Stats) }},
}

// RecordingFormats are the names that Recording knows.
func RecordingFormats() []string { return namesOf(recordingFormats) }

// Recording writes the statistics of a recording in a format. The file is what they are
// of. The error for an unknown format lists the known ones.
func Recording(name string, w io.Writer, file string, s *tracestat.Stats) error {
	return writeAs(recordingFormats, name, w, titledStats{recordingName(file), s})
}

// recordingName is a file's name without its folder and its usual endings.
func recordingName(file string) string {
	name := filepath.Base(file)
	for _, ending := range []string{".gz", ".zst", ".jsonl"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// statusCount is how often a status was recorded.
type statusCount struct {
	Status string
	N      uint64
}

// statusesOf are the recorded statuses, the most frequent first.
func statusesOf(s *tracestat.Stats) []statusCount {
	var all []statusCount
	for status, n := range s.Statuses {
		all = append(all, statusCount{status, n})
	}
	slices.SortFunc(all, func(a, b statusCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Status, b.Status))
	})
	return all
}

// usedBy is the refusals of others that each of the tasks stands for.
func usedBy(s *tracestat.Stats) map[string]float64 {
	out := map[string]float64{}
	if s.Use != nil {
		for _, u := range s.Use.Tasks {
			out[u.Task] = u.OfOthers
		}
	}
	return out
}
