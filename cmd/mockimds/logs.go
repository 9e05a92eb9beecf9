package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/admin"
	"tenement/internal/logfile"
	"tenement/internal/outfile"
)

// logs are the log files; each may be nil.
type logs struct {
	audit    *logfile.Journal // the agent's
	refusals io.WriteCloser   // a line of JSON each; the admin writes and closes it
	requests io.WriteCloser   // the same for every request
}

// agentsLogSize is how large a log file of the real agent becomes before it
// begins another, in bytes.
const agentsLogSize = 5 * megabyte

// stderrName is the value of --log for stderr.
const stderrName = "-"

// checkLogs refuses a size for a log that goes to no file, and two things in one file,
// of which one would take the place of the other.
func (o *options) checkLogs(f *pflag.FlagSet) error {
	switch {
	case f.Changed("audit-log-max-size") && o.auditLog == "":
		return command.Usagef("", "--audit-log-max-size needs --audit-log FILE")
	case f.Changed("log-max-size") && (o.log == "" || o.log == stderrName):
		return command.Usagef("", "--log-max-size needs --log FILE")
	}
	named := []struct{ flag, file string }{
		{"--log", o.log}, {"--audit-log", o.auditLog}, {"--requests", o.requests}, {"--env-file", o.handshake.envFile}, {"--token-file", o.pod.tokenFile},
	}
	for i, one := range named {
		for _, other := range named[i+1:] {
			if one.file != "" && one.file != stderrName && other.file != "" && sameFile(one.file, other.file) {
				return command.Usagef("give each its own file", "%s and %s name the same file, %s", one.flag, other.flag, one.file)
			}
		}
	}
	return nil
}

// sameFile reports whether two names are of one file, or of one that there will be.
func sameFile(a, b string) bool { return filepath.Clean(a) == filepath.Clean(b) || outfile.Same(a, b) }

// openLogs opens the logs that were asked for.
func openLogs(o *options, stderr io.Writer) (*logs, error) {
	l := new(logs)
	if o.auditLog != "" {
		file, err := logfile.OpenRotated(o.auditLog, int64(o.auditSize))
		if err != nil {
			return nil, fmt.Errorf("opening the audit log: %w", err)
		}
		l.audit = logfile.NewJournal(file)
	}
	switch o.log {
	case "":
	case stderrName:
		l.refusals = unclosed{stderr}
	default:
		file, err := logfile.OpenRotated(o.log, int64(o.logSize))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("opening the log: %w", err), l.closeAudit(context.Background()))
		}
		l.refusals = file
	}
	switch o.requests {
	case "":
	case stderrName:
		l.requests = unclosed{stderr}
	default:
		file, err := logfile.OpenRotated(o.requests, 0) // which would remove old files
		if err != nil {
			return nil, errors.Join(fmt.Errorf("opening the log of requests: %w", err), l.abandon())
		}
		l.requests = file
	}
	return l, nil
}

// abandon closes what openLogs has opened, when something else cannot be.
func (l *logs) abandon() error {
	err := l.closeAudit(context.Background())
	if l.refusals != nil {
		err = errors.Join(err, l.refusals.Close())
	}
	return err
}

// auditWriter is the audit log, or nil where there is none: a nil *logfile.Journal in
// an io.Writer would not be nil.
func (l *logs) auditWriter() io.Writer {
	if l.audit == nil {
		return nil
	}
	return l.audit
}

// flushFor bounds how long the program waits at its end for both logs together. A
// pipe that nothing reads would take forever.
const flushFor = 5 * time.Second

// close writes the remaining lines of the logs and closes them. The admin, if there
// is one, writes the log of refusals. The error says for each log what went wrong
// and how much of it is lost.
func (l *logs) close(api *admin.API) error {
	ctx, cancel := context.WithTimeout(context.Background(), flushFor)
	defer cancel()
	var audit, refusals error
	var closing sync.WaitGroup
	closing.Go(func() { audit = l.closeAudit(ctx) })
	if api != nil {
		closing.Go(func() {
			if err := api.Close(ctx); err != nil {
				refusals = fmt.Errorf("writing the log: %w", err)
			}
		})
	}
	closing.Wait()
	return errors.Join(audit, refusals)
}

// closeAudit is the part of close for the audit log.
func (l *logs) closeAudit(ctx context.Context) error {
	if l.audit == nil {
		return nil
	}
	if err := l.audit.Close(ctx); err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}

// unclosed is a stream, such as stderr, that stays open when a log that was written
// to it is closed.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
