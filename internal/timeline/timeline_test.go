package timeline

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/internal/service"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample is a client that is throttled, then served, then hangs.
func sample(name string) Timeline {
	return Timeline{
		Strategy: name, Service: "ecs", Fault: "429,429,ok,hang",
		Calls: []Call{
			{Start: 0, End: 3.25, Result: "ok", Attempts: []Attempt{
				{T: 0, Leg: "credentials", Status: 429}, {T: 1.25, Leg: "credentials", Status: 429, Resend: true}, {T: 3.25, Leg: "credentials", Status: 200},
			}},
			{Start: 60, End: 60, Result: "ok", Attempts: []Attempt{}},
			{Start: 120, End: 120, Result: "ok", Attempts: []Attempt{}},
			{Start: 180, End: 182, Result: "timeout", Error: "the credentials could not be loaded: \x1b[31m" + strings.Repeat("a long story, ", 12) + "/a/word/that/is/longer/than/the/line/that/it/is/to/be/written/on", Attempts: []Attempt{
				{T: 180, Leg: "credentials", Err: Timeout},
			}},
			{Start: 240, End: 600, Result: Unfinished, Attempts: []Attempt{{T: 240, Leg: "credentials", Err: Unanswered}}},
		},
		Gaps: []Gap{{0.5, 1.2, 1.9}, {2, 2, 2}},
	}
}

func TestText(t *testing.T) {
	busy := Timeline{Strategy: "an-sdk-whose-name-is-longer-than-its-column@1.2", Service: "ecs", Fault: "429,429,ok,hang"}
	for i := range 25 {
		at := float64(10 * i)
		busy.Calls = append(busy.Calls, Call{Start: at, End: at + 1, Result: "throttled", Attempts: []Attempt{{T: at, Leg: "credentials", Status: 429}}})
	}
	quick := Timeline{Strategy: "quick", Service: "imds", Fault: "ok", Calls: []Call{{Result: "ok", Attempts: []Attempt{{Leg: "credentials", Status: 200}}}}}
	for name, all := range map[string][]Timeline{"one": {sample("an-sdk")}, "several": {sample("an-sdk"), busy}, "quick": {quick}} {
		var b bytes.Buffer
		if err := WriteText(&b, all); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, b.String(), want)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 || strings.HasSuffix(line, " \n") {
				t.Errorf("%s: a line of %d characters, or with a blank at its end: %q", name, n, line)
			}
		}
	}
}

// What is written can be read.
func TestJSON(t *testing.T) {
	for _, all := range [][]Timeline{{sample("a")}, {sample("a"), sample("b")}} {
		var b bytes.Buffer
		if err := WriteJSON(&b, all); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Error("a control character is written as it is")
		}
		got, err := ReadJSON(&b)
		if err != nil || !reflect.DeepEqual(got, all) {
			t.Errorf("got %+v, %v, want %+v", got, err, all)
		}
	}
	for text, want := range map[string]string{
		"":                       "unexpected end",
		"{":                      "unexpected end",
		"[]":                     "it is not to be a JSON array",
		"{}":                     "no calls",
		`{"strategies":[]}`:      "no strategies",
		`{"strategies":[{}]}`:    "no calls",
		`{"strategies":[[]]}`:    ": strategies is not to be a JSON array",
		`{"calls":[]}`:           "no calls",
		`{"calls":"x"}`:          ": calls is not to be a JSON string",
		`{"calls":[{}]}`:         "call 1 has no result",
		strings.Repeat("[", 1e5): "exceeded max depth",
		`{"calls":[{"result":"ok","attempts":[]},{"result":"ok"}]}`:        "call 2 has no attempts",
		`{"calls":[{"result":"ok","attempts":[{"status":1e400}]}]}`:        ": calls.attempts.status is not to be a JSON number 1e400",
		`{"calls":[{"result":"ok","attempts":[{"t_s":[]}]}]}`:              ": calls.attempts.t_s is not to be a JSON array",
		`{"calls":[{"result":"ok","attempts":[{"leg":"x"}]}],"gaps_s":{}}`: ": gaps_s is not to be a JSON object",
	} {
		if got, err := ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: got %+v, %v, want an error with %s", text, got, err, want)
		}
	}
}

func TestLeg(t *testing.T) {
	for _, test := range []struct {
		of         service.Service
		path, want string
	}{
		{service.ECS, "/v2/credentials/1", "credentials"},
		{service.PodIdentity, "/v1/credentials", "credentials"},
		{service.IMDS, "/latest/api/token", "token"},
		{service.IMDS, "/latest/meta-data/iam/security-credentials/", "role"},
		{service.IMDS, "/latest/meta-data/iam/security-credentials/web", "credentials"},
		{service.IMDS, "/latest/meta-data/iam/security-credentials-extended", "role-extended"},
		{service.IMDS, "/latest/meta-data/iam/security-credentials-extended/web", "credentials-extended"},
		{service.IMDS, "/latest/meta-data/placement/region", "metadata"},
	} {
		if got := Leg(test.of, test.path); got != test.want {
			t.Errorf("%v %s: got %s, want %s", test.of, test.path, got, test.want)
		}
	}
}
