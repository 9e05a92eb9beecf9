// Loadgen replays metadata traffic against a throttling endpoint, applies
// retry and caching strategies to it, and reports who goes without.
package main

import "os"

func main() {
	p := &program{stdout: &stdout{to: os.Stdout}, stderr: os.Stderr}
	p.signals = catch(p.quit) // before any file is made
	os.Exit(p.main(os.Args[1:]))
}
