// Package logfile writes logs: to a file that is rotated by its size, without
// waiting for the disk, or to stderr, a bounded number of lines.
package logfile
