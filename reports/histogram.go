package reports

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The bounds of every histogram, in nanoseconds. They are part of the format:
// histograms of other bounds cannot be added.
const (
	lowest  = int64(time.Microsecond)
	highest = int64(time.Hour)
	digits  = 3
)

// Histogram is a distribution in the HdrHistogram V2 compressed format, base64;
// empty if it has no samples, which is null in JSON.
type Histogram string

// MarshalJSON implements json.Marshaler.
func (h Histogram) MarshalJSON() ([]byte, error) {
	if h == "" {
		return []byte("null"), nil
	}
	// Base64 needs no escaping in JSON. A string that is not base64 never gets
	// this far: encode makes none, and Read refuses it.
	return append(append([]byte{'"'}, h...), '"'), nil
}

// encode is the histogram as text.
func encode(h *hdrhistogram.Histogram) Histogram {
	if h == nil || h.TotalCount() == 0 {
		return ""
	}
	b, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		panic("reports: encoding a histogram: " + err.Error()) // writing to memory does not fail
	}
	return Histogram(b)
}

// errBounds is why a histogram of another program may not fit.
var errBounds = errors.New("histogram: want bounds of 1000 and 3600000000000 ns with 3 digits")

// The layout of the format, all integers big-endian. Outside: a cookie, the
// length of what follows, a zlib stream. Inside: cookie, payload length,
// offset, digits (4 bytes each), lowest, highest (8 each), a ratio, the counts.
const (
	outerHeader = 8
	innerHeader = 40
)

// decode is the histogram, or nil of no samples. The bounds are checked before
// anything is sized by them, so that a damaged file costs no more memory than
// an honest one.
func (h Histogram) decode() (*hdrhistogram.Histogram, error) {
	if h == "" {
		return nil, nil
	}
	raw, err := base64.StdEncoding.DecodeString(string(h))
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	if len(raw) < outerHeader {
		return nil, fmt.Errorf("histogram: cut off after %d bytes", len(raw))
	}
	z, err := zlib.NewReader(bytes.NewReader(raw[outerHeader:]))
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	var header [innerHeader]byte
	if _, err := io.ReadFull(z, header[:]); err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	at := binary.BigEndian
	if at.Uint32(header[12:]) != digits || at.Uint64(header[16:]) != uint64(lowest) || at.Uint64(header[24:]) != uint64(highest) {
		return nil, errBounds
	}
	d, err := hdrhistogram.Decode([]byte(h))
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	return d, nil
}

// must is decode for a histogram that is known to be good: made by encode, or
// checked by Read.
func (h Histogram) must() *hdrhistogram.Histogram {
	d, err := h.decode()
	if err != nil {
		panic("reports: " + err.Error())
	}
	return d
}

// Add is both histograms in one.
func (h Histogram) Add(o Histogram) Histogram {
	switch {
	case h == "":
		return o
	case o == "":
		return h
	}
	a := h.must()
	a.Merge(o.must()) // nothing is dropped: the bounds are the same
	return encode(a)
}

// Figures are those of the distribution; nil without a sample.
func (h Histogram) Figures() *Latency { return h.figures() }

// figures is the distribution's figures, or nil of no samples.
func (h Histogram) figures() *Latency {
	d := h.must()
	if d == nil {
		return nil
	}
	return latencyOf(d)
}

// Percentiles is how many samples there are, and the value at each percentile
// from 0 to 100, in milliseconds. Of no samples at is nil.
func (h Histogram) Percentiles() (samples int64, at func(percentile float64) float64) {
	d := h.must()
	if d == nil {
		return 0, nil
	}
	return d.TotalCount(), func(p float64) float64 { return milliseconds(float64(d.ValueAtPercentile(p))) }
}

func latencyOf(d *hdrhistogram.Histogram) *Latency {
	if d.TotalCount() == 0 {
		return nil
	}
	v := d.ValueAtPercentilesSlice([]float64{50, 90, 99, 99.9, 100})
	return &Latency{
		Mean: milliseconds(d.Mean()),
		P50:  milliseconds(float64(v[0])), P90: milliseconds(float64(v[1])),
		P99: milliseconds(float64(v[2])), P999: milliseconds(float64(v[3])),
		Max: milliseconds(float64(v[4])),
	}
}

// milliseconds is a histogram's value in milliseconds. Below its resolution of
// a microsecond it is 0: what a cache answers takes no time.
func milliseconds(ns float64) float64 {
	if ns < float64(lowest) {
		return 0
	}
	return tidy(ns / float64(time.Millisecond))
}
