package reports

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math"
	"sync"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// wordSize is in the cookies of both layers: counts of up to eight bytes and one more.
const wordSize = 0x10

// encoder keeps what every histogram needs to be encoded: a compressor has tables of a
// megabyte, and a report hundreds of histograms.
type encoder struct {
	counts     []byte
	compressed bytes.Buffer
	zlib       *zlib.Writer
}

var encoders = sync.Pool{New: func() any {
	z, err := zlib.NewWriterLevel(io.Discard, zlib.BestCompression)
	if err != nil {
		panic("reports: " + err.Error()) // the level exists
	}
	return &encoder{zlib: z}
}}

// encode is the text of counts by slot, byte for byte as the library writes a histogram of
// the package's bounds.
func encode[C int64 | uint64](counts []C) Histogram {
	used := len(counts)
	for used > 0 && counts[used-1] == 0 {
		used--
	}
	if used == 0 {
		return ""
	}
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.counts = appendCounts(e.counts[:0], counts[:used])

	at := binary.BigEndian
	var header [innerHeader]byte
	at.PutUint32(header[0:], uint32(hdrhistogram.V2EncodingCookieBase|wordSize))
	at.PutUint32(header[4:], uint32(len(e.counts)))
	at.PutUint32(header[12:], digits)
	at.PutUint64(header[16:], uint64(lowest))
	at.PutUint64(header[24:], uint64(highest))
	at.PutUint64(header[32:], math.Float64bits(1))

	e.compressed.Reset()
	e.compressed.Write(make([]byte, outerHeader))
	e.zlib.Reset(&e.compressed)
	// Writing to memory does not fail.
	_, _ = e.zlib.Write(header[:])
	_, _ = e.zlib.Write(e.counts)
	_ = e.zlib.Close()
	b := e.compressed.Bytes()
	at.PutUint32(b[0:], uint32(hdrhistogram.V2CompressedEncodingCookieBase|wordSize))
	at.PutUint32(b[4:], uint32(len(b)-outerHeader))
	return Histogram(base64.StdEncoding.EncodeToString(b))
}

// appendCounts appends counts; several zeros in a row are their number, negated.
func appendCounts[C int64 | uint64](to []byte, counts []C) []byte {
	for i := 0; i < len(counts); {
		n := int64(counts[i])
		i++
		if n == 0 {
			first := i - 1
			for i < len(counts) && counts[i] == 0 {
				i++
			}
			if zeros := int64(i - first); zeros > 1 {
				n = -zeros
			}
		}
		to = appendInteger(to, n)
	}
	return to
}

// appendInteger appends a ZigZag LEB128-64b9B integer: seven bits a byte, the lowest
// first, and all eight of a ninth.
func appendInteger(to []byte, n int64) []byte {
	v := uint64(n<<1) ^ uint64(n>>63)
	for range 8 {
		if v < 0x80 {
			return append(to, byte(v))
		}
		to = append(to, byte(v)|0x80)
		v >>= 7
	}
	return append(to, byte(v))
}
