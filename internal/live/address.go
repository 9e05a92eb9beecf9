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
	return a, nil
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
