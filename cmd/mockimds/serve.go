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
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"tenement/internal/imds"
	"tenement/internal/logfile"
)

// quoted quotes a value for a shell if it has a character that is special there,
// as the name of a file may have.
func quoted(value string) string {
	for _, c := range value {
		if !strings.ContainsRune("-_./:@%+=,", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
		}
	}
	return value
}

// drainFor bounds how long the end waits for requests in progress.
const drainFor = 10 * time.Second

// maxErrorLines bounds the lines of the servers' error log, most of which are
// caused by clients.
const maxErrorLines = 100

// serve answers requests until ctx ends or a host fails, then drains: every host
// accepts no more connections, aborts the requests that are never answered, and
// waits for the others. The admin answers until then.
func (h *hosts) serve(ctx context.Context, stderr io.Writer) error {
	errorLines := logfile.NewCapped(stderr, maxErrorLines, "mockimds: further errors of connections are not shown\n")
	defer errorLines.End()
	errorLog := h.errorLog(errorLines)
	var ports []*imds.Port
	failed := make(chan error, len(h.all)+1)
	for i, one := range h.all {
		if h.holes == nil {
			ports = append(ports, imds.Serve(one.listener, one.handler, errorLog))
			continue
		}
		defer func() { _ = one.listener.Close() }()
		defer h.holes[i]()
	}
	served, stop := context.WithCancel(ctx)
	var watching sync.WaitGroup
	for _, p := range ports {
		watching.Go(func() {
			select {
			case err := <-p.Failed():
				failed <- fmt.Errorf("serving on %s: %w", p.Addr(), err)
			case <-served.Done():
			}
		})
	}
	adminServer := h.serveAdmin(errorLog, failed)
	var err error
	select {
	case err = <-failed:
	case err = <-h.unwritten():
	case <-ctx.Done():
	}
	stop()
	watching.Wait()
	return errors.Join(err, h.drain(ctx, ports, adminServer))
}

// unwritten gets an error when the log of requests cannot be written any more. To go
// on would lose requests.
func (h *hosts) unwritten() <-chan error {
	if h.api == nil {
		return nil
	}
	return h.api.Failed()
}

// errorLog is the error log of the HTTP servers, whose lines may quote clients.
func (h *hosts) errorLog(to io.Writer) *log.Logger {
	return log.New(h.secrets.Writer(to), "mockimds: ", 0)
}

// adminRead is how long a client of the admin may take to send a request, and
// adminWrite how long to read the answer, which for very many tasks is long.
const adminRead, adminWrite = 5 * time.Second, time.Minute

// adminConnections is how many connections the admin holds at a time.
const adminConnections = 100

// atMost is a hook for http.Server that closes the connections above a
// number.
func atMost(most int64) func(net.Conn, http.ConnState) {
	var open atomic.Int64
	return func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			if open.Add(1) > most {
				_ = c.Close()
			}
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
}

// serveAdmin serves the admin, if there is one, until its server is closed.
func (h *hosts) serveAdmin(errorLog *log.Logger, failed chan<- error) *http.Server {
	if h.admin == nil {
		return nil
	}
	s := &http.Server{
		Handler: h.api, ErrorLog: errorLog, MaxHeaderBytes: 1 << 16,
		ReadTimeout: adminRead, WriteTimeout: adminWrite, IdleTimeout: adminRead,
		ConnState: atMost(adminConnections),
	}
	go func() {
		if err := s.Serve(h.admin); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serving on %s: %w", h.admin.Addr(), err)
		}
	}()
	return s
}

// drain ends the servers of serve, within drainFor.
func (h *hosts) drain(ctx context.Context, ports []*imds.Port, adminServer *http.Server) error {
	if h.api != nil {
		h.api.Drain()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer cancel()
	errs := make([]error, len(ports)+1)
	var draining sync.WaitGroup
	for i, p := range ports {
		draining.Go(func() { errs[i] = p.Shutdown(ctx) })
	}
	draining.Wait()
	if adminServer != nil {
		// Clients of the admin are not waited for.
		errs[len(ports)] = adminServer.Close()
	}
	return errors.Join(errs...)
}
