//go:build unix

package imds

import "syscall"

// shortenQueue makes the queue of a listening socket as short as it can be.
func shortenQueue(fd uintptr) error { return syscall.Listen(int(fd), 1) }
