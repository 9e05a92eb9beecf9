// Package conformance holds no code, only tests: real SDKs, as real processes, and
// their presets, in virtual time, go through the same answers and must do the same
// (`make conformance`). examples/drivers/install puts the SDKs in place.
package conformance
