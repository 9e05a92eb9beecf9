package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tenement/internal/outfile"
	"tenement/internal/words"
)

// tokenFile is the file with a pod's token. As with kubelet it is always whole,
// readable by its owner only, and renewed in time.
type tokenFile struct {
	path      string // absolute
	temporary string // its directory, if that is to be removed with it, or ""
	began     time.Time
	// token is its content at a time since began, and when that is renewed.
	token func(now time.Duration) (token string, until time.Duration)
}

// writeTokenFile writes the first token, and returns when it must be renewed.
// Without a path the file is in a temporary directory, which is removed with it.
func writeTokenFile(path string, began time.Time, token func(time.Duration) (string, time.Duration)) (*tokenFile, time.Duration, error) {
	f := &tokenFile{began: began, token: token}
	var err error
	if path == "" {
		if f.temporary, err = outfile.TempDir("mockimds"); err != nil {
			return nil, 0, fmt.Errorf("writing the token: %w", err)
		}
		path = filepath.Join(f.temporary, "eks-pod-identity-token")
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

// write replaces the file by one with the token of now, and returns when that must
// be renewed. A reader gets the old token or the new one, never a part.
func (f *tokenFile) write() (until time.Duration, err error) {
	token, until := f.token(time.Since(f.began))
	if err := outfile.WritePrivate(f.path, []byte(token)); err != nil {
		if at, ok := errors.AsType[*fs.PathError](err); ok {
			err = at.Err
		}
		return 0, fmt.Errorf("writing the token: %s: %w", f.path, err)
	}
	return until, nil
}

// retryAfter is the wait after a failed renewal.
const retryAfter = 10 * time.Second

// keep renews the token when it is due, first at until, and reports failures on
// stderr. The function it returns ends that and calls remove.
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
				fmt.Fprintf(stderr, "mockimds: %s\n", words.Visible(err.Error()))
				until = time.Since(f.began) + retryAfter
			}
		}
	})
	return func() {
		stop()
		renewing.Wait()
		f.remove()
	}
}

// remove removes the temporary directory, if there is one. A file that the
// user named stays.
func (f *tokenFile) remove() {
	if f.temporary != "" {
		_ = os.RemoveAll(f.temporary) // the system cleans up what remains
	}
}
