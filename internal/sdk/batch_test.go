package sdk_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// batch is calls that begin together, and what they did until the next ones began.
type batch struct {
	calls     int
	timed     bool          // at is when they begin; else they begin when the last have ended
	at, after time.Duration // since the beginning of the recording; since the last have ended
	requests  string        // a letter for each leg
	unordered bool          // the order of the requests is by chance
	gaps      []gap         // between the requests; none if nobody looked
	results   []string      // ok, error or hang
	took      time.Duration // from the beginning until the last call had ended; 0 if nobody looked
	says      string        // the first error; "" if nobody looked
	more      bool          // it says more than the preset, which has its beginning alone
}

// gap is the time between two requests, in seconds; mean is 0 if nobody knows.
type gap struct {
	least, mean, most float64
	unknown           bool // it says nothing about the client
}

// parseBatch reads calls, their requests and their results.
func parseBatch(text string) (batch, error) {
	parts := strings.Split(text, "|")
	if len(parts) != 3 {
		return batch{}, fmt.Errorf("%d parts, want 3: calls | requests | results", len(parts))
	}
	var b batch
	for i, field := range strings.Fields(parts[0]) {
		var err error
		switch {
		case i == 0:
			b.calls, err = strconv.Atoi(field)
		case field == "unordered":
			b.unordered = true
		case field[0] == '@':
			b.timed = true
			b.at, err = time.ParseDuration(field[1:])
		case field[0] == '+':
			b.after, err = time.ParseDuration(field[1:])
		default:
			b.took, err = time.ParseDuration(strings.TrimPrefix(field, "took="))
		}
		if err != nil {
			return b, err
		}
	}
	if err := b.parseRequests(parts[1]); err != nil {
		return b, err
	}
	b.results = repeated(parts[2])
	if len(b.results) != b.calls || b.calls == 0 {
		return b, fmt.Errorf("%d calls have %d results", b.calls, len(b.results))
	}
	for _, result := range b.results {
		if result != "ok" && result != "error" && result != "hang" {
			return b, fmt.Errorf("result %q: want ok, error or hang", result)
		}
	}
	return b, nil
}

// parseRequests reads letters of legs, with gaps between them or none.
func (b *batch) parseRequests(text string) error {
	for _, word := range repeated(text) {
		if strings.Contains("trc", word) {
			b.requests += word
			continue
		}
		g, err := parseGap(word)
		if err != nil {
			return err
		}
		b.gaps = append(b.gaps, g)
	}
	if n := len(b.gaps); n > 0 && n != len(b.requests)-1 {
		return fmt.Errorf("%d gaps between %d requests", n, len(b.requests))
	}
	return nil
}

// parseGap reads the range of a gap: one number, two, or three with the mean.
func parseGap(text string) (gap, error) {
	known, unknown := strings.CutSuffix(text, "?")
	var values []float64
	for one := range strings.SplitSeq(known, "/") {
		v, err := strconv.ParseFloat(one, 64)
		if err != nil {
			return gap{}, fmt.Errorf("gap %q: %w", text, err)
		}
		values = append(values, v)
	}
	switch {
	case unknown:
		return gap{unknown: true}, nil
	case len(values) == 1:
		return gap{least: values[0], most: values[0]}, nil
	case len(values) == 2:
		return gap{least: values[0], most: values[1]}, nil
	case len(values) == 3:
		return gap{least: values[0], mean: values[1], most: values[2]}, nil
	}
	return gap{}, fmt.Errorf("gap %q: want LEAST/MEAN/MOST", text)
}

// repeated are words, those with a number before them, as 3*ok, so often.
func repeated(text string) []string {
	var words []string
	for word := range strings.FieldsSeq(text) {
		count, one, ok := strings.Cut(word, "*")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			one, n = word, 1
		}
		for range n {
			words = append(words, one)
		}
	}
	return words
}
