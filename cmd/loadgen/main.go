// Loadgen replays metadata traffic against a throttling endpoint, applies
// retry and caching strategies to it, and reports who goes without.
package main

import "os"

func main() { os.Exit(loadgen(os.Args[1:], os.Stdout, os.Stderr)) }
