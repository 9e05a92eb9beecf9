package imds

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"tenement/internal/redact"
	"tenement/internal/service"
)

// auditLog is the agent's credentials audit log: an entry for each request for
// credentials and for each refusal of the limiter, whatever the path. An entry
// is a line of ten fields, or of six and a space where no credentials were
// served. It has no credentials, no query, and of /v2/credentials/ID no ID.
//
// It differs from the agent's log in two points. The agent writes paths decoded, and
// so a carriage return as it is, at which some readers end the line; here it
// stays %0D. A path with a line feed is never logged (see ecs.ahead). And the agent
// writes other paths and User-Agent as they came; here what was issued is taken
// out, except the endpoint ID of /v3/ID, /v4/ID and /api/ID, which tells those who
// read the log whose request was refused.
//
// Source: amazon-ecs-agent agent/logger/audit/entry_types.go.
type auditLog struct {
	tail    string // fields 8 to 10
	roster  *roster
	secrets *redact.Redactor

	mu   sync.Mutex // guards line and what is written
	w    io.Writer
	line []byte
}

func newAuditLog(w io.Writer, instance string, r *roster, secrets *redact.Redactor) *auditLog {
	return &auditLog{
		w:    w,
		tail: " 2 " + cluster + " " + instance + "\n", roster: r, secrets: secrets,
	}
}

// containerInstanceARN is the ARN of the host that the tasks of a server are on,
// as a container instance of its cluster.
func containerInstanceARN(c Config) string {
	key := hostKey(documentKeys(c.Seed).Name("container instance"), hostOf(c.Tasks))
	return c.Place.arn("ecs", "container-instance/"+cluster+"/"+hexDigits(key, 32))
}

// log writes an entry for a request with its reply.
func (l *auditLog) log(r *http.Request, p *reply) {
	now := time.Now().UTC()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := now.AppendFormat(l.line[:0], time.RFC3339)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(p.Status), 10)
	b = append(b, ' ')
	b = append(b, orDash(r.RemoteAddr)...)
	b = append(b, ` "`...)
	b = append(b, oneLine(l.path(r.URL.Path))...)
	b = append(b, `" "`...)
	b = append(b, l.secrets.FromClient(r.UserAgent())...)
	b = append(b, `" `...)
	if p.owner == nil {
		b = append(b, "- \n"...)
	} else {
		b = append(b, orDash(p.owner.ARN)...)
		b = append(b, " GetCredentials"...)
		if p.document == executionDocument {
			b = append(b, "ExecutionRole"...)
		}
		b = append(b, l.tail...)
	}
	l.line = b
	_, _ = l.w.Write(b) // see ECSConfig.Audit
}

// path is a path as an entry has it: with the endpoint ID where it belongs, as in
// the agent's log, and without anything else that was issued.
func (l *auditLog) path(p string) string {
	for _, prefix := range [...]string{service.MetadataV4, service.MetadataV3, service.AgentAPI} {
		if rest, ok := strings.CutPrefix(p, prefix); ok {
			id, sub, _ := strings.Cut(rest, "/")
			if l.roster.endpoint(id, nil) != nil {
				head := len(p) - len(sub)
				return p[:head] + l.secrets.FromClient(p[head:])
			}
		}
	}
	return l.secrets.FromClient(withoutID(p))
}

// orDash writes "-" for a field that is empty, so that fields can be counted.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// oneLine keeps a path from ending the line it is in.
func oneLine(path string) string { return strings.ReplaceAll(path, "\r", "%0D") }
