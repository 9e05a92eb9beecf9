package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/renameio/v2"
)

// tokenFile is the file that a pod's token stands in. It is kept as kubelet
// keeps it: always whole, for its owner's eyes only, and renewed in time.
type tokenFile struct {
	path  string // absolute
	own   string // a directory to be removed with it, or ""
	began time.Time
	// token is what stands in it at a time since began, and until when.
	token func(now time.Duration) (token string, until time.Duration)
}

// writeTokenFile writes a token to a file; without a path that is one in a
// directory of its own, which goes when the file is no longer kept.
func writeTokenFile(path string, began time.Time, token func(time.Duration) (string, time.Duration)) (*tokenFile, time.Duration, error) {
	f := &tokenFile{began: began, token: token}
	var err error
	if path == "" {
		if f.own, err = os.MkdirTemp("", "mockimds-"); err != nil {
			return nil, 0, fmt.Errorf("writing the token: %w", err)
		}
		path = filepath.Join(f.own, "eks-pod-identity-token")
	}
	if f.path, err = filepath.Abs(path); err != nil {
		return nil, 0, fmt.Errorf("writing the token: %w", err)
	}
	until, err := f.write()
	if err != nil {
		f.remove()
		return nil, 0, err
	}
	return f, until, nil
}

// write replaces the file by one with the token of this instant, and returns
// until when that is the one. Who reads it gets the one or the other.
func (f *tokenFile) write() (until time.Duration, err error) {
	token, until := f.token(time.Since(f.began))
	err = renameio.WriteFile(f.path, []byte(token), 0o600, renameio.WithTempDir(filepath.Dir(f.path)))
	if err != nil {
		return 0, fmt.Errorf("writing the token: %w", err)
	}
	return until, nil
}

// again is how long after a failure a renewal is tried again.
const again = 10 * time.Second

// keep renews the token from until on, and whenever it is due. What goes wrong
// is told on stderr. The function returned ends that.
func (f *tokenFile) keep(ctx context.Context, until time.Duration, stderr io.Writer) (end func()) {
	ctx, stop := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		for {
			due := time.NewTimer(time.Until(f.began.Add(until)))
			select {
			case <-ctx.Done():
				due.Stop()
				return
			case <-due.C:
			}
			var err error
			if until, err = f.write(); err != nil {
				fmt.Fprintf(stderr, "mockimds: %v\n", err)
				until = time.Since(f.began) + again
			}
		}
	})
	return func() {
		stop()
		renewing.Wait()
		f.remove()
	}
}

// remove removes what is the file's own.
func (f *tokenFile) remove() {
	if f.own != "" {
		_ = os.RemoveAll(f.own) // what stays is in a directory for such things
	}
}
