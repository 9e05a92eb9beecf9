package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// replayedTable is a recording beside its replay.
type replayedTable struct {
	Group    string // empty if only one group replays
	Line     string // how the refused shares compare
	Differs  bool
	Seeds    string // that the replayed share is the mean of; empty if it is of the run
	Latency  bool   // some latency was recorded
	Apart    bool   // a row is marked
	Rows     []replayedRow
	More     int // further tasks
	MoreText string
	Statuses []replayedStatus
}

// replayedRow is all requests, those of one task, or those for one route.
type replayedRow struct {
	Name, Requests, Refused, Attempts, Replayed string
	P50, P99, ReplayedP50, ReplayedP99          string
	Kind                                        string // of the row: all, task or route
	Apart                                       bool   // by more than chance
}

// replayedStatus is how often a status was recorded, and replayed.
type replayedStatus struct{ Status, Recorded, Replayed string }

// newReplayedTables are those of the base.
func newReplayedTables(d *diagnosis.Diagnosis) []replayedTable {
	var out []replayedTable
	for i := range d.Replayed {
		r := &d.Replayed[i]
		t := replayedTable{Line: words.Capital(r.Line()), Differs: r.All.Differs != nil && *r.All.Differs}
		if len(d.Replayed) > 1 {
			t.Group = r.Group.Name
		}
		if o := r.All.OverSeeds; o != nil {
			t.Seeds = words.Plural(o.Seeds, "seed", "seeds")
		}
		t.add(&r.All, "all requests", "all")
		for i := range r.Tasks {
			t.add(&r.Tasks[i], r.Tasks[i].Name, "task")
		}
		if t.More = r.MoreTasks; t.More > 0 {
			t.MoreText = moreTasks(t.More)
		}
		for i := range r.Routes {
			t.add(&r.Routes[i], r.Routes[i].Name, "route")
		}
		t.addStatuses(&r.All)
		out = append(out, t)
	}
	return out
}

func (t *replayedTable) add(p *reports.RecordedPart, name, kind string) {
	row := replayedRow{
		Name: words.Middle(name, 90), Kind: kind, Requests: words.Number(p.Recorded.Requests), Refused: shareText(p.Recorded.RefusedShare),
		Attempts: words.Number(p.Replayed.Requests), Replayed: shareText(p.Share()), Apart: p.Differs != nil && *p.Differs,
	}
	row.P50, row.P99 = quantileTexts(p.Recorded.LatencyMS)
	row.ReplayedP50, row.ReplayedP99 = quantileTexts(p.Replayed.LatencyMS)
	t.Latency = t.Latency || p.Recorded.LatencyMS != nil
	t.Apart = t.Apart || row.Apart
	t.Rows = append(t.Rows, row)
}

// mostStatuses bounds the statuses that are shown.
const mostStatuses = 8

func (t *replayedTable) addStatuses(p *reports.RecordedPart) {
	share := func(a *reports.Answers, status string) string {
		if a.Answered == 0 {
			return "–"
		}
		return words.Percent(float64(a.Statuses[status]) / float64(a.Answered))
	}
	var all []string
	for _, counts := range []map[string]uint64{p.Recorded.Statuses, p.Replayed.Statuses} {
		all = slices.AppendSeq(all, maps.Keys(counts))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	slices.SortStableFunc(all, func(a, b string) int {
		return cmp.Compare(max(p.Recorded.Statuses[b], p.Replayed.Statuses[b]), max(p.Recorded.Statuses[a], p.Replayed.Statuses[a]))
	})
	for _, status := range all[:min(mostStatuses, len(all))] {
		t.Statuses = append(t.Statuses, replayedStatus{status, share(&p.Recorded, status), share(&p.Replayed, status)})
	}
}

func shareText(x *float64) string {
	if x == nil {
		return "–"
	}
	return words.Percent(*x)
}

func quantileTexts(q *reports.Quantiles) (p50, p99 string) {
	if q == nil {
		return "–", "–"
	}
	return words.Milliseconds(q.P50), words.Milliseconds(q.P99)
}

// textReplayed is the recording beside its replay on the text screen.
func textReplayed(b *strings.Builder, d *diagnosis.Diagnosis) {
	const mostTables, mostTasks, figure, label = 3, 5, 12, 28
	tables := newReplayedTables(d)
	for _, t := range tables[:min(mostTables, len(tables))] {
		head := "recording and replay"
		if t.Group != "" {
			head += ": " + t.Group
		}
		b.WriteString("\n" + strings.TrimRight(pad(head, label)+flush("recorded", figure)+flush("refused", figure)+flush("replayed", figure)+flush("refused", figure), " ") + "\n")
		tasks, more := 0, t.More
		for i, row := range t.Rows {
			if row.Kind == "task" {
				if tasks++; tasks > mostTasks {
					more++
					continue
				}
			}
			if row.Kind == "route" && t.Rows[i-1].Kind != "route" && more > 0 {
				b.WriteString("  " + moreTasks(more) + "\n")
			}
			mark := ""
			if row.Apart {
				mark = " *"
			}
			b.WriteString(pad("  "+words.Middle(row.Name, label-3), label) + flush(row.Requests, figure) + flush(row.Refused, figure) + flush(row.Attempts, figure) + flush(row.Replayed, figure) + mark + "\n")
		}
		var all []string
		for _, s := range t.Statuses {
			all = append(all, fmt.Sprintf("%s %s and %s", s.Status, s.Recorded, s.Replayed))
		}
		if all != nil {
			b.WriteString(wrap("statuses, recorded and replayed: "+strings.Join(all, ", "), "  ", "  "))
		}
		if first := t.Rows[0]; t.Latency {
			b.WriteString(wrap(fmt.Sprintf("latency, recorded at the server and replayed at the client: p50 %s and %s, p99 %s and %s", first.P50, first.ReplayedP50, first.P99, first.ReplayedP99), "  ", "  "))
		}
		if t.Apart {
			b.WriteString("  * more apart than by chance\n")
		}
	}
}

// moreTasks says how many tasks a table leaves out.
func moreTasks(n int) string {
	return "and " + words.Plural(uint64(n), "further task", "further tasks")
}
