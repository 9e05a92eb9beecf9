package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// signals are the signals that ask the program to end. One ends it at once,
// unless a verb has asked for a context that the first of them ends.
type signals struct {
	mu     sync.Mutex
	cancel context.CancelFunc // nil: the next signal ends the program
}

// catch catches signals from now on. quit ends the program, and is called on a
// goroutine of its own.
func catch(quit func()) *signals {
	s := new(signals)
	received := make(chan os.Signal, 2)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signal.Notify(received, syscall.SIGHUP)
	}
	// With somebody to hear SIGPIPE, writing to a stdout that nobody reads is an
	// error and not the end of the program, which may have files to write.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		for range received {
			if !s.spend() {
				quit()
			}
		}
	}()
	return s
}

// spend ends the context that a verb has asked for, if there is one.
func (s *signals) spend() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel == nil {
		return false
	}
	s.cancel()
	s.cancel = nil
	return true
}

// context returns a context that the first signal ends in place of the program.
// A second signal ends the program. Without signals the context never ends.
func (s *signals) context() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	if s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cancel = cancel
	}
	return ctx, cancel
}
