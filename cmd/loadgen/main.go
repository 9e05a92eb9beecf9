// Loadgen replays metadata traffic against a throttling endpoint, applies
// retry and caching strategies to it, and reports who goes without.
package main

import (
	"os"
	"runtime/debug"
	"time"
)

// garbage is how large the heap may grow between two collections, in percent of what is in
// use. A simulation has a few MB in use and makes little garbage: with Go's default of 100
// the collector would look through the same plan hundreds of times in a long run.
const garbage = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	p := &program{stdout: &stdout{to: os.Stdout}, stderr: os.Stderr, began: time.Now()}
	p.signals = catch(p.quit) // before any file is made
	os.Exit(p.main(os.Args[1:]))
}
