// Package soak holds the tests of the mock under load, over many real connections
// on loopback, with every answer counted. The short form runs with all tests;
// `make soak` runs the long form and writes docs/soak.md.
package soak
