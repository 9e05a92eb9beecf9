package redact

import "math/bits"

// How few characters can hold a secret: the 15 bytes that the shortest form
// begins with.
const (
	minBase64 = 20
	minHex    = 30
)

const (
	none = 0xff // no digit
	wrap = 0xfe // between the lines of base64
)

// base64Digit is the value of a character in both alphabets, and hexDigit of a
// hexadecimal digit.
var base64Digit, hexDigit = func() (base64, hex [256]byte) {
	for i := range base64 {
		base64[i], hex[i] = none, none
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		base64[c] = byte(i)
	}
	base64['-'], base64['_'] = base64['+'], base64['/']
	base64['\r'], base64['\n'] = wrap, wrap
	for i := range byte(10) {
		hex['0'+i] = i
	}
	for i := range byte(6) {
		hex['a'+i], hex['A'+i] = 10+i, 10+i
	}
	return base64, hex
}()

// base64 finds what is in base64. Anything of the alphabet may stand in front of
// it, so a group of four digits may begin at each of the first four.
func (f *finder) base64(s *stream, unescaped bool) {
	runs(s, &base64Digit, unescaped, func(from, to int) {
		if to-from < minBase64 {
			return
		}
		for group, worth := range f.base64Groups(s.bytes[from:to]) {
			if worth {
				f.decodeBase64(s, from, to, group)
				f.search(1)
			}
		}
	})
	if f.words && len(f.short) > 0 {
		f.encodedWords(s, &base64Digit, func(s *stream, from, to int) { f.decodeBase64(s, from, to, 0) })
	}
}

// base64Groups says for each of the four ways to group digits whether decoding
// them is worth it: whether any 8 bytes of the outcome may be an anchor, or have an
// escape. In most texts none do, and looking costs much less than decoding.
func (f *finder) base64Groups(digits []byte) (worth [4]bool) {
	x := f.index
	var last, before uint64 // the bits of the digits
	n := 0
	for _, c := range digits {
		v := base64Digit[c]
		if v == wrap {
			continue
		}
		before, last = before<<6|last>>58, last<<6|uint64(v)
		n++
		// The last 64 bits are 8 bytes if the digits are grouped in one way, and
		// those that end 2 and 4 bits sooner if they are in two others.
		if n >= 11 && x.worth(before<<62|last>>2) {
			worth[(n-3)&3] = true
		}
		if n >= 12 {
			if x.worth(last) {
				worth[n&3] = true
			}
			if x.worth(before<<60 | last>>4) {
				worth[(n-2)&3] = true
			}
		}
	}
	return worth
}

// worth reports whether 8 bytes, the first in the highest bits, may be an anchor or
// have an escape.
func (x *index) worth(b uint64) bool {
	if b&0x8080808080808080 != 0 && !x.beyondASCII {
		return false
	}
	return x.has(bits.ReverseBytes64(b)|foldCase) || hasByte(b, '%') || hasByte(b, '\\')
}

// hasByte reports whether one of 8 bytes is c. One that is c+1 may be taken for it.
func hasByte(b uint64, c byte) bool {
	const ones = 0x0101010101010101
	b ^= ones * uint64(c)
	return (b-ones)&^b&(ones<<7) != 0
}

// hex finds what is in hexadecimal, whose digits may begin at either of the first
// two.
func (f *finder) hex(s *stream, unescaped bool) {
	runs(s, &hexDigit, unescaped, func(from, to int) {
		if to-from < minHex {
			return
		}
		var worth [2]bool
		var last uint64
		for i, c := range s.bytes[from:to] {
			last = last<<4 | uint64(hexDigit[c])
			if i >= 15 && f.worth(last) {
				worth[(i+1)&1] = true
			}
		}
		for offset := range worth {
			if worth[offset] {
				f.decodeHex(s, from+offset, to)
				f.search(1)
			}
		}
	})
	if f.words && len(f.short) > 0 {
		f.encodedWords(s, &hexDigit, f.decodeHex)
	}
}

// runs calls each with the parts of a stream that consist of digits. If the stream
// was unescaped, that is only those with something that was an escape: the others
// have been searched.
func runs(s *stream, digit *[256]byte, unescaped bool, each func(from, to int)) {
	for from := 0; from < len(s.bytes); from++ {
		to := from
		for to < len(s.bytes) && digit[s.bytes[to]] != none && (to > from || digit[s.bytes[to]] != wrap) {
			to++
		}
		if to > from {
			if begin, end := s.source(from, to); !unescaped || int(end-begin) > to-from {
				each(from, to)
			}
		}
		from = to
	}
}

// encodedWords finds the short IDs that are encoded by themselves, between slashes
// or other characters that are no digits.
func (f *finder) encodedWords(s *stream, digit *[256]byte, decode func(s *stream, from, to int)) {
	for from := 0; from < len(s.bytes); from++ {
		to := from
		for to < len(s.bytes) && s.bytes[to] != '/' && digit[s.bytes[to]] < wrap {
			to++
		}
		if 2 <= to-from && to-from < 2*shortest {
			decode(s, from, to)
			if d := &f.streams[1][0]; f.holds(f.short, d.bytes) {
				f.found(s, from, to, idMark)
			}
		}
		from = to
	}
}

// decodeBase64 makes the decoded stream from a part of a stream, except so many of
// the first digits.
func (f *finder) decodeBase64(s *stream, from, to, except int) {
	d := &f.streams[1][0]
	d.reset()
	var bits, have uint
	var first int32 // where the digit begins that the bits came from
	for i := from; i < to; i++ {
		v := base64Digit[s.bytes[i]]
		if v == wrap {
			continue
		}
		if except > 0 {
			except--
			continue
		}
		begin, end := s.source(i, i+1)
		if have == 0 {
			first = begin
		}
		bits, have = bits<<6|uint(v), have+6
		if have >= 8 {
			have -= 8
			d.add(byte(bits>>have), first, end)
			first = begin
		}
	}
}

// decodeHex makes the decoded stream from a part of a stream in hexadecimal.
func (f *finder) decodeHex(s *stream, from, to int) {
	d := &f.streams[1][0]
	d.reset()
	for i := from; i+2 <= to; i += 2 {
		begin, end := s.source(i, i+2)
		d.add(hexDigit[s.bytes[i]]<<4|hexDigit[s.bytes[i+1]], begin, end)
	}
}
