// Package search searches over the runs of a profile that is changed: Capacity finds how
// far a value can go until an objective no longer holds.
package search
