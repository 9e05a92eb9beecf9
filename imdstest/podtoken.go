package imdstest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// podToken is the file with the token of the first pod, which is renewed as kubelet
// does.
type podToken struct {
	path string

	mu    sync.Mutex // guards what follows
	task  *imds.Task
	life  throttle.PodTokens
	began time.Time     // of the tokens: a rotation begins them anew
	until time.Time     // when the token is renewed
	wake  chan struct{} // holds something when until has changed
}

// newPodToken writes the file, and renews it until the test ends.
func newPodToken(t testing.TB, c *imds.Config) (*podToken, error) {
	p := &podToken{
		path: filepath.Join(t.TempDir(), "eks-pod-identity-token"), task: &c.Tasks[0], life: c.Pod.Tokens, began: c.Began,
		wake: make(chan struct{}, 1),
	}
	if err := p.write(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var renewing sync.WaitGroup
	renewing.Go(func() { p.keep(ctx, t) })
	t.Cleanup(func() {
		stop()
		renewing.Wait()
	})
	return p, nil
}

// write writes the token of this moment. A reader gets the old one or the new one,
// never a part.
func (p *podToken) write() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	token, until := p.task.PodToken(seed, p.life, p.began, time.Since(p.began))
	p.until = p.began.Add(until)
	beside := p.path + ".new"
	err := os.WriteFile(beside, []byte(token), 0o600)
	if err == nil {
		err = os.Rename(beside, p.path)
	}
	if err != nil {
		return fmt.Errorf("writing the token of the pod: %w", err)
	}
	return nil
}

// due is when the token is renewed.
func (p *podToken) due() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until
}

// keep renews the token when it is due.
func (p *podToken) keep(ctx context.Context, t testing.TB) {
	for {
		due := time.NewTimer(time.Until(p.due()))
		select {
		case <-ctx.Done():
			due.Stop()
			return
		case <-p.wake:
			due.Stop()
		case <-due.C:
			if err := p.write(); err != nil {
				t.Errorf("imdstest: %v", err)
				return
			}
		}
	}
}

// RotateToken replaces the token of the first pod now. The old one is good until it
// expires, as with kubelet.
func (s *Server) RotateToken() {
	s.t.Helper()
	if s.token == nil {
		s.t.Fatal("imdstest: only pods have a token")
	}
	p := s.token
	p.mu.Lock()
	p.began = imds.WholeSecond(time.Now())
	p.life.Lifetime = p.life.Life() + time.Second // two tokens of one second differ
	p.mu.Unlock()
	if err := p.write(); err != nil {
		s.t.Fatalf("imdstest: %v", err)
	}
	select {
	case p.wake <- struct{}{}:
	default: // it is awake already
	}
}

// TokenFile is the name of the file with the token of the first pod.
func (s *Server) TokenFile() string {
	s.t.Helper()
	if s.token == nil {
		s.t.Fatal("imdstest: only pods have a token")
	}
	return s.token.path
}
