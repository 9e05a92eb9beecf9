//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// sizeOf is the size of a terminal in characters, or 0 if it is not known.
func sizeOf(f *os.File) (width, height int) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0
	}
	return int(size.Col), int(size.Row)
}
