package profiles

import (
	"net/url"
	"strings"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/service"
)

// replay is `arrivals.trace`: a recording, and how it is played.
type replay struct {
	File   string
	Speed  uint64 // in millionths
	From   time.Duration
	For    time.Duration // 0 is to the end
	Loop   bool
	Copies int
	Jitter time.Duration
	Thin   float64
	MaxGap time.Duration // 0 is none
	Fit    time.Duration // 0 is none
	Map    []mapped
}

// The bounds of a replay. Those of Speed are in millionths.
const (
	leastSpeed = plan.SpeedOnce / 1000
	mostSpeed  = plan.SpeedOnce * 1000
	mostCopies = 10_000
	mostJitter = time.Minute // what is delayed is held in memory
	// Instants are whole nanoseconds: in less time, those of a recording become one.
	leastFit = time.Millisecond
)

func newReplay() replay { return replay{Speed: plan.SpeedOnce, Copies: 1, Thin: 1} }

// replayForm is the name of a file alone, or a mapping with it.
func replayForm() form.Form[replay] {
	file := form.Line(1000)
	f := form.Object(newReplay(), []form.Key[replay]{
		form.Required(form.Field("file", "The recording, relative to the profile.",
			file, func(v *replay) *string { return &v.File })),
		form.Field("speed", "By how much it is played faster: 2 is twice as fast.",
			speedForm(), func(v *replay) *uint64 { return &v.Speed }),
		form.Field("from", "Where in the recording it begins.",
			form.Duration(0, maxDuration), func(v *replay) *duration { return &v.From }),
		form.Field("for", "How much of the recording is played, from there on; none is to its end.",
			form.Bound(), func(v *replay) *duration { return &v.For }),
		form.Field("loop", "Whether it begins again at its end, for as long as the run is. Clients keep what they have.",
			form.Boolean(), func(v *replay) *bool { return &v.Loop }),
		form.Field("copies", "How many times every task is there. Each further copy has IDs and addresses of its own, begins at a random instant of the recording, and goes on from the beginning after its end.",
			form.Integer(1, mostCopies), func(v *replay) *int { return &v.Copies }),
		form.Field("jitter", "The longest delay of a request; it is drawn for each, so that some change places.",
			form.Duration(0, mostJitter), func(v *replay) *duration { return &v.Jitter }),
		form.Field("thin", "The share of the requests that is kept; which, is drawn.",
			form.Fraction(), func(v *replay) *float64 { return &v.Thin }),
		form.Field("max_gap", "The longest time between two requests, as recorded; longer ones are cut to it.",
			form.Bound(), func(v *replay) *duration { return &v.MaxGap }),
		form.Field("fit", "How long it takes, in place of a speed; none follows from the speed.",
			form.Bound(), func(v *replay) *duration { return &v.Fit }),
		form.Field("map", "What is sent in place of a path or an ID. A path that ends with * stands for all that begin so. {credentials_id} and {endpoint_id} are the task's own.",
			mapForm(), func(v *replay) *[]mapped { return &v.Map }),
	}, checkReplay).Named("replay")
	return form.Form[replay]{
		Read: func(r *form.Reader, n *form.Node, path string) replay {
			if n.Kind == form.Mapping {
				return f.Read(r, n, path)
			}
			v := newReplay()
			v.File = file.Read(r, n, path)
			return v
		},
		Write: func(v replay, full bool) *form.Node {
			n := f.Write(v, false)
			if len(n.Pairs) == 1 {
				return file.Write(v.File, full)
			}
			return f.Write(v, full)
		},
		Schema: func() *form.Schema { return &form.Schema{AnyOf: []*form.Schema{file.Schema(), f.Schema()}} },
	}
}

// speedForm is a number, exact to a millionth.
func speedForm() form.Form[uint64] {
	const least, most = float64(leastSpeed) / plan.SpeedOnce, float64(mostSpeed) / plan.SpeedOnce
	number := form.Number(least, most)
	return form.Convert(number,
		func(v float64) uint64 { return uint64(float64(v*plan.SpeedOnce) + 0.5) },
		func(v uint64) float64 { return float64(v) / plan.SpeedOnce })
}

// checkReplay says what does not go together, whatever the recording.
func checkReplay(r *form.Reader, n *form.Node, path string, v *replay) {
	if v.Fit > 0 && v.Speed != plan.SpeedOnce {
		r.Fail(n.At("fit"), form.Join(path, "fit"), "says how fast it is played, and so does speed: want one of the two")
	}
	if v.Fit > 0 && v.Fit < leastFit {
		r.Fail(n.At("fit"), form.Join(path, "fit"), "%s: want at least %s", form.FormatDuration(v.Fit), form.FormatDuration(leastFit))
	}
	if v.Thin == 0 {
		r.Fail(n.At("thin"), form.Join(path, "thin"), "keeps no request: want more than 0")
	}
}

