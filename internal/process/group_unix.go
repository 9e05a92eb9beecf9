//go:build unix

package process

import (
	"os"
	"syscall"
)

// killGroup kills a process and all that it has started and that has not left its
// group.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // there may be none left
