package diagnosis

import (
	"strings"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// Every kind of limit has words, and figures to compare load with, unless what
// it admits depends on how long requests take.
func TestEveryKindOfLimitHasWords(t *testing.T) {
	for _, kind := range throttle.LimitKinds() {
		w, known := limitKinds[kind.String()]
		if !known || w.noun == "" || w.use == "" || w.used == "" || w.useYours == "" || w.useTheirs == "" || w.gives == "" || w.holds == "" || w.terms == nil {
			t.Errorf("%s: the report has no words for it: add a row to limitKinds", kind)
			continue
		}
		l := reportstest.Limit(throttle.Limit{
			Kind: kind, Rate: throttle.Rate{Tokens: 7, Seconds: 1}, Burst: 7, Count: 7, Window: time.Second,
		})
		if text := Terms(&l); !strings.Contains(text, "7") {
			t.Errorf("%s: its terms have no figure: %q", kind, text)
		}
		if l.Room() < 7 || l.Capacity() == 0 && kind != throttle.Concurrency {
			t.Errorf("%s: room for %g and a capacity of %g/s, want 7 and more than 0", kind, l.Room(), l.Capacity())
		}
	}
}

// Every kind of fault has words.
func TestEveryKindOfFaultHasWords(t *testing.T) {
	for _, kind := range throttle.FaultKinds() {
		if _, known := faultEffects[kind.String()]; !known {
			t.Errorf("%s: the report has no words for it: add a row to faultEffects", kind)
			continue
		}
		c := reports.NewCase(reports.CaseInput{
			EndpointInfo: reports.EndpointInfo{Faults: []throttle.Fault{{
				Kind: kind, From: time.Second, For: time.Second, After: time.Second, Status: 500, Shift: time.Second,
				Latency: draw.LogNormal(time.Second, time.Second), Field: "Token",
				Answers: []throttle.Answer{{}, {Kind: throttle.HangFault}},
			}}},
			Recorder: reports.NewRecorder(0, 0, 0),
		})
		text := faultLine(&c.Endpoint.Faults[0])
		if name, effect, _ := strings.Cut(text, ": "); !strings.HasPrefix(name, kind.String()) || len(strings.Fields(effect)) < 2 {
			t.Errorf("%s: it is told as %q", kind, text)
		}
	}
}

// Every way in which a call can fail has a noun.
func TestEveryFailureHasANoun(t *testing.T) {
	for k := range strategy.NumResults {
		if nouns := failureNouns[k]; k.Failed() && (nouns[0] == "" || nouns[1] == "") {
			t.Errorf("%s: the report has no noun for it", k)
		}
	}
}

// Whatever a case changes, it stands in a section of the table.
func TestEveryChangeHasASection(t *testing.T) {
	for _, what := range []string{reports.ChangesYou, reports.ChangesNeighbours, reports.ChangesLimit, reports.ChangesFault, reports.ChangesRest} {
		found := false
		for _, s := range sections {
			found = found || s.what == what
		}
		if !found {
			t.Errorf("%s: no section of the table", what)
		}
	}
}

// Every service has a title, and assumptions about its limit.
func TestEveryServiceHasWords(t *testing.T) {
	for _, s := range service.All() {
		if serviceTitle(s.String()) != s.Row().Title {
			t.Errorf("%s: it is called %q, want %q", s, serviceTitle(s.String()), s.Row().Title)
		}
		if s.Row().Issues() && assumptionsOf[s] == nil {
			t.Errorf("%s: the report has no assumptions about its limit: add a row to assumptionsOf", s)
		}
	}
}
