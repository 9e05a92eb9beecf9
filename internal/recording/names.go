package recording

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenement/internal/words"
)

// address is the client's address without its port: the first of those that proxies
// noted, if there are any, else the one that the server saw.
func (l *filler) address(forwarded, seen []byte) string {
	if !absent(forwarded) {
		first, _, _ := bytes.Cut(forwarded, []byte{','})
		if a, ok := parseAddress(first); ok {
			return l.kept.keep([]byte(a))
		}
	}
	if a, ok := l.addrs[string(seen)]; ok {
		return a
	}
	if a, ok := parseAddress(seen); ok {
		if len(l.addrs) < 1<<16 { // with ports there is no end to them
			l.addrs[string(seen)] = l.kept.keep([]byte(a))
		}
		return l.kept.keep([]byte(a))
	}
	if absent(seen) || bytes.HasPrefix(seen, []byte("unix:")) || string(seen) == "unknown" {
		return ""
	}
	return l.name(seen) // a host name, of a server that looks them up
}

// parseAddress reads an IP address, with or without a port.
func parseAddress(text []byte) (string, bool) {
	if absent(text) {
		return "", false
	}
	s := string(bytes.TrimSpace(text))
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone("").String(), true
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return a.Addr().Unmap().WithZone("").String(), true
	}
	return "", false
}

// agent is a user agent as JSON and terminals can hold it.
func (l *filler) agent(text []byte) string {
	if absent(text) {
		return ""
	}
	return l.kept.keep(printable(text))
}

// name is any other name of somebody.
func (l *filler) name(text []byte) string {
	if absent(text) {
		return ""
	}
	return l.kept.keep(printable([]byte(words.Shortened(string(text), 250))))
}

// printable is a text in which bytes that are not UTF-8, and control characters, are
// replaced by U+FFFD.
func printable(text []byte) []byte {
	bad := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
	if bytes.IndexFunc(text, bad) < 0 {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if bad(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

// absent reports whether a text stands for nothing.
func absent(text []byte) bool { return len(text) == 0 || len(text) == 1 && text[0] == '-' }

// token reports whether a text is one of RFC 9110 §5.6.2, such as a method.
func token(text []byte) bool {
	for _, c := range text {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' {
			continue
		}
		if strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return len(text) > 0
}

// quoted is a text as messages show it.
func quoted(text []byte) string { return strconv.Quote(words.Shortened(string(text), 60)) }
