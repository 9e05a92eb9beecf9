package imds

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// auditLog is the agent's credentials audit log: an entry for each request for
// credentials and for each refusal of the limiter, whatever the path. An entry
// is a line of ten fields, or of six and a space if no credentials were served. It
// shows no credentials, no query, and no ID of /v2/credentials/ID; a path that the
// server does not know is shown as it was sent.
//
// It differs from the agent's log in one point. The agent decodes paths, so a
// carriage return is written as one, and some readers end the line there; here it
// stays %0D. A path with a line feed is never logged (see ecs.ahead).
//
// Source: amazon-ecs-agent agent/logger/audit/entry_types.go.
type auditLog struct {
	tail string // fields 8 to 10

	mu   sync.Mutex // guards line and what is written
	w    io.Writer
	line []byte
}

func newAuditLog(w io.Writer, instance string) *auditLog {
	return &auditLog{
		w:    w,
		tail: " 2 " + Cluster + " " + instance + "\n",
	}
}

// containerInstanceARN is the ARN of the host that the tasks of a server are on,
// as a container instance of its cluster.
func containerInstanceARN(c Config) string {
	key := hostKey(documentKeys(c.Seed).Name("container instance"), hostOf(c.Tasks))
	return "arn:aws:ecs:" + Region + ":" + Account + ":container-instance/" + Cluster + "/" + hexDigits(key, 32)
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
	b = append(b, oneLine(withoutID(r.URL.Path))...)
	b = append(b, `" "`...)
	b = append(b, r.UserAgent()...)
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

// orDash writes "-" for a field that is empty, so that fields can be counted.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// oneLine keeps a path from ending the line it is in.
func oneLine(path string) string { return strings.ReplaceAll(path, "\r", "%0D") }
