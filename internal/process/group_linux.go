package process

import (
	"os/exec"
	"syscall"
)

// ownGroup gives a command a process group of its own, and lets the kernel kill the
// process if this program is killed.
func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
