package trace

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func TestImportFindsTheFormat(t *testing.T) {
	const entry = `2026-01-01T12:00:00Z 429 10.0.0.1:5 "/v4/a/task" "" - ` + "\n"
	for _, c := range []struct{ name, file, format, in, want string }{
		{"by content", "x", "", entry, ""},
		{"by name", "x", "audit", entry, ""},
		{"gzipped", "x.gz", "", string(pack(t, []byte(entry))), ""},
		{"unknown name", "x", "har", entry, `importing x: unknown format "har", want one of: ` + formatNames()},
		{"unknown content", "x", "", "hello\n", "x:1:1: not a recording of a known format: " + formatNames()},
		{"almost an entry", "x", "", "2026-01-01T12:00:00Z hello\n", "x:1:1: not a recording of a known format: " + formatNames()},
		{"a trace", "x", "", header, "x:1:1: this looks like a trace already: it needs no import"},
		{"nothing", "x", "", "", "x:1:1: the file is empty"},
		{"nothing, by name", "x", "audit", "", "x:1:1: the file is empty: want entries of an audit log"},
		{"a cut gzip", "x.gz", "", string(pack(t, []byte(entry))[:15]), "x.gz:1: gunzip: the file is cut short: unexpected EOF"},
		{"no gzip", "x.gz", "", entry, "x.gz: gunzip: not gzip data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := Import(c.file, c.format, strings.NewReader(c.in))
			if errorText(err) != c.want {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if (tr != nil) != (err == nil) {
				t.Fatalf("got %+v beside %v", tr, err)
			}
			if tr != nil && (len(tr.Events) != 1 || tr.Events[0].Task != "10.0.0.1") {
				t.Errorf("got %+v", tr)
			}
		})
	}
	broken := errors.New("the disk is on fire")
	if _, err := Import("x", "", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	small := limits{line: 100, text: 1000, events: 2, distinct: 1000}
	if _, err := importFrom("x", "", strings.NewReader(entry+entry+entry), small); errorText(err) != "x:3: more than 2 events" {
		t.Errorf("got %v, want a bound", err)
	}
}

// TestFormatsDoNotClaimEachOther gives every format's recordings to every
// other's sniffer.
func TestFormatsDoNotClaimEachOther(t *testing.T) {
	samples := map[string][]byte{
		"audit": []byte(`2026-01-01T12:00:00Z 429 10.0.0.1:5 "/v4/a/task" "" - ` + "\n"),
	}
	for _, f := range Formats() {
		if f.Name == "" || f.Doc == "" || strings.HasSuffix(f.Doc, ".") {
			t.Errorf("%q: %q is no doc", f.Name, f.Doc)
		}
		if samples[f.Name] == nil {
			t.Errorf("%s: no sample", f.Name)
		}
		for name, sample := range samples {
			if f.sniff(sample) != (name == f.Name) {
				t.Errorf("%s claims a sample of %s: %v", f.Name, name, f.sniff(sample))
			}
		}
		for _, none := range []string{"", "\n", " ", header, "\x1f\x8b"} {
			if f.sniff(bytes.Clone([]byte(none))) {
				t.Errorf("%s claims %q", f.Name, none)
			}
		}
	}
}
