package recording

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

// collected is when the lines of the tests reached a collector.
var collected = time.Date(2026, 11, 20, 23, 59, 0, 123e6, time.UTC)

// each puts every line through a format with a time in milliseconds, the line as JSON
// and the line.
func each(lines []string, f func(i int, at time.Time, line string) string) []byte {
	var b bytes.Buffer
	for i, l := range lines {
		b.WriteString(f(i, collected.Add(time.Duration(i)*time.Millisecond), l))
	}
	return b.Bytes()
}

func asJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func asCSV(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func packed(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func zstandard(b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return w.EncodeAll(b, nil)
}

func utf16Of(order binary.ByteOrder, mark bool, b []byte) []byte {
	units := utf16.Encode([]rune(string(b)))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	out := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(out[2*i:], u)
	}
	return out
}

func plain(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

const rfc3339ms = "2006-01-02T15:04:05.000Z"

// wraps are ways in which collectors give lines.
var wraps = []struct {
	name string
	wrap func(lines []string) []byte
	want []string // Reader.Wrapped
}{
	{"as it is", plain, nil},
	{"CRLF", func(l []string) []byte { return []byte(strings.Join(l, "\r\n") + "\r\n") }, nil},
	{"no last end", func(l []string) []byte { return []byte(strings.Join(l, "\n")) }, nil},
	{"BOM", func(l []string) []byte { return append([]byte("\xef\xbb\xbf"), plain(l)...) }, nil},
	{"UTF-16", func(l []string) []byte { return utf16Of(binary.LittleEndian, true, plain(l)) }, []string{"UTF-16"}},
	{"UTF-16, big end first, no mark", func(l []string) []byte { return utf16Of(binary.BigEndian, false, plain(l)) }, []string{"UTF-16"}},
	{"gzip", func(l []string) []byte { return packed(plain(l)) }, []string{"gzip"}},
	{"gzip of several members", func(l []string) []byte {
		return append(packed(plain(l[:7])), packed(plain(l[7:]))...)
	}, []string{"gzip"}},
	{"zstd", func(l []string) []byte { return zstandard(plain(l)) }, []string{"zstd"}},
	{"gzip of UTF-16", func(l []string) []byte { return packed(utf16Of(binary.LittleEndian, true, plain(l))) }, []string{"gzip", "UTF-16"}},
	{"zero bytes first", func(l []string) []byte { return append(make([]byte, 1<<18), plain(l)...) }, nil},

	{"docker", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return fmt.Sprintf(`{"log":%s,"stream":"stdout","time":"%s"}`+"\n", asJSON(s+"\n"), at.Format(time.RFC3339Nano))
		})
	}, []string{jsonLine.name}},
	{"docker, long lines in parts", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			tail := fmt.Sprintf(`,"stream":"stdout","time":"%s"}`+"\n", at.Format(time.RFC3339Nano))
			return `{"log":` + asJSON(s[:20]) + tail + `{"log":` + asJSON(s[20:]+"\n") + tail
		})
	}, []string{jsonLine.name}},
	{"FireLens", func(l []string) []byte {
		return each(l, func(_ int, _ time.Time, s string) string {
			return fmt.Sprintf(`{"source":"stdout","log":%s,"container_id":"0b1c","container_name":"/agent","ecs_cluster":"default"}`+"\n", asJSON(s))
		})
	}, []string{jsonLine.name}},
	{"journalctl -o json", func(l []string) []byte {
		return each(l, func(i int, at time.Time, s string) string {
			message := asJSON(s)
			if i == 3 { // as it writes what is not UTF-8
				message = strings.ReplaceAll(fmt.Sprintf("%d", []byte(s)), " ", ",")
			}
			return fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"%d","_HOSTNAME":"h","MESSAGE":%s,"PRIORITY":"6"}`+"\n", at.UnixMicro(), message)
		})
	}, []string{jsonLine.name}},
	{"journalctl -o json-pretty", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return fmt.Sprintf("{\n\t\"__REALTIME_TIMESTAMP\" : \"%d\",\n\t\"MESSAGE\" : %s,\n\t\"PRIORITY\" : \"6\"\n}\n", at.UnixMicro(), asJSON(s))
		})
	}, []string{jsonDocument.name}},
	{"journalctl -o export", func(l []string) []byte {
		return each(l, func(i int, at time.Time, s string) string {
			message := "MESSAGE=" + s
			if i%2 == 1 {
				message = "MESSAGE\n" + string(binary.LittleEndian.AppendUint64(nil, uint64(len(s)))) + s
			}
			return fmt.Sprintf("__CURSOR=s=1;i=%d\n__REALTIME_TIMESTAMP=%d\n_HOSTNAME=h\n%s\nPRIORITY=6\n\n", i, at.UnixMicro(), message)
		})
	}, []string{journalExport.name}},
	{"journalctl -o short", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return at.Format(time.Stamp) + " ip-10-0-0-1 agent[123]: " + s + "\n"
		})
	}, []string{"5 words in front of each line"}},
	{"syslog, RFC 5424", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return "<134>1 " + at.Format(rfc3339ms) + " host agent 12 - - " + s + "\n"
		})
	}, []string{"7 words in front of each line"}},
	{"CRI", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return at.Format(time.RFC3339Nano) + " stdout P " + s[:30] + "\n" + at.Format(time.RFC3339Nano) + " stdout F " + s[30:] + "\n"
		})
	}, []string{criLine.name}},
	{"kubectl logs --prefix --timestamps", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return "[pod/a-1/agent] " + at.Format(time.RFC3339Nano) + " " + s + "\n"
		})
	}, []string{"2 words in front of each line"}},
	{"docker compose", func(l []string) []byte {
		return each(l, func(_ int, _ time.Time, s string) string { return "agent-1  | " + s + "\n" })
	}, []string{"2 words in front of each line"}},
	{"grep -H", func(l []string) []byte {
		return each(l, func(_ int, _ time.Time, s string) string { return "logs/audit.log.2026-11-20-23:" + s + "\n" })
	}, []string{"a text and a colon in front of each line"}},
	{"a host in front", func(l []string) []byte {
		return each(l, func(_ int, _ time.Time, s string) string { return "ip-10-0-0-1\t" + s + "\n" })
	}, []string{"a word in front of each line"}},

	{"CloudWatch: export to S3", func(l []string) []byte {
		return packed(each(l, func(_ int, at time.Time, s string) string { return at.Format(rfc3339ms) + " " + s + "\n" }))
	}, []string{"gzip", "a word in front of each line"}},
	{"CloudWatch: aws logs tail", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return at.Format("2006-01-02T15:04:05.000000-07:00") + " ecs/agent/0b1c " + s + "\n"
		})
	}, []string{"2 words in front of each line"}},
	{"CloudWatch: aws logs tail --format short", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string { return at.Format("2006-01-02T15:04:05") + " " + s + "\n" })
	}, []string{"a word in front of each line"}},
	{"CloudWatch: get-log-events", func(l []string) []byte {
		events := each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf("%s\n        {\n            \"timestamp\": %d,\n            \"message\": %s,\n            \"ingestionTime\": %d\n        }", comma(i), at.UnixMilli(), asJSON(s), at.UnixMilli()+5000)
		})
		return []byte("{\n    \"events\": [" + string(events) + "\n    ],\n    \"nextForwardToken\": \"f/1\",\n    \"nextBackwardToken\": \"b/1\"\n}\n")
	}, []string{jsonDocument.name}},
	{"CloudWatch: filter-log-events in two pages", func(l []string) []byte {
		page := func(l []string) string {
			events := each(l, func(i int, at time.Time, s string) string {
				return fmt.Sprintf(`%s{"logStreamName":"s","timestamp":%d,"message":%s,"ingestionTime":%d,"eventId":"%d"}`, comma(i), at.UnixMilli(), asJSON(s+"\n"), at.UnixMilli(), i)
			})
			return `{"events":[` + string(events) + `],"searchedLogStreams":[{"logStreamName":"s","searchedCompletely":true}]}` + "\n"
		}
		return []byte(page(l[:5]) + page(l[5:]))
	}, []string{jsonDocument.name}},
	{"CloudWatch: --query 'events[].message'", func(l []string) []byte {
		return []byte("[\n" + string(each(l, func(i int, _ time.Time, s string) string { return comma(i) + "    " + asJSON(s) + "\n" })) + "]\n")
	}, []string{jsonDocument.name}},
	{"CloudWatch: --query 'events[].message' --output text", func(l []string) []byte {
		return []byte(strings.Join(l, "\t") + "\n")
	}, []string{tabbed.name}},
	{"CloudWatch: get-log-events --output text", func(l []string) []byte {
		return append([]byte("b/3113\tf/3113\n"), each(l, func(_ int, at time.Time, s string) string {
			return fmt.Sprintf("EVENTS\t%d\t%s\t%d\n", at.UnixMilli()+9, s, at.UnixMilli())
		})...)
	}, []string{awsText.name}},
	{"CloudWatch: filter-log-events --output text", func(l []string) []byte {
		return append(each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf("EVENTS\t%056d\t%d\tstream\t%s\t%d\n", i, at.UnixMilli()+9, s, at.UnixMilli())
		}), "SEARCHEDLOGSTREAMS\tstream\tTrue\n"...)
	}, []string{awsText.name}},
	{"CloudWatch: get-log-events --output table", func(l []string) []byte {
		rows := each(l, func(_ int, at time.Time, s string) string {
			return fmt.Sprintf("||  %d|  %-400s|  %d  ||\n", at.UnixMilli()+9, s, at.UnixMilli())
		})
		return []byte("-----\n|                GetLogEvents                |\n+--------------------+---+\n|  nextBackwardToken |  nextForwardToken  |\n|  b/1 |  f/1 |\n+-----+-----+\n||      events      ||\n|+---+---+---+|\n||  ingestionTime|  message|  timestamp  ||\n|+---+---+---+|\n" +
			string(rows) + "|+---+---+---+|\n")
	}, []string{awsTable.name}},
	{"CloudWatch: Insights, CSV", func(l []string) []byte {
		return append([]byte("@timestamp,@message,@logStream\n"), each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf("%s,%s,ecs/agent/%d\n", at.Format("2006-01-02 15:04:05.000"), asCSV(s), i)
		})...)
	}, []string{insightsCSV.name}},
	{"CloudWatch: Insights, JSON of the console", func(l []string) []byte {
		return []byte("[" + string(each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf(`%s{"@timestamp":"%s","@message":%s,"@ptr":"x"}`, comma(i), at.Format("2006-01-02 15:04:05.000"), asJSON(s))
		})) + "]")
	}, []string{jsonDocument.name}},
	{"CloudWatch: get-query-results", func(l []string) []byte {
		return []byte(`{"results":[` + string(each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf(`%s[{"field":"@timestamp","value":"%s"},{"field":"@message","value":%s},{"field":"@ptr","value":"x"}]`, comma(i), at.Format("2006-01-02 15:04:05.000"), asJSON(s))
		})) + `],"statistics":{"recordsMatched":7.0},"status":"Complete"}`)
	}, []string{jsonDocument.name}},
	{"CloudWatch: a subscription, packed", func(l []string) []byte {
		return packed([]byte(`{"messageType":"DATA_MESSAGE","owner":"111122223333","logEvents":[` + string(each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf(`%s{"id":"%d","timestamp":%d,"message":%s}`, comma(i), i, at.UnixMilli(), asJSON(s))
		})) + `]}`))
	}, []string{"gzip", jsonDocument.name}},
	{"CloudWatch: of docker's lines, exported", func(l []string) []byte {
		return each(l, func(_ int, at time.Time, s string) string {
			return fmt.Sprintf(`%s {"log":%s,"stream":"stdout","time":"%s"}`+"\n", at.Format(rfc3339ms), asJSON(s+"\n"), at.Format(time.RFC3339Nano))
		})
	}, []string{"a word in front of each line", jsonLine.name}},
	{"FireLens in CloudWatch", func(l []string) []byte {
		return []byte(`{"events":[` + string(each(l, func(i int, at time.Time, s string) string {
			return fmt.Sprintf(`%s{"timestamp":%d,"message":%s}`, comma(i), at.UnixMilli(), asJSON(`{"log":`+asJSON(s)+`,"source":"stdout"}`))
		})) + `]}`)
	}, []string{jsonDocument.name, jsonLine.name}},
}

// comma stands before all but the first.
func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// TestWrappers reads logs in every wrapper: each line comes out, and says the same.
func TestWrappers(t *testing.T) {
	logs := []struct{ format, sample string }{
		{"audit", "ecs-5-10.excerpt.audit.log"},
		{"agent", "agent.log"},
		{"pod-identity", "pod-identity.log"},
		{"kube2iam", "kube2iam.log"},
		{"mockimds", "mockimds.log"},
		{"mockimds-requests", "mockimds-requests.jsonl"},
	}
	for _, log := range logs {
		lines := strings.Split(strings.TrimSuffix(readSample(t, log.sample), "\n"), "\n")
		want, _, _, err := readWrapped(t, plain(lines))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range wraps {
			t.Run(log.format+"/"+w.name, func(t *testing.T) {
				got, r, other, err := readWrapped(t, w.wrap(lines))
				if err != nil {
					t.Fatal(err)
				}
				if r.Format != log.format || !slices.Equal(r.Wrapped, w.want) {
					t.Errorf("got format %s in %q, want %s in %q", r.Format, r.Wrapped, log.format, w.want)
				}
				if !slices.EqualFunc(got, want, equal) {
					t.Errorf("got %d entries, want %d; other lines: %q", len(got), len(want), other)
				}
			})
		}
	}
}

// readWrapped reads a recording, and what it says of lines that are no request.
func readWrapped(t testing.TB, text []byte) (entries []Entry, r *Reader, other []string, err error) {
	t.Helper()
	r, err = NewReader(bytes.NewReader(text), "", Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	for {
		var e Entry
		_, err := r.Next(&e)
		d := (*Damage)(nil)
		_, foreign := IsForeign(err)
		switch {
		case errors.Is(err, io.EOF):
			return entries, r, other, nil
		case foreign || errors.As(err, &d):
			other = append(other, err.Error())
		case err != nil:
			return entries, r, other, err
		default:
			entries = append(entries, e)
		}
	}
}
