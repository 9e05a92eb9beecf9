package recording

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
)

// read reads a record: its first line; the rest is in g.body.
func (g *goReplayDecoder) read() (goMeta, error) {
	var m goMeta
	line, err := g.next(4 << 10)
	for err == nil && len(bytes.TrimSpace(line)) == 0 {
		line, err = g.next(4 << 10)
	}
	if err != nil {
		return m, err
	}
	m, err = goReplayMeta(line)
	m.id = bytes.Clone(m.id)
	g.body = g.body[:0]
	if bytes.Equal(line, monkeys) {
		return m, err // a record without anything
	}
	for {
		line, more := g.next(longestRecord)
		if errors.Is(more, io.EOF) {
			return m, &Damage{Text: "the file is cut short: the last record does not end"}
		}
		if more != nil && !errors.Is(more, errLongLine) {
			return m, more
		}
		if bytes.Equal(line, monkeys) {
			return m, err
		}
		if len(g.body)+len(line) <= longestRecord {
			g.body = append(append(g.body, line...), '\n')
		}
	}
}

// goReplayMeta reads the first line of a record.
func goReplayMeta(line []byte) (m goMeta, err error) {
	words := bytes.Fields(line)
	if len(words) < 3 || len(words) > 5 || len(words[0]) != 1 {
		return m, damaged(0, "want the first line of a record (kind, ID and time), got %s", quoted(line))
	}
	ns, err := strconv.ParseInt(string(words[2]), 10, 64)
	kind, ok := number(words[0], 9)
	if err != nil || !ok || kind == 0 || ns < 1e17 {
		return m, damaged(0, "want the first line of a record (kind, ID and time in ns), got %s", quoted(line))
	}
	return goMeta{kind: kind, id: words[1], at: time.Unix(0, ns).UTC()}, nil
}

// headersOf are the headers of a message, up to the empty line.
func headersOf(text []byte) func(yield func(name, value []byte) bool) {
	return func(yield func(name, value []byte) bool) {
		for line := range bytes.Lines(text) {
			line = bytes.TrimRight(line, "\r\n")
			name, value, ok := bytes.Cut(line, []byte{':'})
			if !ok || !yield(name, bytes.TrimSpace(value)) {
				return
			}
		}
	}
}
