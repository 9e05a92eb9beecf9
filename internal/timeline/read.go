package timeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// mostBytes bounds a file of timelines.
const mostBytes = 64 << 20

// Read reads the JSON of `strategy explain`: one timeline, or several under
// "strategies". Unknown keys are ignored, as readers of reports do.
func Read(r io.Reader) ([]Timeline, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostBytes {
		return nil, fmt.Errorf("more than %d bytes", mostBytes)
	}
	var file struct {
		Timeline
		Strategies []Timeline `json:"strategies"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, readError(err, text)
	}
	all := file.Strategies
	if len(all) == 0 {
		all = []Timeline{file.Timeline}
	}
	for i := range all {
		if all[i].Strategy == "" || len(all[i].Calls) == 0 {
			return nil, errors.New("no timeline: want what `strategy explain -f json` writes, with a strategy and its calls")
		}
	}
	return all, nil
}

// readError is an error of package json in terms of the file.
func readError(err error, text []byte) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("line %d: no JSON: %w", line(text, e.Offset), err)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("line %d: %s: a %s is not what stands there", line(text, e.Offset), strings.TrimPrefix(e.Field, "Timeline."), e.Value)
	}
	return err
}

// line is the line of an offset, from 1.
func line(text []byte, offset int64) int {
	n := 1
	for _, b := range text[:min(int(offset), len(text))] {
		if b == '\n' {
			n++
		}
	}
	return n
}
