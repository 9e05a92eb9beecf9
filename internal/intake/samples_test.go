package intake

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"tenement/internal/trace"
)

// traces is the folder of the recordings that the README beside them describes. They
// are too large for this project.
var traces = flag.String("traces", "", "import the recordings in this `folder`")

// TestSamples imports whole recordings and compares with what their README counts.
func TestSamples(t *testing.T) {
	if *traces == "" {
		t.Skip("no -traces")
	}
	for _, test := range []struct {
		files           string
		lines, requests int64
		refused         int64
	}{
		{"ecs-40-60.audit.log.gz", 8335, 8335, 681},
		{"ecs-40-60.audit.log.gz ecs-40-60.agent.log.gz", 8335 + 17179, 17126, 681},
		{"ecs-5-10.audit.log", 3401, 3401, 1653},
		{"ecs-5-10.agent.log.gz ecs-5-10.audit.log", 3401 + 7229, 7173, 1653},
		{"nginx-40-60.audit.log", 3199, 3199, 367},
		{"nginx-40-60.audit.log nginx-40-60.agent.log.gz", 3199 + 5119, 5073, 367},
		{"vegeta-40-60.audit.log", 1261, 1261, 303},
	} {
		t.Run(test.files, func(t *testing.T) {
			var names []string
			for _, name := range strings.Fields(test.files) {
				names = append(names, filepath.Join(*traces, name))
			}
			tape, sum, err := Import(names, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer tape.Close()
			c := sum.Counts
			if c.Lines != test.lines || tape.Len() != test.requests || c.Unreadable != 0 || c.Late != 0 || refused(t, tape) != test.refused {
				t.Errorf("got %d lines, %d requests, %d refused, %d damaged, %d late; want %+v; foreign: %v",
					c.Lines, tape.Len(), refused(t, tape), c.Unreadable, c.Late, test, c.Foreign)
			}
			t.Log(tape.Header.Source, tape.Header.Start, c.Foreign)
		})
	}
}

// refused is how many events have the status 429.
func refused(t *testing.T, tape *trace.Tape) int64 {
	t.Helper()
	n := int64(0)
	var r trace.Record
	for from := tape.From(0); from.Next(&r) == nil; {
		if tape.Event(&r).Status == 429 {
			n++
		}
	}
	return n
}
