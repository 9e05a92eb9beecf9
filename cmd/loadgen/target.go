package main

import (
	"cmp"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"tenement/cmd/internal/command"
	"tenement/internal/live"
	"tenement/reports"
)

// target is the server that a run asks in place of a mock of our own. The zero
// target is none.
type target struct {
	url         *url.URL
	remote      bool  // it may be beyond loopback
	maxRequests int64 // of each case; 0 is no bound
}

// checkedTarget checks the target and returns it. Whether a name leads to loopback
// is for the engine to check, where it connects.
func (f *runFlags) checkedTarget(engine string) (target, error) {
	if !f.targeted {
		return target{}, nil
	}
	if engine != reports.Live {
		return target{}, command.Usagef("add --engine live", "a target needs the live engine")
	}
	u, err := parseTarget(f.target)
	if err != nil {
		return target{}, err
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback() {
		if !f.capped {
			return target{url: u}, nil
		}
		return target{url: u, maxRequests: f.maxRequests}, nil
	}
	for _, allowed := range f.allow {
		if strings.EqualFold(allowed, host) {
			return target{url: u, remote: true, maxRequests: f.maxRequests}, nil
		}
	}
	return target{}, command.Usagef("if you mean it: --allow-target "+host, "--target %q is not on loopback", hidden(f.target))
}

// checkAllowed checks the flags about what may be asked of a target, and refuses them where
// there is none.
func (f *runFlags) checkAllowed() error {
	if f.maxRequests < 1 {
		return command.Usagef("", "--max-requests %d: want at least 1", f.maxRequests)
	}
	for _, host := range f.allow {
		if strings.ContainsAny(host, "/@?#") || host == "" {
			return command.Usagef("such as --allow-target mock.internal", "--allow-target: want a host without scheme, user or path")
		}
	}
	for _, flag := range []struct {
		name  string
		given bool
	}{{"allow-target", len(f.allow) > 0}, {"max-requests", f.capped}} {
		if flag.given && !f.targeted {
			return command.Usagef("add --target URL, or leave it out", "--%s is about a --target, and there is none", flag.name)
		}
	}
	return nil
}

// noteSilent says before a run why its target cannot be reached, if it cannot: a run without one
// connection ends with an error and no report, and a long one tells that late. It connects and
// sends nothing, and goes only where the run may go.
func (p *program) noteSilent(t target) {
	if t.url == nil {
		return
	}
	d := net.Dialer{Timeout: time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !t.remote && !to.Addr().Unmap().IsLoopback() {
			return live.ErrNotLoopback
		}
		return nil
	}}
	c, err := d.Dial("tcp", net.JoinHostPort(t.url.Hostname(), cmp.Or(t.url.Port(), "80")))
	failed := (*net.OpError)(nil)
	switch {
	case err == nil:
		_ = c.Close()
	case errors.As(err, &failed) && !errors.Is(err, live.ErrNotLoopback): // which the run tells
		p.wrapped("cannot connect to %s now (%v); a run without a connection has no report", t.url.Redacted(), failed.Err)
	}
}

// parseTarget reads the URL of a target. No error shows a password.
func parseTarget(text string) (*url.URL, error) {
	// What looks like a user may not be one, and the errors of package url quote
	// pieces of the text: with an @ in front of the path nothing is quoted.
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil, err != nil && strings.Contains(text, "@"):
		return nil, command.Usagef("leave out what stands before the @: requests carry no user and no password",
			"--target %q: want a URL without a user", hidden(text))
	case !strings.Contains(text, "://"):
		return nil, command.Usagef("such as "+withScheme(text), "--target %q: want an http URL, with its scheme", hidden(text))
	case err != nil:
		return nil, command.Usagef("", "--target: %w", err)
	case u.Scheme != "http" || u.Host == "":
		return nil, command.Usagef("such as http://127.0.0.1:8080", "--target %q: want an http URL", hidden(text))
	case strings.Trim(u.Path, "/") == "" && (u.RawQuery != "" || u.ForceQuery):
		return nil, command.Usagef("leave out what stands from the ? on, or name the path that all requests ask for",
			"--target %q: a query without a path: the paths are those of the profile", hidden(text))
	case strings.Contains(text, "#"):
		return nil, command.Usagef("leave out what stands from the # on", "--target %q: no request carries a fragment", hidden(text))
	case u.Hostname() == "":
		return nil, command.Usagef("such as http://127.0.0.1:8080", "--target %q: want a host in front of the port", hidden(text))
	}
	return u, nil
}

// withScheme is what the text of a target without a scheme probably means, or an
// example.
func withScheme(text string) string {
	if u, err := url.Parse("http://" + text); err == nil && u.User == nil && u.Hostname() != "" {
		return u.Scheme + "://" + u.Host
	}
	return "http://127.0.0.1:8080"
}

// hidden is the text of a URL, which may be none, with dots for the user and
// the password.
func hidden(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	scheme, _, ok := strings.Cut(text[:at], "//")
	if ok {
		scheme += "//"
	} else {
		scheme = ""
	}
	return scheme + "..." + text[at:]
}
