package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"

	"tenement/internal/imds"
)

// Exit codes. They are promises to scripts.
const (
	exitFine   = 0 // served until told to stop
	exitFailed = 1 // could not run
	exitUsage  = 2 // usage or bad input
)

// coded is an error with the exit code that it asks for, and a hint for a
// second line.
type coded struct {
	error
	code int
	hint string
}

func (e *coded) Unwrap() error { return e.error }

// usagef is an error that is the user's to mend.
func usagef(hint, format string, args ...any) error {
	return &coded{fmt.Errorf(format, args...), exitUsage, hint}
}

// seeHelp is the hint where there is no better one.
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
	}
	code, hint := exitFailed, ""
	var c *coded
	if errors.As(err, &c) {
		code, hint = c.code, c.hint
	}
	fmt.Fprintf(stderr, "mockimds: %v\n", err)
	if hint != "" {
		fmt.Fprintf(stderr, "  %s\n", hint)
	}
	return code
}

// run is the program with its errors unexplained.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	config, err := o.config()
	if err != nil {
		return err
	}
	var audit *journal
	if o.auditLog != "" {
		if audit, err = openJournal(o.auditLog); err != nil {
			return fmt.Errorf("opening the audit log: %w", err)
		}
		config.Audit = audit
	}
	err = listenAndServe(ctx, o, config, stdout, stderr)
	if audit != nil {
		if lost := audit.Close(); lost != nil && err == nil {
			err = fmt.Errorf("writing the audit log: %w", lost)
		}
	}
	return err
}

// listenAndServe is the server, from its first line to its end.
func listenAndServe(ctx context.Context, o *options, config imds.Config, stdout, stderr io.Writer) error {
	server := imds.New(config)
	// From here on a signal ends the program in good order; a second one ends
	// it at once, because after the first nobody listens for it any more.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	listener, err := listen(ctx, o.listen, o.allowRemote)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, stop)
	if o.notice != "" {
		fmt.Fprintf(stderr, "mockimds: %s\n", o.notice)
	}
	var environment [][2]string
	base := baseURL(listener.Addr())
	if o.printEnv {
		environment = imds.Env(config.Service, config.Tasks[0], base)
	}
	if config.Service == imds.PodIdentity {
		variable, end, err := o.pod.project(ctx, &config, stderr)
		if err != nil {
			_ = listener.Close()
			return err
		}
		defer end()
		if o.printEnv {
			environment = append(environment, variable)
		}
	}
	if err := announce(stdout, base, environment); err != nil {
		_ = listener.Close()
		return err
	}
	return serve(ctx, listener, server, stderr)
}
