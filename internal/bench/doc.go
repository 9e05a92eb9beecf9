// Package bench holds benchmarks across the packages. Most figures are a ratio
// within one run, or beside the figure they are compared with, so they measure the code
// and not the machine. Those of the simulation are absolute: ns/attempt, attempts/s of
// one processor and bytes a task, by the number of tasks on a host. Run them with
// `make bench`.
package bench
