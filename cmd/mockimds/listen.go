package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// listen opens the port. An address that other machines could reach is an
// error unless remote is set: this server has no business on a network.
func listen(ctx context.Context, address string, remote bool) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usagef("", "--listen %q: want HOST:PORT, such as 127.0.0.1:8080", address)
	}
	// A name is resolved once, so that what is checked is what is opened.
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, usagef("", "--listen %q: %w", address, err)
	}
	if !resolved.IP.IsLoopback() && !remote {
		return nil, usagef("other machines could reach it; --allow-remote listens there all the same",
			"--listen %q: not a loopback address", address)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", resolved.String())
	if err != nil {
		return nil, listenError(address, err)
	}
	return l, nil
}

// listenError keeps of what net says about a port the part that a user can do
// something about.
func listenError(address string, err error) error {
	var cause syscall.Errno
	if !errors.As(err, &cause) {
		return fmt.Errorf("listening on %s: %w", address, err)
	}
	hint := ""
	switch cause {
	case syscall.EADDRINUSE:
		hint = "give another port with --listen, or port 0 for any that is free"
	case syscall.EACCES:
		hint = "ports below 1024 are for privileged processes: give a higher one with --listen"
	case syscall.EADDRNOTAVAIL:
		hint = "this machine has no such address"
	}
	return &coded{fmt.Errorf("listening on %s: %w", address, cause), exitFailed, hint}
}

// baseURL is how to reach a listener from this machine.
func baseURL(a net.Addr) string {
	address, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return "http://" + a.String()
	}
	if address.Addr().IsUnspecified() {
		address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), address.Port())
	}
	return "http://" + address.String()
}
