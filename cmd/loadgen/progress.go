package main

import (
	"fmt"
	"time"
)

// meter is one line on a terminal that is written over and over. On anything
// else it is silent.
type meter struct {
	program *program
	on      bool
}

func (p *program) meter() *meter { return &meter{program: p, on: interactive(p.stderr)} }

func (m *meter) show(format string, args ...any) {
	if m.on {
		fmt.Fprintf(m.program.stderr, "\r\x1b[K"+format, args...)
	}
}

// done wipes the line.
func (m *meter) done() {
	if m.on {
		fmt.Fprint(m.program.stderr, "\r\x1b[K")
	}
}

// progress tells, once a second, how far the cases that run now are. The
// function it returns ends that.
func (r *runner) progress(began time.Time, batch []*caseRun) (stop func()) {
	m := r.program.meter()
	if !m.on {
		return func() {}
	}
	duration := batch[0].plan.Duration + time.Duration(min(len(batch), stagger)-1)*time.Second
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			at := time.Since(began)
			switch {
			case at < duration:
				m.show("%s: %d of %d cases live, %d s of %d s", r.profile.Name, len(batch), len(r.cases),
					int(max(at, 0).Seconds()), int(duration.Seconds()))
			default:
				m.show("%s: waiting for calls still open", r.profile.Name)
			}
			select {
			case <-tick.C:
			case <-quit:
				m.done()
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}
