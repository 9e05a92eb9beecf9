package recording

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"tenement/internal/service"
)

// target sets method and path.
func (l *filler) target(f *fields, e *Entry) error {
	p, decoded := partPath, false
	method, target, at := f.text[partMethod], f.text[partPath], f.at[partPath]
	if line := f.text[partRequest]; line != nil && (target == nil || method == nil) {
		verb, asked, ok := requestLine(line)
		if !ok {
			return Foreign("connections without a request")
		}
		method = verb
		if target == nil {
			p, target, at = partRequest, asked, f.at[partRequest]+len(verb)+1
		}
	}
	if target == nil && f.text[partURI] != nil {
		p, decoded = partURI, true
		target, at = f.text[p], f.at[p]
	}
	if target == nil {
		return &Damage{Text: "the line has no path"}
	}
	if !absent(method) {
		if !token(method) {
			return f.damaged(p, "method", fmt.Errorf("cannot be %s", quoted(method)))
		}
		e.Method = l.kept.keep(method)
	}
	queries := l.queries
	if q := f.text[partQuery]; q != nil {
		queries = true
		if !absent(q) && bytes.IndexByte(target, '?') < 0 {
			if decoded {
				target, decoded = []byte((&url.URL{Path: string(target)}).EscapedPath()), false
			}
			target = append(append(append(make([]byte, 0, len(target)+1+len(q)), target...), '?'), bytes.TrimPrefix(q, []byte("?"))...)
		}
	}
	path, err := l.path(target, decoded)
	if err != nil {
		f.at[p] = at
		return f.damaged(p, "path", err)
	}
	e.Path = path
	e.Cut = !queries && path == service.CredentialsV1
	if host := absoluteHost(target); host != nil && f.text[partHost] == nil {
		f.set(partHost, host, -1)
	}
	return nil
}

// requestLine splits a request line. Without a protocol it is one of HTTP/0.9; a
// target may have spaces, which a careless client left in it.
func requestLine(line []byte) (method, target []byte, ok bool) {
	method, target, ok = bytes.Cut(line, []byte{' '})
	if i := bytes.LastIndex(target, []byte(" HTTP/")); i >= 0 {
		target = target[:i]
	}
	return method, target, ok && len(target) > 0 && token(method)
}

// path is a target as a client of ours can send it: without scheme and host, and
// escaped where a byte may not stand in a request line.
func (l *filler) path(target []byte, decoded bool) (string, error) {
	paths := l.paths
	if decoded {
		paths = l.uris
	}
	if path, ok := paths[string(target)]; ok {
		return path, nil
	}
	if len(target) > maxPath {
		return "", fmt.Errorf("longer than %d bytes", maxPath)
	}
	asked := string(target)
	path := withoutHost(asked) // which is a part of it as a rule, so that both are kept once
	if !strings.HasPrefix(path, "/") {
		if path == "*" || path == "-" || path == "" || !strings.ContainsAny(path, "/\\%") {
			return "", Foreign("requests without a path") // of OPTIONS and CONNECT
		}
		return "", fmt.Errorf("%s does not start with /", quoted(target))
	}
	if decoded {
		path = (&url.URL{Path: path}).EscapedPath()
	} else {
		path = escaped(path)
	}
	if _, err := url.ParseRequestURI(path); err != nil {
		return "", fmt.Errorf("%s cannot be sent: it has a %% that escapes nothing", quoted(target))
	}
	paths[asked] = path
	return path, nil
}

// withoutHost is a target without scheme, host and fragment.
func withoutHost(target string) string {
	if i := strings.Index(target, "://"); i > 0 && i < 8 && !strings.HasPrefix(target, "/") {
		rest := target[i+len("://"):]
		target = "/"
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			target = "/" + strings.TrimPrefix(rest[i:], "/")
		}
	}
	target, _, _ = strings.Cut(target, "#")
	return target
}

// absoluteHost is the host of a target that names one.
func absoluteHost(target []byte) []byte {
	i := bytes.Index(target, []byte("://"))
	if i < 1 || i > 7 || target[0] == '/' {
		return nil
	}
	host := target[i+len("://"):]
	if end := bytes.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	return host
}

// unsendable reports whether a byte may not be in a request target.
func unsendable(c byte) bool { return c <= ' ' || c >= 0x7f || c == '#' }

// escaped is a path in which bytes that may not be in a request line are escaped.
func escaped(path string) string {
	i := 0
	for i < len(path) && !unsendable(path[i]) {
		i++
	}
	if i == len(path) {
		return path
	}
	var b strings.Builder
	b.WriteString(path[:i])
	for ; i < len(path); i++ {
		if c := path[i]; unsendable(c) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
