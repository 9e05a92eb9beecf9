// Package bench measures. Every figure is a ratio within one run, or stands
// beside what it is compared with: these are numbers about the code, not about
// the machine. Run it with `make bench`.
package bench
