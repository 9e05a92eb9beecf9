package redact

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
)

// index finds secrets by their first 8 bytes, the anchor. It is read-only.
type index struct {
	bits    []uint64 // a bit for each anchor's hash
	shift   uint
	anchors map[uint64]*anchored
	long    map[string]struct{} // IDs in lower case
	longest int                 // of the IDs
	// beyondASCII is whether an anchor is not in ASCII.
	beyondASCII bool

	short   map[string]struct{} // IDs shorter than shortest, in lower case
	lengths []int               // of the short IDs
}

// anchored is what begins with the same 8 bytes.
type anchored struct {
	forms   []form
	lengths []int // of the IDs
}

// form is a Form that is ready to be searched for.
type form struct {
	number int
	prefix []byte
	rest   [256]bool
	mark   string
}

const anchorLength = 8

// anchorOf is the anchor of the bytes that b begins with, upper and lower case
// being the same. Some other bytes are the same too: whatever begins with an
// anchor is compared.
func anchorOf(b []byte) uint64 { return binary.LittleEndian.Uint64(b) | foldCase }

const foldCase = 0x2020202020202020

// hash spreads an anchor over the bits.
func (x *index) hash(anchor uint64) uint64 { return anchor * 0x9e3779b97f4a7c15 >> x.shift }

// has reports whether there may be something with an anchor.
func (x *index) has(anchor uint64) bool {
	h := x.hash(anchor)
	return x.bits[h/64]&(1<<(h%64)) != 0
}

func newIndex(forms []Form, ids []iter.Seq[string]) *index {
	x := &index{anchors: make(map[uint64]*anchored), long: make(map[string]struct{}), short: make(map[string]struct{})}
	for _, seq := range ids {
		for id := range seq {
			x.add(strings.ToLower(id))
		}
	}
	for i, f := range forms {
		ready := form{number: i, prefix: []byte(f.Prefix), mark: f.Mark}
		for _, c := range []byte(f.Rest) {
			ready.rest[c] = true
		}
		a := x.at(ready.prefix)
		a.forms = append(a.forms, ready)
	}
	// Sixteen bits for each anchor: one text in sixteen is looked up in vain.
	size := uint(10)
	for 1<<size < 16*len(x.anchors) {
		size++
	}
	x.bits, x.shift = make([]uint64, 1<<size/64), 64-size
	for anchor := range x.anchors {
		h := x.hash(anchor)
		x.bits[h/64] |= 1 << (h % 64)
		x.beyondASCII = x.beyondASCII || anchor&0x8080808080808080 != 0
	}
	return x
}

// at is what begins as b does.
func (x *index) at(b []byte) *anchored {
	anchor := anchorOf(b)
	a := x.anchors[anchor]
	if a == nil {
		a = new(anchored)
		x.anchors[anchor] = a
	}
	return a
}

// add adds an ID in lower case. An empty one is none.
func (x *index) add(id string) {
	x.longest = max(x.longest, len(id))
	set, lengths := x.short, &x.lengths
	if len(id) >= shortest {
		set, lengths = x.long, &x.at([]byte(id[:anchorLength])).lengths
	}
	if id == "" {
		return
	}
	set[id] = struct{}{}
	if !slices.Contains(*lengths, len(id)) {
		*lengths = append(*lengths, len(id))
	}
}

// lower appends text to b with its ASCII letters in lower case.
func lower(b, text []byte) []byte {
	for _, c := range text {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// end is where a secret of the form ends that begins at an index of the text, or
// −1 if none begins there.
func (f *form) end(text []byte, at int) int {
	if !bytes.HasPrefix(text[at:], f.prefix) {
		return -1
	}
	for at += len(f.prefix); at < len(text) && f.rest[text[at]]; at++ {
	}
	return at
}
