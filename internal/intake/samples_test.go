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
		layout          string
		lines, requests int64
		refused         int64
	}{
		{"ecs-40-60.audit.log.gz", "", 8335, 8335, 681},
		{"ecs-40-60.audit.log.gz ecs-40-60.agent.log.gz", "", 8335 + 17179, 17126, 681},
		{"ecs-5-10.audit.log", "", 3401, 3401, 1653},
		{"ecs-5-10.agent.log.gz ecs-5-10.audit.log", "", 3401 + 7229, 7173, 1653},
		{"nginx-40-60.audit.log", "", 3199, 3199, 367},
		// Two requests for a path that the agent does not have are in neither log.
		{"nginx-40-60.audit.log nginx-40-60.agent.log.gz", "", 3199 + 5119, 5073 - 2, 367},
		{"vegeta-40-60.audit.log", "", 1261, 1261, 303},
		{"nginx-40-60.combined.log", "", 5073, 5073, 367},
		{"nginx-40-60.timed.log", timed, 5073, 5073, 367},
		{"goreplay-40-60.requests.gor", "", 4825, 4825, 0},
		{"goreplay-40-60.with-responses.gor.gz", "", 2508, 2508, 224},
		{"vegeta-steady.results.jsonl", "", 300, 300, 0},
		{"vegeta-steady.results.csv", "", 300, 300, 0},
		{"vegeta-steady.results.bin", "", 300, 300, 0},
		{"vegeta-over.results.jsonl.gz", "", 1440, 1440, 303},
		{"vegeta-targets.http", "rate=1/s", 6, 6, 0},
		{"vegeta-targets.jsonl", "rate=1/s", 3, 3, 0},
	} {
		t.Run(test.files, func(t *testing.T) {
			var names []string
			for _, name := range strings.Fields(test.files) {
				names = append(names, filepath.Join(*traces, name))
			}
			o := simply
			o.Recording.Layout = test.layout
			if test.layout == timed {
				o.From = "nginx"
			}
			tape, sum, err := Import(names, o)
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

// timed is the log_format of one of them, as their README has it.
const timed = `$msec $remote_addr:$remote_port $status $request_time $upstream_response_time $body_bytes_sent $connection:$connection_requests "$request_method" "$request_uri" "$http_user_agent"`

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

// TestBothLogs fits a limit to the two logs of an agent: what its own log adds has no
// addresses, which must not make another scope look better than the published one.
func TestBothLogs(t *testing.T) {
	if *traces == "" {
		t.Skip("no -traces")
	}
	for _, names := range [][]string{
		{"ecs-40-60.audit.log.gz", "ecs-40-60.agent.log.gz"},
		{"nginx-40-60.audit.log", "nginx-40-60.agent.log.gz"},
	} {
		for i, name := range names {
			names[i] = filepath.Join(*traces, name)
		}
		fit, _, err := FitLimit(names, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fit.Limit.Line(); got != "40,60,ip+path" || fit.Misfits > 0 {
			t.Errorf("%s: got %s with %d misfits, want 40,60,ip+path with none", names[0], got, fit.Misfits)
		}
	}
}
