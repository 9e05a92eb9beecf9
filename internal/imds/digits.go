package imds

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"

	"tenement/internal/draw"
)

// hexDigits draws n hexadecimal digits.
func hexDigits(k draw.Key, n int) string {
	var b []byte
	for i := uint64(0); len(b) < n; i++ {
		b = fmt.Appendf(b, "%016x", k.With(i).Bits())
	}
	return string(b[:n])
}

// uuid draws a version 4 UUID (RFC 9562).
func uuid(k draw.Key) string {
	hi := k.With(0).Bits()&^0xf000 | 0x4000
	lo := k.With(1).Bits()&^(0xc<<60) | 0x8<<60
	s := fmt.Sprintf("%016x%016x", hi, lo)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// base32Digits draws n ≤ 12 of the characters that access keys are made of.
func base32Digits(k draw.Key, n int) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], k.Bits())
	return base32.StdEncoding.EncodeToString(b[:])[:n]
}
