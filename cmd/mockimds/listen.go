package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"syscall"

	"tenement/cmd/internal/command"
)

// listen opens the port that a flag names. An address that other machines could
// reach is an error unless remote is set: the server is for local tests.
func listen(ctx context.Context, flag, address string, remote bool) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, command.Usagef("", "%s %q: want HOST:PORT, such as 127.0.0.1:8080", flag, address)
	}
	// A name is resolved once, so that what is checked is what is opened.
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, command.Usagef("", "%s %q: %w", flag, address, err)
	}
	if !resolved.IP.IsLoopback() && !remote {
		return nil, command.Usagef("other machines could reach it; --allow-remote allows that",
			"%s %q: not a loopback address", flag, address)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", resolved.String())
	if err != nil {
		return nil, listenError(flag, address, err)
	}
	return l, nil
}

// listenAll opens a port for each host: the one that --listen names and the
// ports above it, or any that are free.
func listenAll(ctx context.Context, o *options, hosts int) ([]net.Listener, error) {
	var all []net.Listener
	address := o.listen
	for host := range hosts {
		l, err := listen(ctx, "--listen", address, o.allowRemote)
		if err != nil {
			closeAll(all)
			return nil, err
		}
		all = append(all, l)
		if host+1 == hosts {
			break
		}
		if address, err = nextPort(address, l.Addr()); err != nil {
			closeAll(all)
			return nil, err
		}
	}
	return all, nil
}

// nextPort is the address for the next host, after the last one asked for address
// and got opened.
func nextPort(address string, opened net.Addr) (string, error) {
	at, err := netip.ParseAddrPort(opened.String())
	if err != nil {
		return "", fmt.Errorf("listening after %s: %w", opened, err)
	}
	host := at.Addr().String()
	switch _, port, _ := net.SplitHostPort(address); {
	case port == "0" || port == "":
		return net.JoinHostPort(host, "0"), nil
	case at.Port() == math.MaxUint16:
		return "", command.Usagef("give a lower one with --listen, or port 0 for any that are free",
			"there is no port after %d for the next host", at.Port())
	}
	return netip.AddrPortFrom(at.Addr(), at.Port()+1).String(), nil
}

func closeAll(all []net.Listener) {
	for _, l := range all {
		_ = l.Close()
	}
}

// listenError shortens an error of package net to its cause, and adds a hint if
// there is one.
func listenError(flag, address string, err error) error {
	var cause syscall.Errno
	if !errors.As(err, &cause) {
		return fmt.Errorf("listening on %s: %w", address, err)
	}
	hint := ""
	switch cause {
	case syscall.EADDRINUSE:
		hint = "give another port with " + flag + ", or port 0 for any that is free"
	case syscall.EACCES:
		hint = "ports below 1024 are for privileged processes: give a higher one with " + flag
	case syscall.EADDRNOTAVAIL:
		hint = "this machine has no such address"
	}
	return &command.Error{Err: fmt.Errorf("listening on %s: %w", address, cause), Code: command.Failed, Hint: hint}
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
	return urlOf(address.Addr().String(), address.Port())
}
