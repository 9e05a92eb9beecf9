// Package redact takes secrets out of texts: what was issued, whether it stands
// in a text as it is or encoded. A program has one Redactor, and every text that
// leaves the program goes through it.
//
// It finds a secret that is plain; escaped up to four times, as in URLs (%41) or
// JSON and Go (\u0041, \x41), in whole or in part; in base64, of either alphabet,
// padded or not, in lines or not, with anything in front of it; in hexadecimal;
// and escaped up to twice within base64 or hexadecimal. The cost is linear in the
// text, and does not depend on how many secrets there are. Each secret is looked up
// by a hash of its first 8 bytes.
package redact

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Form is what the secrets of a kind look like that cannot be listed, because
// they are made while the program runs.
type Form struct {
	// Prefix is how each begins: at least 8 bytes, of one kind only.
	Prefix string
	// Rest is the characters that may follow. All that do are taken for a part of
	// the secret: one that was cut short is as good as whole, and what is glued to
	// its end cannot be told from it.
	Rest string
	// Mark stands in the place of the secret.
	Mark string
}

// idMark stands in the place of an ID.
const idMark = "ID"

// shortest is the length from which an ID is one wherever it stands. A shorter
// one may be a word by chance: it counts only in what a client has written
// (FromClient and Clip), and only as a whole word, or encoded as a whole word.
const shortest = 16

// Redactor knows secrets: those of some forms, and IDs. It is safe for concurrent
// use.
type Redactor struct {
	forms []Form

	mu   sync.Mutex // guards ids and the making of made
	ids  []iter.Seq[string]
	made atomic.Pointer[index] // nil before the first text and after each Add
}

// New returns a Redactor that knows secrets of these forms, and no IDs.
func New(forms ...Form) *Redactor { return &Redactor{forms: forms} }

// Add adds IDs, in which upper and lower case are the same. They are asked for
// when the next text is to be redacted, because most servers log nothing.
func (r *Redactor) Add(ids iter.Seq[string]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids = append(r.ids, ids)
	r.made.Store(nil)
}

// index returns what is searched for.
func (r *Redactor) index() *index {
	if x := r.made.Load(); x != nil {
		return x
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	x := r.made.Load()
	if x == nil {
		x = newIndex(r.forms, r.ids)
		r.made.Store(x)
	}
	return x
}

// String returns a text of the program's own without secrets, such as an error
// that quotes what a client has written.
func (r *Redactor) String(text string) string { return r.without(text, false) }

// FromClient returns a text that a client has written, without secrets.
func (r *Redactor) FromClient(text string) string { return r.without(text, true) }

func (r *Redactor) without(text string, words bool) string {
	f := r.finder(words)
	defer f.free()
	spans := f.find(text)
	if len(spans) == 0 {
		return text
	}
	return string(replace(nil, text, spans))
}

// Clip returns the first bytes of a text that a client has written, at most so
// many, without secrets. A text that is cut ends with an ellipsis. A secret that
// the cut goes through is taken out whole. The cost does not grow with the text.
// The result shares no memory with the text.
func (r *Redactor) Clip(text string, most int) string {
	f := r.finder(true)
	defer f.free()
	spans := f.find(text[:min(len(text), most+f.lookahead())])
	if len(text) <= most && len(spans) == 0 {
		return strings.Clone(text)
	}
	cut := min(len(text), most)
	spans = spans[:shown(spans, cut)]
	if n := len(spans); n > 0 {
		cut = max(cut, spans[n-1].to)
	}
	b := replace(nil, text[:cut], spans)
	if len(text) > most {
		b = append(b, "…"...)
	}
	return string(b)
}

// shown is how many of the spans begin in front of the cut.
func shown(spans []span, cut int) int {
	n, _ := slices.BinarySearchFunc(spans, cut, func(s span, cut int) int { return s.from - cut })
	return n
}

// span is a part of a text that holds a secret.
type span struct {
	from, to int
	mark     string
}

// replace appends the text to b with a mark in the place of each span.
func replace(b []byte, text string, spans []span) []byte {
	at := 0
	for _, s := range spans {
		b = append(b, text[at:s.from]...)
		b = append(b, s.mark...)
		at = s.to
	}
	return append(b, text[at:]...)
}
