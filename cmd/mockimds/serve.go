package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode"

	"tenement/internal/imds"
)

// announce tells where the server is and, if there is one, the environment
// that makes an application use it. It is one write, so that who waits for the
// first line has the rest as well.
func announce(w io.Writer, base string, environment [][2]string) error {
	var b strings.Builder
	fmt.Fprintln(&b, base)
	for _, v := range environment {
		fmt.Fprintf(&b, "export %s=%s\n", v[0], quoted(v[1]))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the address: %w", err)
	}
	return nil
}

// quoted is a value as a shell takes it: as it is, unless it has a character
// that a shell would make something of, which the name of a file may have.
func quoted(value string) string {
	for _, c := range value {
		if !strings.ContainsRune("-_./:@%+=,", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
		}
	}
	return value
}

// surface is a server of package imds: Close lets go of the requests that it
// never answers.
type surface interface {
	http.Handler
	io.Closer
}

// drainFor bounds how long the end waits for answers that have been begun.
const drainFor = 10 * time.Second

// serve answers requests until ctx ends, then drains: it closes the port,
// breaks dropped requests off, and waits for the others to be answered.
func serve(ctx context.Context, l net.Listener, h surface, stderr io.Writer) error {
	server := imds.Server(h)
	server.ErrorLog = log.New(stderr, "mockimds: ", 0)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	if err := h.Close(); err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-failed
	return err
}
