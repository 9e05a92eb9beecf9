package redact

import (
	"cmp"
	"slices"
	"sync"
)

// How often a text is unescaped: the text itself, and what it has in base64 or
// hexadecimal.
var unescapes = [...]int{4, 2}

// stream is a text, or what a part of it decodes to, with the place in the text
// that each byte comes from.
type stream struct {
	bytes []byte
	from  []int32 // where the source of each byte begins
	to    []int32 // and ends; both are empty where that is the text itself
}

// source is where the bytes between two indexes come from.
func (s *stream) source(from, to int) (int32, int32) {
	if len(s.from) == 0 {
		return int32(from), int32(to)
	}
	return s.from[from], s.to[to-1]
}

func (s *stream) reset() { s.bytes, s.from, s.to = s.bytes[:0], s.from[:0], s.to[:0] }

func (s *stream) add(b byte, from, to int32) {
	s.bytes, s.from, s.to = append(s.bytes, b), append(s.from, from), append(s.to, to)
}

// finder is one search. Its memory is used again.
type finder struct {
	*index
	words bool // look for short IDs too
	spans []span
	upTo  []int // by form: where the last one ends in the stream
	key   []byte

	streams [2][3]stream // of the text and of what is decoded: as it is, and unescaped
}

var finders = sync.Pool{New: func() any { return new(finder) }}

func (r *Redactor) finder(words bool) *finder {
	f := finders.Get().(*finder)
	f.index, f.words = r.index(), words
	f.upTo = slices.Grow(f.upTo[:0], len(r.forms))[:len(r.forms)]
	return f
}

// maxKept bounds the memory that is kept for the next search, in bytes of text.
const maxKept = 64 << 10

func (f *finder) free() {
	if cap(f.streams[0][0].bytes) <= maxKept {
		f.spans, f.index = f.spans[:0], nil
		finders.Put(f)
	}
}

// lookahead is how far behind a place in a text a search has to go on so that it
// finds every secret in front of the place. An escaped byte takes up to 30; of a
// form only the prefix counts.
func (f *finder) lookahead() int { return 32 * max(f.longest, 128) }

// find returns where the secrets of a text are, in order and apart.
func (f *finder) find(text string) []span {
	f.spans = f.spans[:0]
	s := &f.streams[0][0]
	s.reset()
	s.bytes = append(s.bytes, text...)
	f.search(0)
	if len(f.spans) == 0 {
		return nil
	}
	for i := range f.spans {
		f.spans[i].from = wholeEscape(text, f.spans[i].from)
	}
	slices.SortStableFunc(f.spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	merged := f.spans[:1]
	for _, s := range f.spans[1:] {
		if last := &merged[len(merged)-1]; s.from < last.to {
			last.to = max(last.to, s.to)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// search looks through the first stream of a depth: as it is, and unescaped again
// and again. What it decodes is a depth below.
func (f *finder) search(depth int) {
	s := &f.streams[depth]
	f.look(&s[0], depth, false)
	if f.unescaped(s, depth, controls) {
		// A backslash may also just stand there, in front of the first letter of
		// a secret.
		f.unescaped(s, depth, letters)
	}
}

// unescaped looks through a stream that is unescaped again and again, and reports
// whether there was an escape that means another thing as a letter.
func (f *finder) unescaped(s *[3]stream, depth int, as meaning) (ambiguous bool) {
	now, next, spare := &s[0], &s[1], &s[2]
	for range unescapes[depth] {
		changed, either := unescape(next, now, as)
		if !changed {
			break
		}
		ambiguous = ambiguous || either
		f.look(next, depth, true)
		now, next, spare = next, spare, next
	}
	return ambiguous
}

// look looks through a stream as it is. unescaped reports whether it was made from
// a stream that has been searched.
func (f *finder) look(s *stream, depth int, unescaped bool) {
	f.plain(s)
	if depth == 0 {
		f.shortIDs(s)
		f.base64(s, unescaped)
		f.hex(s, unescaped)
	}
}

// plain finds the secrets that stand in a stream as they are.
func (f *finder) plain(s *stream) {
	clear(f.upTo)
	x, b := f.index, s.bytes
	for i := 0; i+anchorLength <= len(b); i++ {
		if anchor := anchorOf(b[i:]); x.has(anchor) {
			if a := x.anchors[anchor]; a != nil {
				f.compare(s, i, a)
			}
		}
	}
}

// compare looks whether one of the secrets with an anchor stands at an index.
func (f *finder) compare(s *stream, at int, a *anchored) {
	for i := range a.forms {
		form := &a.forms[i]
		// Within one of its form a secret has the same end.
		if at < f.upTo[form.number] {
			continue
		}
		if end := form.end(s.bytes, at); end > 0 {
			f.upTo[form.number] = end
			f.found(s, at, end, form.mark)
		}
	}
	for _, n := range a.lengths {
		if at+n <= len(s.bytes) && f.holds(f.long, s.bytes[at:at+n]) {
			f.found(s, at, at+n, idMark)
		}
	}
}

// shortIDs finds the short IDs that are words.
func (f *finder) shortIDs(s *stream) {
	if !f.words || len(f.short) == 0 {
		return
	}
	for i := range s.bytes {
		if !boundary(s.bytes, i) {
			continue
		}
		for _, n := range f.lengths {
			if i+n <= len(s.bytes) && boundary(s.bytes, i+n) && f.holds(f.short, s.bytes[i:i+n]) {
				f.found(s, i, i+n, idMark)
			}
		}
	}
}

// holds reports whether a set has an ID, in any case.
func (f *finder) holds(set map[string]struct{}, id []byte) bool {
	f.key = lower(f.key[:0], id)
	_, ok := set[string(f.key)]
	return ok
}

// found notes a secret.
func (f *finder) found(s *stream, from, to int, mark string) {
	begin, end := s.source(from, to)
	f.spans = append(f.spans, span{int(begin), int(end), mark})
}

// boundary reports whether no word goes on from one side of an index to the other.
func boundary(b []byte, i int) bool {
	return i == 0 || i == len(b) || !alphanumeric(b[i-1]) || !alphanumeric(b[i])
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
