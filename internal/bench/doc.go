// Package bench holds benchmarks across the packages. Every figure is a ratio
// within one run, or beside the figure it is compared with, so it measures the code
// and not the machine. Run them with `make bench`.
package bench