// mapped is an entry of `map`.
type mapped struct{ From, To string }

// mostMapped bounds the entries of a map: each path of a recording is compared with
// all of them.
const mostMapped = 1000

// mapForm is a mapping from texts to texts; its order counts.
func mapForm() form.Form[[]mapped] {
	line := form.Line(2000)
	return form.Form[[]mapped]{
		Read: func(r *form.Reader, n *form.Node, path string) (all []mapped) {
			if n.Kind != form.Mapping {
				r.Fail(n, path, "want a mapping from recorded paths or IDs to those to send, got %s", n.What())
				return nil
			}
			if len(n.Pairs) > mostMapped {
				r.Fail(n, path, "has %d entries: want at most %d", len(n.Pairs), mostMapped)
				return nil
			}
			for _, p := range n.Pairs {
				m := mapped{p.Key.Text, line.Read(r, p.Value, path)}
				if wrong := m.wrong(); wrong != "" {
					r.Fail(p.Value, path, "%s", wrong)
				}
				all = append(all, m)
			}
			return all
		},
		Write: func(all []mapped, _ bool) *form.Node {
			if len(all) == 0 {
				return nil
			}
			n := &form.Node{Kind: form.Mapping}
			for _, m := range all {
				n.Pairs = append(n.Pairs, form.Pair{Key: form.Quote(m.From), Value: form.Quote(m.To)})
			}
			return n
		},
		Schema: func() *form.Schema {
			return &form.Schema{Type: "object", Additional: line.Schema(), MaxProperties: mostMapped}
		},
	}
}

// wrong is what is wrong with an entry, "" if it is fine.
func (m mapped) wrong() string {
	to := withoutPlaceholders(m.To)
	switch {
	case strings.ContainsAny(to, "{}"):
		return "want no braces but those of " + service.CredentialsID + ", " + service.ExecutionID + " and " + service.EndpointID
	case m.From == "":
		return "want a path or an ID to map"
	case strings.HasPrefix(m.From, "/") != strings.HasPrefix(m.To, "/"):
		return "a path is mapped to a path, which begins with /, and an ID to an ID"
	case !strings.HasPrefix(m.To, "/") && strings.ContainsAny(to, "/?#%&= "):
		return "an ID has none of /?#%&= and no space"
	}
	if !strings.HasPrefix(to, "/") {
		to = "/" + to
	}
	if _, err := url.ParseRequestURI(to); err != nil || strings.ContainsFunc(to, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '#' }) {
		return "cannot be sent: it must be escaped, as in a request"
	}
	return ""
}

// withoutPlaceholders is a path or ID as it is once the placeholders are filled in.
func withoutPlaceholders(s string) string {
	return strings.NewReplacer(service.CredentialsID, "x", service.ExecutionID, "x", service.EndpointID, "x").Replace(s)
}

// path is what is sent for a recorded path, and whether the entry is about it.
func (m mapped) path(recorded string) (string, bool) {
	plain, query, asked := strings.Cut(recorded, "?")
	prefix, all := strings.CutSuffix(m.From, "*")
	switch {
	case !strings.HasPrefix(m.From, "/"):
		return m.id(recorded)
	case recorded == m.From:
		return m.To, true
	case all && strings.HasPrefix(recorded, prefix):
		if to, rest := strings.CutSuffix(m.To, "*"); rest {
			return to + strings.TrimPrefix(recorded, prefix), true
		}
		return m.To, true
	case plain == m.From && asked && !strings.Contains(m.To, "?"):
		return m.To + "?" + query, true
	case plain == m.From:
		return m.To, true
	}
	return recorded, false
}

// id replaces an ID, which is a segment of a path or a value of its query.
func (m mapped) id(recorded string) (string, bool) {
	var b strings.Builder
	found := false
	for rest := recorded; ; {
		end := strings.IndexAny(rest, "/?&=")
		word := rest
		if end >= 0 {
			word = rest[:end]
		}
		if word == m.From {
			found = true
			b.WriteString(m.To)
		} else {
			b.WriteString(word)
		}
		if end < 0 {
			return b.String(), found
		}
		b.WriteByte(rest[end])
		rest = rest[end+1:]
	}
}

// play is the replay of a recording as plans have it.
func (v *replay) play(step, length time.Duration) plan.Play {
	p := plan.Play{
		Step: step, From: v.From, Length: length - v.From, MaxGap: v.MaxGap, Speed: v.Speed, Fit: v.Fit,
		Loop: v.Loop, Copies: v.Copies, Jitter: v.Jitter,
	}
	if v.For > 0 {
		p.Length = v.For
	}
	if v.Thin < 1 {
		p.Thin = v.Thin
	}
	return p
}
