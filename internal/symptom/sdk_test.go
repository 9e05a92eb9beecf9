package symptom

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// howOf are the ways in which a text may say that an attempt failed so, and the causes of
// which one is among the first three.
var howOf = []struct {
	name  string
	on    strategy.Conditions
	hows  []How
	among []string
}{
	{"429", strategy.On429, []How{Throttled}, []string{"own-clients", "many-clients", "throttled"}},
	{"503", strategy.On503, []How{Unavailable, Throttled}, []string{"agent-away", "imds-error", "many-clients", "throttled"}},
	{"500", strategy.On500, []How{Unavailable}, []string{"agent-away", "imds-error", "throttled"}},
	{"404", strategy.On404, []How{Missing}, []string{"wrong-path", "unknown-task", "no-role", "no-provider", "not-the-agent"}},
	{"403", strategy.On403, []How{Denied}, []string{"metadata-off", "association", "not-the-agent", "wrong-role", "no-provider", "hop-limit"}},
	{"401", strategy.On401, []How{Unauthorized}, []string{"tokens-required", "association", "not-the-agent", "no-provider", "hop-limit"}},
	{"400", strategy.On400, []How{Bad, UnknownID}, []string{"unknown-task", "not-the-agent", "wrong-role", "no-provider", "hop-limit", "tokens-required"}},
	{"connect timeout", strategy.OnConnectTimeout, []How{NoConnection, NoAnswer}, []string{"not-reachable", "hop-limit", "not-reached"}},
	{"no answer", strategy.OnResponseTimeout, []How{NoAnswer, NoConnection}, []string{"slow-agent", "hop-limit", "not-reached", "not-reachable"}},
	{"refused", strategy.OnRefused, []How{Refused, NoConnection}, []string{"agent-away", "no-instance", "not-reached", "hop-limit"}},
	{"broken", strategy.OnReset, []How{Broken, Refused, NoConnection}, []string{"hung-up", "packets", "not-reached", "agent-away", "hop-limit"}},
	{"not JSON", strategy.OnMalformed, []How{Malformed, CutShort}, []string{"not-the-agent", "bad-answer", "hop-limit", "not-reached", "agent-away"}},
	{"cut short", strategy.OnTruncated, []How{CutShort, Malformed, NoConnection}, []string{"hung-up", "packets", "bad-answer", "not-the-agent", "hop-limit", "not-reached", "agent-away"}},
	{"no field", strategy.OnMissingField | strategy.OnEmpty, []How{Incomplete, CutShort}, []string{"not-the-agent", "bad-answer", "role-trust", "hop-limit", "agent-away", "not-reached"}},
	{"out of time", strategy.OnOutOfTime, []How{Deadline}, []string{"hop-limit", "not-reached", "slow-agent"}},
}

// legsOf are the legs that a preset's texts can be of.
func legsOf(p *sdk.Preset) []Leg {
	if p.Service == service.IMDS {
		return []Leg{Instance, AnyProvider, NoLeg}
	}
	return []Leg{Container, TaskCredentials, PodCredentials, AnyProvider, NoLeg}
}

// last is how a preset's last attempt failed, with what it asked.
func last(p *sdk.Preset, status string) *sdk.Last {
	l := &sdk.Last{Method: "GET", URL: "http://169.254.170.2/v2/credentials/0b2a7b9c-6a31-4c7e-9f0e-8d5a1f3b2c4d", Host: "169.254.170.2:80", Role: "orders", Attempts: 3, Body: "failed\n"}
	if p.Service == service.IMDS {
		l.URL, l.Host = "http://169.254.169.254/latest/meta-data/iam/security-credentials/", "169.254.169.254:80"
	}
	if n, err := strconv.Atoi(status); err == nil {
		l.Outcome.Status = uint16(n)
		l.Reason = map[int]string{429: "Too Many Requests", 503: "Service Unavailable", 500: "Internal Server Error", 404: "Not Found", 403: "Forbidden", 401: "Unauthorized", 400: "Bad Request"}[n]
		l.Body = map[int]string{429: "You have reached maximum request limit.", 404: "404 page not found\n"}[n]
		if l.Body == "" {
			l.Body = l.Reason
		}
	}
	return l
}

// Every final error of every preset is recognised, quoted in any way: which provider it is,
// and how the request failed where the text says so; the causes fit in any case.
func TestFinalErrors(t *testing.T) {
	quoted := make(map[string]bool) // texts that were checked in every quotation
	for _, p := range sdk.Presets() {
		for i, e := range p.Errors {
			for _, o := range howOf {
				if e.On != 0 && e.On&o.on == 0 || e.On != 0 && earlier(p.Errors[:i], o.on, e.Leg) {
					continue
				}
				text := sdk.ErrorText([]sdk.FinalError{{Text: e.Text}}, last(&p, o.name))
				w := want{legs: legsOf(&p), among: o.among}
				if e.On == 0 || e.On == strategy.OnEvery { // what is left over, or hides everything
					w.among = nil
				} else if all := Diagnose(text); len(all) == 1 && all[0].How != Untold {
					w.hows = o.hows
				}
				if strings.Contains(text, "decode error message") { // of a release that could not read a refusal
					w.hows, w.among = []How{Throttled}, nil
				}
				name := fmt.Sprintf("%s, %s", p.Name, o.name)
				if !quoted[e.Text] {
					quoted[e.Text] = true
					w.everyWay(t, name, text)
					continue
				}
				w.check(t, name, text)
			}
		}
	}
}

// earlier reports whether a text before is what users see of such a failure.
func earlier(before []sdk.FinalError, on strategy.Conditions, leg string) bool {
	for _, e := range before {
		if (e.Leg == "" || e.Leg == leg) && (e.On == 0 || e.On&on == on) {
			return true
		}
	}
	return false
}

// Every error that a real client gave in a recording is recognised.
func TestRecordedErrors(t *testing.T) {
	files, err := filepath.Glob("../sdk/testdata/recordings/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("found recordings %v, %v", files, err)
	}
	n := 0
	for _, file := range files {
		recording, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for line := range strings.Lines(string(recording)) {
			verb, literal, _ := strings.Cut(strings.TrimSpace(line), " ")
			if verb != "says" && verb != "begins" || seen[literal] {
				continue
			}
			seen[literal] = true
			text, err := strconv.Unquote(literal)
			if err != nil {
				t.Fatalf("%s: %v: %s", file, err, literal)
			}
			n++
			if all := Diagnose(text); len(all) != 1 {
				t.Errorf("%s: got %s of %s", filepath.Base(file), said(all), text)
			}
		}
	}
	if n < 100 {
		t.Errorf("found %d errors, want at least 100", n)
	}
}
