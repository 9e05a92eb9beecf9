package recording

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
)

// headSize is how much of a recording is looked at to find out what it is.
const headSize = 64 << 10

// decoded is a recording as text: unpacked, in UTF-8, without a mark at its beginning.
type decoded struct {
	in    *bufio.Reader
	names []string // of what was undone, such as "gzip" and "UTF-16"
	from  *origin
}

// origin is where the bytes come from. It keeps its own error apart from the errors
// of what unpacks them.
type origin struct {
	r    io.Reader
	read int64
	err  error // other than io.EOF
}

// Read implements io.Reader.
func (o *origin) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	o.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		o.err = err
	}
	return n, err
}

// decode undoes compression and encodings, told by their first bytes: gzip of one or
// several members, zstd, UTF-16 with a mark or with every other byte zero, and the
// mark of UTF-8.
func decode(r io.Reader) (*decoded, error) {
	from := &origin{r: r}
	d := &decoded{in: bufio.NewReaderSize(from, headSize), from: from}
	for range 3 { // a log that is packed, and packed again when it was sent
		magic, err := d.in.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) {
			return d, err
		}
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(d.in)
			if err != nil {
				return d, fmt.Errorf("gzip: %w", whole(err))
			}
			d.unpack("gzip", z)
		case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(d.in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
			if err != nil {
				return d, fmt.Errorf("zstd: %w", err)
			}
			d.unpack("zstd", z)
		default:
			return d, d.text()
		}
	}
	return d, errors.New("packed more than twice")
}

// Text is a file as text, whatever it says: unpacked, in UTF-8, without a mark at its
// beginning, as NewReader reads a recording. A *Damage says why it is none; reading can fail
// with one too.
func Text(r io.Reader) (io.Reader, error) {
	d, err := decode(r)
	if err == nil {
		head, _ := d.in.Peek(headSize) // reading on returns the error again
		if name := packing(head); name != "" {
			return nil, &Damage{Col: 1, Text: unpackFirst(name)}
		}
		return d, nil
	}
	return nil, d.fault(err)
}

// Read implements io.Reader.
func (d *decoded) Read(b []byte) (int, error) {
	n, err := d.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = d.fault(err)
	}
	return n, err
}

// fault is an error of decoding: that of the file itself, or what is wrong with what it
// holds.
func (d *decoded) fault(err error) error {
	if d.from.err != nil {
		return d.from.err
	}
	return &Damage{Col: 1, Text: whole(err).Error()}
}

// maxWindow bounds the memory that a zstd file may ask for, in bytes.
const maxWindow = 128 << 20

func (d *decoded) unpack(name string, r io.Reader) {
	d.names = append(d.names, name)
	d.in = bufio.NewReaderSize(&unpacked{r: r, from: d.from}, headSize)
}

// The bounds of unpacking: text that is so many times as long as the file, and so many
// bytes at least, is no log.
const (
	maxRatio     = 500
	leastChecked = 16 << 20
)

// unpacked is what a file unpacks to.
type unpacked struct {
	r     io.Reader
	from  *origin
	given int64
}

// Read implements io.Reader.
func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	u.given += int64(n)
	if u.given > leastChecked && u.given > maxRatio*u.from.read {
		return 0, fmt.Errorf("unpacks to more than %d times its size, which no log does", maxRatio)
	}
	return n, err
}

// text undoes the encoding of characters.
func (d *decoded) text() error {
	head, err := d.in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = d.in.Discard(3) // they were peeked
		return nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		_, _ = d.in.Discard(2)
		d.utf16(binary.LittleEndian)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		_, _ = d.in.Discard(2)
		d.utf16(binary.BigEndian)
	case everyOther(head, 1):
		d.utf16(binary.LittleEndian)
	case everyOther(head, 0):
		d.utf16(binary.BigEndian)
	case len(head) > 0 && head[0] == 0:
		d.skipZeros()
	}
	return nil
}

