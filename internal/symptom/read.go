package symptom

import (
	"errors"
	"io"
	"slices"
	"sort"
	"strings"
)

// A long text is looked at in windows, so that memory does not grow with it.
const (
	// window is how many bytes are looked at together. A text of that length is looked at as
	// a whole.
	window = 2 << 20
	// ahead is how many bytes at the end of a window are only looked at for what stands in
	// front of them. A record spans some thousand letters at most, and is cut where more bytes
	// than these stand in it without a letter.
	ahead = 64 << 10
	// behind is how many bytes are looked at again where a window does not begin with an entry
	// of a log.
	behind = 16 << 10
)

// Read returns what is recognised in a text: each thing once, in the order in which they
// first stand there. Its time is linear in the text, and its memory is bounded. The error is
// that of the reader.
func Read(r io.Reader) ([]Finding, error) {
	return readIn(r, make([]byte, window), ahead)
}

// Diagnose is Read of a text.
func Diagnose(text string) []Finding {
	all, _ := readIn(strings.NewReader(text), make([]byte, min(window, len(text)+1)), ahead) // which never fails
	return all
}

// readIn is Read in windows as large as a buffer.
func readIn(r io.Reader, buf []byte, ahead int) ([]Finding, error) {
	var found findings
	size := 0   // of what is in the buffer
	seen := 0   // of that, what an earlier window has looked at
	stamp := "" // of the entry of a log in which the buffer begins
	for {
		n, err := io.ReadFull(r, buf[size:])
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return nil, err
		}
		size += n
		t := squeezeBehind(stamp, string(buf[:size]))
		all := records(t)
		cut, next := size, size
		if !end {
			cut, next = t.cut(all, size/2, size-ahead)
		}
		for i := range all {
			if at := int(t.at[all[i].start]); at >= seen && at < cut {
				found.add(t, &all[i])
			}
		}
		if end {
			return found.all, nil
		}
		stamp = t.stamp(next, stamp)
		size, seen = copy(buf, buf[next:size]), cut-next
	}
}

// cut is where a window may end, from low to high, and where the next one begins, in bytes.
// It is the last entry of a log there at which no record is torn: the next window begins
// there, since what stands in front of an entry does not matter behind it. Without one it is
// the beginning of a line, or else of any letter, and some of what stands in front of it is
// looked at again: from a record on, since which texts a record takes in depends on where it
// begins.
func (t *squeezed) cut(all []record, low, high int) (cut, next int) {
	letterAt := func(at int) int { return sort.Search(len(t.at), func(i int) bool { return int(t.at[i]) >= at }) }
	first, last := letterAt(low), letterAt(high)
	for _, entry := range slices.Backward(t.entries) {
		at := int(entry)
		if at < first {
			break
		}
		if at >= last || !whole(all, at) {
			continue
		}
		line := strings.LastIndexByte(t.original[:t.at[at]], '\n') + 1
		if _, _, known := prefix(t.original[line:]); known && line >= low {
			return line, line
		}
	}
	cut = high
	for at := last - 1; at > first; at-- {
		if !whole(all, at) {
			continue
		}
		between := t.original[t.at[at-1]:t.at[at]]
		if i := strings.LastIndexByte(between, '\n'); i >= 0 {
			cut = int(t.at[at-1]) + i + 1
			break
		}
		if cut == high {
			cut = int(t.at[at]) // unless there is a line
		}
	}
	next = max(cut-behind, 0)
	again := letterAt(next)
	if i := slices.IndexFunc(all, func(r record) bool { return r.from >= again }); i >= 0 && int(t.at[all[i].start]) < cut {
		return cut, int(t.at[all[i].from])
	}
	if i := strings.IndexByte(t.original[next:cut], '\n'); i >= 0 && i < behind/2 {
		next += i + 1
	}
	return cut, next
}

// stamp is the time of the last entry of a log that begins in front of a byte, or that before
// the text if none does: a line of the same time goes on with that entry.
func (t *squeezed) stamp(at int, before string) string {
	for at > 0 {
		at = strings.LastIndexByte(t.original[:at-1], '\n') + 1
		if _, now, entry := prefix(t.original[at:]); entry {
			return now
		}
	}
	return before
}

// whole reports whether no record begins before a letter and ends behind it.
func whole(all []record, letter int) bool {
	i := sort.Search(len(all), func(i int) bool { return all[i].start >= letter }) - 1
	inFront := i < 0 || all[i].end <= letter
	return inFront && (i+1 == len(all) || all[i+1].from >= letter)
}
