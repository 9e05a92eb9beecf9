package recording

import (
	"bytes"
	"net/netip"

	"tenement/internal/service"
)

// podIdentityFormat is the log of the EKS Pod Identity agent, JSON that logrus writes,
// with a line for each request that its limit admitted:
//
//	{"client-addr":"10.0.0.5:53412","cluster-name":"c","level":"info","msg":"handling new request request from 10.0.0.5:53412","time":"2026-01-01T12:00:00Z"}
//
// The agent limits before it logs, so what it refused is in no line; and no line says
// what was answered. Later lines of the same request are foreign.
//
// Source: eks-pod-identity-agent pkg/handlers/eks_credential_handler.go,
// internal/middleware/logger/logger.go, pkg/server/server.go (the order of both).
var podIdentityFormat = Format{
	Name: "pod-identity",
	Doc:  "the log of the EKS Pod Identity agent (JSON)",
	Sniff: func(head []byte) bool {
		l := firstLine(head)
		return bytes.HasPrefix(l, []byte(`{"`)) && bytes.Contains(l, []byte(`"level":"`)) && bytes.Contains(l, []byte(`"msg":"`)) &&
			bytes.Contains(l, []byte(`"time":"`)) && (bytes.Contains(l, []byte(`"client-addr":"`)) || bytes.Contains(l, []byte(`"cluster-name":"`)))
	},
	Lines: func(Options) (LineDecoder, error) {
		d := &podDecoder{texts: make(texts)}
		return d.line, nil
	},
}

type podDecoder struct {
	clock  clock
	texts  texts
	fields []member
}

// line is the LineDecoder.
func (d *podDecoder) line(b []byte, e *Entry) error {
	var err error
	if len(b) > 0 && b[0] != '{' {
		return Foreign("Pod Identity agent: other messages")
	}
	if d.fields, err = members(b, d.fields); err != nil {
		return err
	}
	message, _ := textOf(d.fields, "msg")
	if !bytes.HasPrefix(message, []byte("handling new request")) {
		if bytes.HasPrefix(message, []byte("Error fetching credentials")) {
			return Foreign("Pod Identity agent: how a request failed")
		}
		return Foreign("Pod Identity agent: other messages")
	}
	at, _ := textOf(d.fields, "time")
	if e.At, e.Step, err = d.clock.read(at); err != nil {
		return &Damage{Text: "time: " + err.Error()}
	}
	source, _ := textOf(d.fields, "client-addr")
	addr, err := netip.ParseAddrPort(string(source))
	if err != nil {
		return &Damage{Text: "client-addr: want ip:port, got " + quoted(source)}
	}
	e.Addr = d.texts.keep([]byte(addr.Addr().String()))
	e.Service, e.Path = service.PodIdentity, service.CredentialsV1
	return nil
}
