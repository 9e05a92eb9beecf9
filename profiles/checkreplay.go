package profiles

import (
	"time"

	"tenement/internal/form"
)

// replay works out how a group's recording is replayed at an endpoint, if that makes
// sense.
func (v *group) replay(e *endpoint) {
	if r := v.recording; r != nil && v.sensible() && r.tape.Service() == e.Service {
		v.replayed = r.replayed(v.Arrivals.Trace, e)
	}
}

// sensible reports whether a group's recording has the part that is to be replayed,
// and is not too much for memory.
func (v *group) sensible() bool {
	how, t := v.Arrivals.Trace, v.recording.tape
	return how.From < t.Length() && how.For <= t.Length()-how.From && how.Copies > 0 && v.copied() <= maxTasks
}

// copied is how many tasks there are, or distinct requests if these are more.
func (v *group) copied() int {
	t := v.recording.tape
	return v.Arrivals.Trace.Copies * max(len(t.Tasks()), len(t.Requests()))
}

// checkReplay reports what does not go together with the recording. n is the document
// and item the group's.
func (v *group) checkReplay(r *form.Reader, n, item *form.Node, duration time.Duration) {
	if v.recording == nil {
		return
	}
	how, length := v.Arrivals.Trace, v.recording.tape.Length()
	at, path := item.At("arrivals").At("trace"), "fleet."+v.Name+".arrivals.trace"
	switch {
	case how.From >= length:
		r.Fail(at.At("from"), form.Join(path, "from"), "%s is not before the end of the recording, which is %s long",
			form.FormatDuration(how.From), form.FormatDuration(length))
		return
	case how.For > length-how.From:
		r.Fail(at.At("for"), form.Join(path, "for"), "%s: from there on the recording is %s long",
			form.FormatDuration(how.For), form.FormatDuration(length-how.From))
		return
	case !v.sensible():
		r.Fail(at.At("copies"), form.Join(path, "copies"), "%d copies of %d tasks and %d distinct requests: want at most %d of each",
			how.Copies, len(v.recording.tape.Tasks()), len(v.recording.tape.Requests()), maxTasks)
		return
	case v.replayed == nil:
		return // of another service, which checkService says
	}
	replay := v.replayed.replay
	if replay.Events() == 0 {
		r.Fail(at, path, "no request of the recording is in that part of it")
		return
	}
	end := duration
	if v.Stop > 0 {
		end = min(end, v.Stop)
	}
	run, whole := end-v.Start.At, replay.Length()
	passes := 1.0
	if how.Loop {
		passes += max(run.Seconds(), 0) / max(whole-how.Jitter, 1).Seconds()
	}
	requests := float64(replay.Events()) * passes // of each copy, at most
	switch all := requests * float64(how.Copies); {
	case how.Thin > 0 && how.Thin*all < 1:
		r.Fail(at.At("thin"), form.Join(path, "thin"), "keeps, on average, less than one of %.0f requests: want more", all)
	case how.Loop && requests > maxCalls:
		r.Fail(at, path, "up to %.0f requests of each copy: want at most %.0f", requests, float64(maxCalls))
	// A length is made of whole seconds, the last of which need not be full.
	case !how.Loop && run > (whole+time.Second-1).Truncate(time.Second):
		where, key := n.At("duration"), "duration"
		if v.Stop > 0 && v.Stop <= duration {
			where, key = item.At("stop"), "fleet."+v.Name+".stop"
		}
		r.Fail(where, key, "the run wants %s of the recording of %s, which takes %s: set %s.loop (of a --trace: --loop), or an earlier end, of the run or of the group",
			form.FormatDuration(run), v.Name, form.FormatDuration(whole), path)
	}
}

// endless says why a run has no length of its own.
func (v *document) endless() string {
	for i := range v.Fleet {
		if t := v.Fleet[i].Arrivals.Trace; t != nil && t.Loop {
			return ": a trace that loops has no end of its own (--set duration=1h)"
		}
	}
	return ""
}
