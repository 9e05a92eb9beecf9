package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/release"
)

// Exit codes. They are promises to scripts.
const (
	exitFine   = 0 // served until told to stop
	exitFailed = 1 // could not run
	exitUsage  = 2 // usage or bad input
)

// coded is an error with the program's exit code, and a hint for a second
// line.
type coded struct {
	error
	code int
	hint string
}

func (e *coded) Unwrap() error { return e.error }

// usagef is an error in what the user gave: exit code 2, with a hint unless
// it is empty.
func usagef(hint, format string, args ...any) error {
	return &coded{fmt.Errorf(format, args...), exitUsage, hint}
}

// seeHelp is the hint where there is no more specific one.
const seeHelp = "see `mockimds --help`"

// mockimds is the program: arguments and streams in, an exit code out. It
// serves until ctx ends or the process is told to stop.
func mockimds(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := run(ctx, args, stdout, stderr)
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(stdout, help)
		return exitFine
	case errors.Is(err, errVersion):
		fmt.Fprintf(stdout, "mockimds %s\n", release.Version())
		return exitFine
	}
	code, hint := exitFailed, ""
	var c *coded
	if errors.As(err, &c) {
		code, hint = c.code, c.hint
	}
	text := fmt.Sprintf("mockimds: %v\n", err)
	if hint != "" {
		text += fmt.Sprintf("  %s\n", hint)
	}
	lastWords(stderr, text)
	return code
}

// lastWords writes the error with which the program ends. It gives up after a
// second, because stderr may be a pipe that nobody reads and that --log - has
// filled.
func lastWords(stderr io.Writer, text string) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = io.WriteString(stderr, text)
	}()
	select {
	case <-written:
	case <-time.After(time.Second):
	}
}

// run is mockimds, with an error in place of the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	configs, err := o.configs()
	if err != nil {
		return err
	}
	logs, err := openLogs(o, stderr)
	if err != nil {
		return err
	}
	h := newHosts(o, configs, logs)
	err = listenAndServe(ctx, o, h, stdout, stderr)
	if lost := logs.close(h.api); err == nil {
		err = lost
	}
	return err
}

// listenAndServe opens the ports, prints their addresses, and serves until
// ctx ends or the process is told to stop.
func listenAndServe(ctx context.Context, o *options, h *hosts, stdout, stderr io.Writer) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	if err := h.listen(ctx, o); err != nil {
		return err
	}
	if o.notice != "" {
		fmt.Fprintf(stderr, "mockimds: %s\n", o.notice)
	}
	for i := range h.all[1:] {
		fmt.Fprintf(stderr, "mockimds: host %d on %s\n", i+1, h.all[i+1].url)
	}
	if h.admin != nil {
		fmt.Fprintf(stderr, "mockimds: admin on %s\n", baseURL(h.admin.Addr()))
	}
	environment, end, err := h.environment(ctx, o, stderr)
	if err != nil {
		h.close()
		return err
	}
	defer end()
	if err := announce(stdout, h.all[0].url, environment); err != nil {
		h.close()
		return err
	}
	return h.serve(ctx, stderr)
}

// untilSignal returns a context that ends when the process is told to stop.
// After that a second signal kills the process, as signals do to programs that
// do not listen for them, also if it came in the same instant.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2) // room for both at once
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
		signal.Stop(signals)
		select {
		case second := <-signals:
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Signal(second)
			}
		default:
		}
	}()
	return ctx, cancel
}