// skipZeros leaves out what a file begins with that was truncated while it was written
// to.
func (d *decoded) skipZeros() {
	for {
		head, _ := d.in.Peek(headSize) // reading on returns the error again
		n := len(head) - len(bytes.TrimLeft(head, "\x00"))
		_, _ = d.in.Discard(n)
		if n < len(head) || n == 0 {
			return
		}
	}
}

// longLine reports whether a head is the beginning of one line of text that is longer.
func longLine(head []byte) bool {
	return len(head) == headSize && !bytes.ContainsAny(head, "\n\x00") && packing(head) == ""
}

// skipLong reads over the lines that are longer than a head and come first. It returns
// how many there are, and the head of what follows.
func (d *decoded) skipLong() (n int, head []byte) {
	for {
		head, _ = d.in.Peek(headSize) // reading on returns the error again
		if !longLine(head) {
			return n, head
		}
		n++
		for {
			if _, err := d.in.ReadSlice('\n'); err == nil {
				break
			} else if !errors.Is(err, bufio.ErrBufferFull) {
				return n, nil
			}
		}
	}
}

// everyOther reports whether the bytes at even offsets from there are zero, and the
// others are not, as in UTF-16 of a text in English.
func everyOther(head []byte, at int) bool {
	if len(head) < 16 {
		return false
	}
	head = head[:16]
	for i, c := range head {
		if (i%2 == at) != (c == 0) {
			return false
		}
	}
	return true
}

func (d *decoded) utf16(order binary.ByteOrder) {
	d.names = append(d.names, "UTF-16")
	d.in = bufio.NewReaderSize(&utf16Reader{in: d.in, order: order}, headSize)
}

// utf16Reader gives UTF-16 as UTF-8. Half a pair becomes U+FFFD.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	out   []byte // what was converted and not read
	half  rune   // a first half, 0 if there is none
}

// Read implements io.Reader.
func (u *utf16Reader) Read(b []byte) (int, error) {
	for len(u.out) < len(b) && len(u.out) < 4096 {
		two, err := u.in.Peek(2)
		if err != nil {
			if u.half != 0 {
				u.out, u.half = utf8.AppendRune(u.out, utf8.RuneError), 0
			}
			if len(u.out) > 0 {
				break
			}
			if len(two) == 1 && errors.Is(err, io.EOF) {
				_, _ = u.in.Discard(1)
				return 0, io.ErrUnexpectedEOF
			}
			return 0, err
		}
		r := rune(u.order.Uint16(two))
		_, _ = u.in.Discard(2)
		switch pair := utf16.DecodeRune(u.half, r); {
		case u.half != 0 && pair != utf8.RuneError:
			u.out, u.half = utf8.AppendRune(u.out, pair), 0
			continue
		case u.half != 0:
			u.out, u.half = utf8.AppendRune(u.out, utf8.RuneError), 0
		}
		if utf16.IsSurrogate(r) {
			u.half = r
		} else {
			u.out = utf8.AppendRune(u.out, r)
		}
	}
	n := copy(b, u.out)
	u.out = u.out[:copy(u.out, u.out[n:])]
	return n, nil
}

// whole replaces an error for data that ends too early by one that says so.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file is cut short")
	}
	return err
}

// packings are files that have to be unpacked first, by their first bytes.
var packings = []struct{ magic, name string }{
	{"BZh", "bzip2"}, {"\xfd7zXZ", "xz"}, {"PK\x03\x04", "zip"}, {"7z\xbc\xaf", "7-Zip"}, {"\x04\x22\x4d\x18", "lz4"},
	{"PAR1", "Parquet"}, {"LPKSHHRH", "a binary journal: export it with `journalctl -o json`,"},
}

// unpackFirst says that a file has to be unpacked.
func unpackFirst(name string) string { return "the file is packed (" + name + "): unpack it first" }

// packing is the name of a packing that is not undone here, "" if there is none.
func packing(head []byte) string {
	for _, p := range packings {
		if strings.HasPrefix(string(head[:min(len(head), 8)]), p.magic) {
			return p.name
		}
	}
	return ""
}
