// Package intake turns recordings of other programs into traces: it opens files and
// peels what they are wrapped in, finds their format, puts several files and
// disordered lines into one order of time in bounded memory, counts what cannot be
// read, and lets package evidence conclude the rest.
package intake
