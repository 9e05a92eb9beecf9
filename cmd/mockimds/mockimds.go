package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/words"
)

// seeHelp is the hint of an error without a more specific one.
const seeHelp = "see `mockimds --help`"

// mockimds is the program: arguments and streams in, an exit code out. It
// serves until ctx ends or the process is told to stop.
func mockimds(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := command.Execute(ctx, root(), args, stdout, stderr)
	text, code := command.Explain("mockimds", err)
	if text != "" {
		printError(stderr, text)
	}
	return code
}

// root is the command of the program.
func root() *cobra.Command {
	o := new(options)
	c := &cobra.Command{
		Use:   "mockimds",
		Short: "Serve task credentials and metadata as the real servers do, with fake credentials",
		Long: `Serves task credentials and task metadata as the ECS agent does, rate limit
included. Without flags it has the agent's defaults: 40 requests a second with
bursts of 60, for each source address and path. With --service imds it is the
metadata service of an EC2 instance, with --service eks-pod-identity the EKS Pod
Identity agent. All credentials are fake.

The first line on stdout is the server's address, or with --print-env=json all
there is to know of it. It serves until it is interrupted or terminated; then it
finishes the requests in progress and exits with 0.

Task I, counted from 1, has the address 127.0.0.I. Only metadata v2 and the
service imds tell tasks apart by their address.`,
		Example: `  rm -f mock.env                        # of a run that was killed
  mockimds --env-file mock.env &
  until [ -e mock.env ]; do sleep 0.1; done
  . ./mock.env                          # the environment of the first task`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return command.Usagef(seeHelp, "unexpected argument %q", args[0])
			}
			return nil
		},
	}
	o.flags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.complete(c.Flags()); err != nil {
			return err
		}
		return run(c.Context(), o, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
	}
	command.Root(c)
	return c
}

// printError prints the error that ends the program. It gives up after a
// second, because stderr may be a pipe that nothing reads and that --log - has
// filled.
func printError(stderr io.Writer, text string) {
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

// run serves what the options say.
func run(ctx context.Context, o *options, stdin io.Reader, stdout, stderr io.Writer) error {
	configs, err := o.configs()
	if err != nil {
		return err
	}
	if err := o.handshake.clearEnvFile(); err != nil {
		return err
	}
	logs, err := openLogs(o, stderr)
	if err != nil {
		return err
	}
	h := newHosts(o, configs, logs)
	err = listenAndServe(ctx, o, h, stdin, stdout, stderr)
	if lost := logs.close(h.api); err == nil {
		err = lost
	}
	return err
}

// listenAndServe opens the ports, prints their addresses, and serves until
// ctx ends or the process is told to stop.
func listenAndServe(ctx context.Context, o *options, h *hosts, stdin io.Reader, stdout, stderr io.Writer) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	ctx, stopReading := o.handshake.untilStdinCloses(ctx, stdin)
	defer stopReading()
	if err := h.listen(ctx, o); err != nil {
		return err
	}
	if o.notice != "" {
		fmt.Fprintf(stderr, "mockimds: %s\n", words.Visible(o.notice))
	}
	if o.handshake.printEnv != jsonForm {
		h.tellAddresses(stderr)
	}
	environment, end, err := h.environment(ctx, o, stderr)
	if err != nil {
		h.close()
		return err
	}
	defer end()
	if text := unreached(h.all[0].config.Service, h.all[0].url); text != "" {
		fmt.Fprintf(stderr, "mockimds: %s\n", words.Visible(text))
	}
	greeting := h.greet(environment)
	remove, err := o.handshake.writeEnvFile(greeting)
	if err != nil {
		h.close()
		return err
	}
	defer remove()
	if err := announce(stdout, greeting, o.handshake.printEnv); err != nil {
		h.close()
		return err
	}
	return h.serve(ctx, stderr)
}

// untilSignal returns a context that ends when the process is told to stop. After
// that a second signal kills the process, as if it did not handle signals, even if
// both came at the same instant.
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
