//go:build unix

package live

import (
	"math"
	"syscall"
)

// spareFiles is for everything that is not a task's first connection.
const spareFiles = 256

// MaxFiles is how many files of runs may be open at once. Go has raised the
// soft limit to the hard one already.
func MaxFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > math.MaxInt32 {
		return math.MaxInt32
	}
	return max(int(limit.Cur)-spareFiles, 0)
}
