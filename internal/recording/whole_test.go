package recording

import (
	"compress/gzip"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var traces = flag.String("traces", "", "the `FOLDER` of the recordings of which testdata has the beginnings; none skips the test")

// TestWholeRecordings counts what the recordings hold that the samples are cut from.
//
//	go test ./internal/recording -run WholeRecordings -traces FOLDER
func TestWholeRecordings(t *testing.T) {
	if *traces == "" {
		t.Skip("no -traces")
	}
	for _, one := range []struct {
		file, format, layout string
		entries, refused     int
	}{
		{"nginx-40-60.combined.log", "combined", "", 5073, 367},
		{"nginx-40-60.timed.log", "nginx", timedLayout, 5073, 367},
		{"goreplay-40-60.requests.gor", "goreplay", "", 4825, 0},
		{"goreplay-40-60.with-responses.gor.gz", "goreplay", "", 2508, 224},
		{"vegeta-targets.http", "vegeta-targets", "rate=1/s", 6, 0},
		{"vegeta-targets.jsonl", "vegeta-targets-json", "rate=1/s", 3, 0},
		{"vegeta-steady.results.jsonl", "vegeta-json", "", 300, 0},
		{"vegeta-steady.results.csv", "vegeta-csv", "", 300, 0},
		{"vegeta-steady.results.bin", "vegeta-gob", "", 300, 0},
		{"vegeta-over.results.jsonl.gz", "vegeta-json", "", 1440, 303},
	} {
		entries, other, err := readAll(format(t, one.format), Options{Layout: one.layout}, readWhole(t, one.file))
		if err != nil || len(other) > 0 {
			t.Errorf("%s: other lines %q, error %v", one.file, other, err)
		}
		refused, unknown, addresses := 0, 0, make(map[string]int)
		for _, e := range entries {
			switch e.Status {
			case 0:
				unknown++
			case 429:
				refused++
			}
			addresses[e.Addr]++
		}
		if len(entries) != one.entries || refused != one.refused {
			t.Errorf("%s: got %d entries, %d refused, want %d, %d", one.file, len(entries), refused, one.entries, one.refused)
		}
		t.Logf("%s: %d of %d without status; addresses %v", one.file, unknown, len(entries), addresses)
	}
}

// readWhole is a whole recording.
func readWhole(t *testing.T, name string) string {
	t.Helper()
	file, err := os.Open(filepath.Join(*traces, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in := io.Reader(file)
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
