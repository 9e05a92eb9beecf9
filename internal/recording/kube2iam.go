package recording

import (
	"bytes"
	"net/netip"
	"net/url"
	"time"

	"tenement/internal/service"
)

// kube2iamFormat is the log of kube2iam, which stands in front of the metadata service
// of an instance for the pods on it: a line for each request, written when the answer
// is, as text or as JSON (--log-format=json):
//
//	time="2026-01-01T12:00:00Z" level=info msg="GET /latest/meta-data/iam/security-credentials/ (200) took 56867 ns" req.method=GET req.path=/latest/meta-data/iam/security-credentials/ req.remote=10.2.3.4 res.duration=56867 res.status=200
//
// Times are in whole seconds. Queries and user agents are not recorded.
//
// Source: jtblin/kube2iam server/server.go.
var kube2iamFormat = Format{
	Name: "kube2iam",
	Doc:  "the log of kube2iam, text or JSON",
	Sniff: func(head []byte) bool {
		l := firstLine(head)
		if bytes.HasPrefix(l, []byte(`time="`)) {
			return bytes.Contains(l, []byte(` level=`)) && bytes.Contains(l, []byte(` msg=`))
		}
		return bytes.HasPrefix(l, []byte(`{"`)) && bytes.Contains(l, []byte(`"req.method":"`)) && bytes.Contains(l, []byte(`"msg":"`))
	},
	Lines: func(Options) (LineDecoder, error) {
		d := &kubeDecoder{texts: make(texts)}
		return d.line, nil
	},
}

type kubeDecoder struct {
	clock  clock
	texts  texts
	fields []member
}

// line is the LineDecoder.
func (d *kubeDecoder) line(b []byte, e *Entry) error {
	var err error
	if d.fields, err = logFields(b, d.fields); err != nil {
		return err
	}
	path, duration := valueOf(d.fields, "req.path"), valueOf(d.fields, "res.duration")
	if path == nil || duration == nil {
		if valueOf(d.fields, "msg") == nil {
			return damaged(len(b), "the line is cut short: want a message")
		}
		return Foreign("kube2iam: other messages")
	}
	var ok bool
	if e.Status, ok = statusOf(valueOf(d.fields, "res.status")); !ok {
		return damaged(len(b), "the line is cut short: want res.status")
	}
	ns, ok := whole64(duration)
	if !ok || ns < 0 || ns > int64(longestLatency) {
		return &Damage{Text: "res.duration: want nanoseconds, a day at most, got " + quoted(duration)}
	}
	if e.At, e.Step, err = d.clock.read(valueOf(d.fields, "time")); err != nil {
		return &Damage{Text: "time: " + err.Error()}
	}
	e.Lat = time.Duration(ns)
	// Within whole seconds a latency of milliseconds says nothing of the arrival.
	if e.Ended = e.Step >= time.Second; !e.Ended {
		e.At = e.At.Add(-e.Lat)
	}
	if remote := valueOf(d.fields, "req.remote"); len(remote) > 0 {
		addr, err := netip.ParseAddr(string(remote))
		if err != nil {
			return &Damage{Text: "req.remote: want an address, got " + quoted(remote)}
		}
		e.Addr = d.texts.keep([]byte(addr.String()))
	}
	e.Service = service.IMDS
	e.Method = d.texts.shown(valueOf(d.fields, "req.method"))
	e.Path = d.texts.keep([]byte((&url.URL{Path: string(path)}).EscapedPath()))
	return nil
}
