package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"tenement/internal/outfile"
)

// stdout is where results go. It keeps the first error, so that no verb can lose
// a result without the user being told.
type stdout struct {
	to  io.Writer
	err error
}

// Write implements io.Writer. After an error it writes nothing more.
func (s *stdout) Write(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.to.Write(b)
	if err != nil {
		if at, ok := errors.AsType[*fs.PathError](err); ok {
			err = at.Err // its path is /dev/stdout, whatever stdout is
		}
		s.err = fmt.Errorf("writing stdout: %w", err)
	}
	return n, s.err
}

// isAt reports whether a path leads to what stdout is open on.
func (s *stdout) isAt(path string) bool {
	if path == "-" {
		return true
	}
	f, ok := s.to.(*os.File)
	return ok && outfile.Opens(path, f)
}
