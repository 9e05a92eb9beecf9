package live

import "math"

// MaxFiles is how many files of runs may be open at once: Windows has no limit
// that a process meets.
func MaxFiles() int { return math.MaxInt32 }
