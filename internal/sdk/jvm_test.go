package sdk

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// recordedAnswers are the answers that the recorder gave.
var recordedAnswers = map[string]strategy.Outcome{
	"429json": {Status: 429, Body: strategy.BodyThrottleJSON}, "429ra2": {Status: 429, Body: strategy.BodyText, RetryAfter: 2 * time.Second},
	"400json": strategytest.Code429, "502": {Status: 502, Body: strategy.BodyText}, "504": {Status: 504, Body: strategy.BodyText},
	"500json": {Status: 500, Body: strategy.BodyErrorJSON}, "badjson": strategytest.Malformed,
	"hang": strategytest.ReadTimeout, "refuse": strategytest.Refused, "cut": strategytest.Reset,
}

// deviations are the recordings that a preset does not follow, with the reason.
var deviations = map[string]string{
	"aws-sdk-kotlin keys 429json": "an error of Content-Type application/json without a Code is not retried; conditions do not tell it from others",
	"aws-sdk-kotlin keys 500json": "likewise",
}

// TestJVMRecordings plays the answers of testdata/jvm.tsv to the presets of Java and
// Kotlin, which must send the same requests as the real client, and end so.
func TestJVMRecordings(t *testing.T) {
	text, err := os.ReadFile("testdata/jvm.tsv")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		p := named(t, f[0])
		want, got := f[3], jvmCalls(&p, f[1], f[2])
		cell := strings.Join(f[:3], " ")
		if _, deviates := deviations[cell]; deviates == (got == want) {
			t.Errorf("%s: got %q, the real client %q (listed as a deviation: %v)", cell, got, want, deviates)
		} else if deviates {
			used++
		}
	}
	if used != len(deviations) {
		t.Errorf("%d of %d deviations have a recording", used, len(deviations))
	}
}

// jvmCalls is what two calls of the preset's client send if one leg always gets this
// answer and the others get good ones, in the words of the recordings.
func jvmCalls(p *Preset, leg, answer string) string {
	o, ok := recordedAnswers[answer]
	if !ok {
		o = strategytest.Replies[answer]
	}
	m := strategytest.New(&p.Strategy, false)
	if p.Service == service.ECS {
		m.Client = strategytest.Fresh(&p.Strategy)
	}
	var calls []string
	for range 2 {
		var sent []string
		for step := m.Begin(); m.Step.Do == strategy.Send || m.Step.Do == strategy.Sleep; {
			if m.Step.Do == strategy.Sleep {
				step = m.Due()
				continue
			}
			asked, _, _ := strings.Cut(step, " ")
			asked = strings.Replace(asked, "put", "token", 1)
			sent = append(sent, asked)
			switch {
			case asked != leg:
				step = m.Answer(strategytest.Good(m.Now + 6*time.Hour))
			case answer == "expired60":
				step = m.Answer(strategytest.Good(m.Now + m.Step.For - time.Minute))
			case answer == "truncate" && leg != "keys":
				step = m.Answer(strategytest.Replies["half"])
			case answer == "truncate":
				step = m.Answer(strategytest.Truncated)
			default:
				step = m.Answer(o)
			}
		}
		calls = append(calls, inWords(p, sent, answer, m.Call.Result))
	}
	return strings.Join(calls, "; ")
}

// inWords are the requests and the result of a call, as testdata/jvm.tsv has them.
func inWords(p *Preset, sent []string, answer string, result strategy.Result) string {
	var words []string
	for i := 0; i < len(sent); {
		n := 1
		for i+n < len(sent) && sent[i+n] == sent[i] {
			n++
		}
		switch {
		case answer == "refuse":
			words = append(words, "-")
		case n == 1:
			words = append(words, sent[i])
		default:
			words = append(words, fmt.Sprintf("%s*%d", sent[i], n))
		}
		i += n
	}
	end := "ok"
	if result.Failed() && (result != strategy.Expired || p.Strategy.RejectExpired) {
		end = "error" // expired credentials are handed out, or are an error of the SDK
	}
	return strings.Join(append(words, end), " ")
}
