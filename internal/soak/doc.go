// Package soak holds the tests of the mock under load, over real connections on
// loopback: many at once, for a while, with every answer accounted for. The
// short form runs with all tests; `make soak` runs the long one and writes
// docs/soak.md.
package soak
