package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	"tenement/internal/words"
)

// ErrNotLoopback is the error of a run whose target is beyond loopback, where
// the engine may not go there. Nothing has been sent.
var ErrNotLoopback = errors.New("not on loopback")

// ErrMoved is the cause when, in the middle of a run, the name of the target
// leads to another address than it may.
var ErrMoved = errors.New("the target has moved")

// aim is where the connections to a target may go. A name is only a promise: what
// counts is the address that is dialled.
type aim struct {
	target    *url.URL
	addresses []netip.Addr // of a target beyond loopback; nil for any on loopback
	only6     bool         // its name leads to loopback of both families, and it listens on that of IPv6 alone
}

// newAim finds out where the target is. Without a target it returns nil.
func (e *Engine) newAim(ctx context.Context) (*aim, error) {
	if e.Target == nil {
		return nil, nil
	}
	a := &aim{target: e.Target}
	found, err := e.resolve(ctx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("asking %s: %w", e.Target.Redacted(), err)
	case e.Remote:
		a.addresses = found
	case !slices.ContainsFunc(found, a.allows):
		return nil, fmt.Errorf("asking %s: it leads to %s, which is %w", e.Target.Redacted(), listed(found), ErrNotLoopback)
	}
	a.only6 = !e.Remote && only6(ctx, found, hostPort(e.Target))
	return a, nil
}

// only6 reports whether, of the loopback addresses of both families that a name leads
// to, a port is open on that of IPv6 alone. Tasks have addresses of IPv4, from which
// that port cannot be called. It connects and sends nothing.
func only6(ctx context.Context, found []netip.Addr, hostPort string) bool {
	_, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return false
	}
	var four, six netip.Addr
	for _, one := range found {
		switch {
		case !one.IsLoopback():
		case one.Is4():
			four = one
		default:
			six = one
		}
	}
	return four.IsValid() && six.IsValid() && !listens(ctx, four, port) && listens(ctx, six, port)
}

// listens reports whether a port of this machine accepts a connection.
func listens(ctx context.Context, at netip.Addr, port string) bool {
	d := net.Dialer{Timeout: time.Second}
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(at.String(), port))
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// resolve is the addresses of the target.
func (e *Engine) resolve(ctx context.Context) ([]netip.Addr, error) {
	host := e.Target.Hostname()
	if literal, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{plain(literal)}, nil
	}
	resolver := e.network.resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	for i := range found {
		found[i] = plain(found[i])
	}
	return found, err
}

// plain is an address in its one spelling.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func listed(all []netip.Addr) string {
	var texts []string
	for _, a := range all {
		texts = append(texts, a.String())
	}
	return words.List(texts, "and")
}

// allows reports whether a connection may go to an address.
func (a *aim) allows(to netip.Addr) bool {
	if a.addresses == nil {
		return to.IsLoopback()
	}
	return slices.Contains(a.addresses, to)
}

// control is the hook of a dialler: it refuses every connection that may not be
// made, before it is made.
func (a *aim) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dialling %s: %w", address, err)
	}
	if to := plain(to.Addr()); !a.allows(to) {
		return fmt.Errorf("asking %s: it leads to %s now: %w", a.target.Redacted(), to, ErrMoved)
	}
	return nil
}
