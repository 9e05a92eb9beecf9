package process

import (
	"os"
	"os/exec"
)

// ownGroup does nothing: Windows has no groups of this kind.
func ownGroup(*exec.Cmd) {}

// killGroup kills the process alone; what it has started goes on.
func killGroup(p *os.Process) { _ = p.Kill() } // it may have ended
