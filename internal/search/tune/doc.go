// Package tune searches for settings of a profile that are better than today's. A Space
// says what can be changed: by default all that the SDK under test has, what can be done
// around any SDK, and what the neighbours and whoever runs the endpoint could do.
//
// The search is successive halving over candidates that share their seeds, then a local
// search from the best. What it finds is judged on seeds, and in variants of the scenario,
// that it did not see. Which work is done next depends on results alone, so the answer is
// the same for any number of workers, and for a search that was resumed.
package tune
