package form

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenement/internal/quantity"
)

// job is what the tests' format describes.
type job struct {
	Name  string
	Every time.Duration
	Share float64
	Steps []step
}

// step comes in two kinds.
type step struct {
	Kind string
	For  time.Duration
	Text string
}

func jobForm() Form[job] {
	steps := Variants[step]{
		Kinds: []Variant[step]{
			{Kind: "wait", Zero: step{Kind: "wait"}, Must: []string{"for"}},
			{Kind: "say", Zero: step{Kind: "say"}, Must: []string{"text"}, May: []string{"for"}},
		},
		Implied: true,
		Kind:    func(v *step) *string { return &v.Kind },
		Doc:     "What is done.",
		Keys: []Key[step]{
			Field("for", "How long.", Duration(1, time.Hour), func(v *step) *time.Duration { return &v.For }),
			Field("text", "What to say.", Text(), func(v *step) *string { return &v.Text }),
		},
	}.Form()
	return Object(job{Every: time.Second}, []Key[job]{
		Wanted(Field("name", "Its name.", Name(), func(v *job) *string { return &v.Name }), "want name: a"),
		Known(Field("every", "How often.", Duration(1, 0), func(v *job) *time.Duration { return &v.Every }), "interval"),
		OmitZero(Field("share", "Of what.", Fraction(), func(v *job) *float64 { return &v.Share })),
		Field("steps", "In turn.", List(steps, 0), func(v *job) *[]step { return &v.Steps }),
	}, func(r *Reader, n *Node, path string, v *job) {
		if v.Share > 0 && len(v.Steps) == 0 {
			r.Fail(n.At("share"), Join(path, "share"), "needs steps")
		}
	})
}

// read reads a text in the tests' format.
func read(t *testing.T, text string) (job, Errors) {
	t.Helper()
	n, errs := ParseYAML(NewSource("job.yaml", []byte(text)), []byte(text))
	if n == nil {
		return job{}, errs
	}
	var r Reader
	v := jobForm().Read(&r, n, "")
	return v, append(errs, r.Errs...)
}

func TestRead(t *testing.T) {
	got, errs := read(t, "name: a\nshare: 20%\nsteps:\n  - {for: 1s}\n  - {kind: say, text: \"1\"}\n")
	want := job{Name: "a", Every: time.Second, Share: 0.2, Steps: []step{
		{Kind: "wait", For: time.Second}, {Kind: "say", Text: "1"},
	}}
	if len(errs) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, errs, want)
	}
}

func TestReadErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"name: a\nevry: 1s", `job.yaml:2:1: unknown key "evry"; did you mean "every"?`},
		{"name: a\ninterval: 1s", `job.yaml:2:1: unknown key "interval"; did you mean "every"?`},
		{"name: a\nwhatever: 1s", `job.yaml:2:1: unknown key "whatever"; there is name, every, share and steps`},
		{"every: 1s", `job.yaml:1:1: name is missing: want name: a`},
		{"name: a\nevery: 1", `job.yaml:2:8: every: 1 has no unit: want a duration such as 50ms, 2s, 6h or 1d`},
		{"name: a\nshare: 0.5", `job.yaml:2:8: share: needs steps`},
		{"name: a\nsteps: [{for: 1s, text: b}]", `job.yaml:2:19: steps[0]: kind wait has no "text"; there is kind and for`},
		{"name: a\nsteps: [{kind: sya}]", `job.yaml:2:16: steps[0].kind: want wait or say, got "sya"; did you mean "say"?`},
		{"name: A", `job.yaml:1:7: name: the name "A": want small letters, digits, @ and - only`},
		{"[]", `job.yaml:1:1: want a mapping with name, every, share or steps, got a list`},
	}
	for _, test := range tests {
		_, errs := read(t, test.text)
		if len(errs) != 1 {
			t.Errorf("%q: got %v, want one error", test.text, errs)
			continue
		}
		if got, _, _ := strings.Cut(errs[0].Error(), "\n"); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestWrite reads back what is written, in full and without the defaults.
func TestWrite(t *testing.T) {
	v := job{Name: "a", Every: time.Second, Steps: []step{{Kind: "say", Text: "1"}, {Kind: "wait", For: time.Minute}}}
	for full, want := range map[bool]string{
		false: "name: a\nsteps: [{kind: say, text: \"1\"}, {for: 1m}]\n",
		true:  "name: a\nevery: 1s\nsteps: [{kind: say, for: 0s, text: \"1\"}, {for: 1m}]\n",
	} {
		var b bytes.Buffer
		if err := jobForm().Write(v, full).WriteYAML(&b); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("in full %v: got\n%s\nwant\n%s", full, &b, want)
		}
	}
	if got, errs := read(t, "name: a\nsteps: [{kind: say, text: \"1\"}, {for: 1m}]"); len(errs) > 0 || !reflect.DeepEqual(got, v) {
		t.Errorf("got %+v, %v, want %+v", got, errs, v)
	}
}

// TestSchemaNames holds a schema that is used twice once.
func TestSchemaNames(t *testing.T) {
	var s Schema
	if err := json.Unmarshal(jobForm().Schema().JSON(), &s); err != nil {
		t.Fatal(err)
	}
	if got := s.Properties["every"]; got.Ref != "#/$defs/duration" || got.Description != "How often." || got.Pattern != "" {
		t.Errorf("got %+v, want a reference with a description", got)
	}
	if d := s.Defs["duration"]; d == nil || d.Pattern != quantity.DurationPattern || d.Description != "" {
		t.Errorf("got the definition %+v", d)
	}
	if d := s.Properties["steps"].Items.Properties["for"]; d.Ref != "#/$defs/duration" {
		t.Errorf("got %+v, want a reference", d)
	}
	defer func() {
		if recover() == nil {
			t.Error("two schemas have one name")
		}
	}()
	two := Object(job{}, []Key[job]{
		Field("a", "", Text().Named("x"), func(v *job) *string { return &v.Name }),
		Field("b", "", Name().Named("x"), func(v *job) *string { return &v.Name }),
	}, nil)
	two.Schema().JSON()
}
