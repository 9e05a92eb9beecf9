// Package draw is keyed randomness: every random number of a run is a hash of
// what it is for, never "the next number" of a shared generator.
//
// A draw keyed by (seed, purpose, host, task, fetch, attempt) does not depend
// on the order in which goroutines ask, so two engines draw the same jitter
// for the same attempt, and changing a strategy leaves the arrivals unchanged
// (common random numbers). The package reads no clock and keeps no state.
package draw

import "math/bits"

// Key is the hash of everything a draw has been keyed by so far. The zero Key
// is valid; runs start from Seed.
type Key uint64

// Odd constants of the multiply-mix; the fractional digits of the golden
// ratio and of the square root of two, which have no structure in common.
const (
	golden = 0x9e3779b97f4a7c15
	root2  = 0x6a09e667f3bcc909
)

// Seed returns the key that all draws of one run derive from.
func Seed(seed uint64) Key { return Key(golden).With(seed) }

// With derives a key one level down: that of v among its siblings under k.
func (k Key) With(v uint64) Key {
	hi, lo := bits.Mul64(uint64(k)^golden, v^root2)
	return Key(mix(hi ^ lo ^ uint64(k) + v))
}

// Name derives a key from a name, such as a purpose or a group.
func (k Key) Name(s string) Key { return k.With(NameHash(s)) }

// NameHash is what a key derives from a name by: Name(s) is With(NameHash(s)).
func NameHash(s string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a, finished by With
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// Bits is the draw itself: 64 uniform bits. Ask once per key.
func (k Key) Bits() uint64 { return mix(uint64(k) + golden) }

// Float is the draw as a number in [0, 1), a multiple of 2⁻⁵³.
func (k Key) Float() float64 { return Float(k.Bits()) }

// Float maps uniform bits to a number in [0, 1), a multiple of 2⁻⁵³.
func Float(u uint64) float64 { return float64(u>>11) * 0x1p-53 }

// Below maps uniform bits to an integer in [0, n), for n > 0.
func Below(u, n uint64) uint64 {
	hi, _ := bits.Mul64(u, n)
	return hi
}

// mix is a bijective finaliser (the variant 13 constants of Stafford's
// murmur finaliser, as in SplitMix64).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
