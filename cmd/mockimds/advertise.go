package main

import (
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"tenement/cmd/internal/command"
	"tenement/internal/service"
)

// hostName is how a name or an address looks that can stand in a URL as it is.
var hostName = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,253}$`)

// advertise is the base URL of a host that clients find at an address HOST:PORT; hosts
// are on consecutive ports.
func advertise(address string, host int) (string, error) {
	name, port, err := net.SplitHostPort(address)
	number, wrong := strconv.ParseUint(port, 10, 16)
	if err != nil || wrong != nil || number == 0 || !hostName.MatchString(name) {
		return "", command.Usagef("", "--advertise %q: want HOST:PORT, such as mock:8080", address)
	}
	number += uint64(host)
	if number > 65535 {
		return "", command.Usagef("", "--advertise %q: there is no port after 65535 for host %d", address, host)
	}
	return urlOf(name, uint16(number)), nil
}

// urlOf is the URL of a server. The port of HTTP is left out, as in the addresses of
// the real servers.
func urlOf(host string, port uint16) string {
	if port != 80 {
		return "http://" + net.JoinHostPort(host, strconv.Itoa(int(port)))
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return "http://" + host
}

// unreached is a warning about an address that SDKs do not take credentials from, or
// "". They take an http URL of a container's credentials only if it is on loopback or
// that of a real agent; that of the instance metadata service may be any.
func unreached(s service.Service, url string) string {
	if s == service.IMDS || !s.Row().Issues() {
		return ""
	}
	host := strings.TrimPrefix(url, "http://")
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return ""
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return ""
	}
	for _, one := range [...]service.Service{service.ECS, service.PodIdentity} {
		if row := one.Row(); host == row.IPv4 || host == row.IPv6 {
			return ""
		}
	}
	return "most SDKs take no credentials from " + url + ", only from loopback and the addresses of the real agents: see docs/addresses.md"
}
