package recording

import (
	"bytes"
	"net/netip"
	"net/url"
	"time"

	"tenement/internal/service"
)

// mockFormat is the log of refusals and faults that `mockimds --log` writes: JSON, a
// line for each request that a limit or a fault hit, none for the others. Times are
// exact and are of the arrival. IDs that the mock issued are taken out of paths: an
// endpoint ID is `ID`, in whose place the task stands here; paths of credentials are
// cut.
//
// Source: internal/admin/refusal.go.
var mockFormat = Format{
	Name: "mockimds",
	Doc:  "the log of refusals that mockimds --log writes",
	Sniff: func(head []byte) bool {
		l := firstLine(head)
		return bytes.HasPrefix(l, []byte(`{"time":"`)) && bytes.Contains(l, []byte(`,"at_s":`)) && bytes.Contains(l, []byte(`,"verdict":"`))
	},
	Lines: func(Options) (LineDecoder, error) {
		d := &mockDecoder{texts: make(texts)}
		return d.line, nil
	},
}

type mockDecoder struct {
	texts  texts
	fields []member
}

// line is the LineDecoder.
func (d *mockDecoder) line(b []byte, e *Entry) error {
	var err error
	if d.fields, err = members(b, d.fields); err != nil {
		return err
	}
	at, _ := textOf(d.fields, "time")
	if e.At, err = time.Parse(time.RFC3339Nano, string(at)); err != nil {
		return &Damage{Text: "time: want one as in 2026-01-01T12:00:00.5Z, got " + quoted(at)}
	}
	path, ok := textOf(d.fields, "path")
	if !ok {
		return damaged(len(b), "want a path")
	}
	method, _ := textOf(d.fields, "method")
	e.Method = d.texts.shown(method)
	if status, ok := whole64(valueOf(d.fields, "status")); ok {
		e.Status = int(status)
	}
	if source, ok := textOf(d.fields, "source"); ok && len(source) > 0 {
		addr, err := netip.ParseAddr(string(source))
		if err != nil {
			return &Damage{Text: "source: want an address, got " + quoted(source)}
		}
		e.Addr = d.texts.keep([]byte(addr.String()))
	}
	if group, ok := textOf(d.fields, "group"); ok {
		e.Task = d.texts.shown(append(append(bytes.Clone(group), '/'), valueOf(d.fields, "task")...))
	}
	if host := valueOf(d.fields, "host"); host != nil {
		e.Instance = d.texts.shown(append([]byte("host "), host...))
	}
	e.Path, e.Cut = d.path(string(path), e.Task)
	return nil
}

// path is a logged path, which is decoded and without its query, as a client sends it.
func (d *mockDecoder) path(logged, task string) (path string, cut bool) {
	for _, prefix := range [...]string{service.MetadataV4, service.MetadataV3, service.AgentAPI} {
		const id = "ID"
		if rest, ok := bytes.CutPrefix([]byte(logged), []byte(prefix+id)); ok && task != "" && (len(rest) == 0 || rest[0] == '/') {
			logged = prefix + string(bytes.ReplaceAll([]byte(task), []byte("/"), []byte("-"))) + string(rest)
		}
	}
	return d.texts.keep([]byte((&url.URL{Path: logged}).EscapedPath())), logged == service.CutCredentials || logged == service.CredentialsV1
}
