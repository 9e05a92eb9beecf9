package recording

import (
	"bytes"
	"net/url"
	"time"

	"tenement/internal/service"
)

// agentFormat is the ECS agent's own log (/var/log/ecs/ecs-agent.log), as logfmt, as
// JSON (ECS_LOG_OUTPUT_FORMAT=json), and as agents before 1.30 wrote it
// (2018-10-05T12:00:00Z [INFO] text). It has a line for each metadata and stats request
// that its limit admitted, written when the answer is:
//
//	level=info time=2026-01-01T12:00:00Z msg="Writing response for v4 stats" tmdsEndpointContainerID="ID" requestType="task stats"
//
// Time is in whole seconds. No line has the source address or the user agent. Lines on
// credential requests are foreign: the audit log has each of these, and says more.
//
// What the log does not tell apart: /task from /taskWithTags. Before 1.75, and for the
// endpoints of version 3 until today, the lines name the container or the task instead
// of the endpoint ID; that name stands in the path in its place.
//
// Sources: amazon-ecs-agent 1.105.1 ecs-agent/tmds/handlers/v4/handlers.go and
// ecs-agent/logger/log.go; 1.30.0 and 1.51.0 agent/handlers/v2 to v4.
var agentFormat = Format{
	Name: "agent",
	Doc:  "the ECS agent's own log (/var/log/ecs/ecs-agent.log)",
	Sniff: func(head []byte) bool {
		l := firstLine(head)
		if bytes.HasPrefix(l, []byte("level=")) {
			return bytes.Contains(l, []byte(" time=")) && bytes.Contains(l, []byte(" msg="))
		}
		if rest, ok := bytes.CutPrefix(l, []byte(`{"level":"`)); ok { // and the time next, which other programs put elsewhere
			_, rest, _ = bytes.Cut(rest, []byte(`"`))
			return bytes.HasPrefix(rest, []byte(`,"time":"`)) && bytes.Contains(rest, []byte(`"msg":`))
		}
		var clock seconds
		return len(l) > len(auditTime)+2 && bytes.HasPrefix(l[len(auditTime):], []byte(" [")) && isTime(&clock, l[:len(auditTime)])
	},
	Lines: func(Options) (LineDecoder, error) {
		d := &agentDecoder{texts: make(texts), paths: make(texts)}
		return d.line, nil
	},
}

func isTime(clock *seconds, b []byte) bool { _, ok := clock.parse(b); return ok }

// The kinds of lines of the agent's log that are no request.
const (
	errAgentCredentials = Foreign("agent log: credential requests, which the audit log has")
	errAgentOther       = Foreign("agent log: other messages")
	errAgentUnknown     = Foreign("agent log: requests without the ID that they were for")
)

// agentDecoder decodes lines of the agent's log.
type agentDecoder struct {
	clock  seconds
	texts  texts
	fields []member
	paths  texts
	path   []byte
}

// line is the LineDecoder.
func (d *agentDecoder) line(b []byte, e *Entry) error {
	var at, message []byte
	var err error
	if len(b) > len(auditTime)+2 && b[0] != '{' && b[len(auditTime)] == ' ' && b[len(auditTime)+1] == '[' {
		at = b[:len(auditTime)]
		_, message, _ = bytes.Cut(b[len(auditTime):], []byte("] "))
		d.fields = d.fields[:0]
	} else {
		if d.fields, err = logFields(b, d.fields); err != nil {
			return err
		}
		at, message = valueOf(d.fields, "time"), valueOf(d.fields, "msg")
	}
	if at == nil || message == nil {
		return damaged(len(b), "the line is cut short: want a time and a message")
	}
	var ok bool
	if e.At, ok = d.clock.parse(at); !ok {
		return &Damage{Text: "time: want one as in 2026-01-01T12:00:00Z, got " + quoted(at)}
	}
	e.Step, e.Ended, e.Status = time.Second, true, 200
	return d.message(message, e)
}

// message reads what a line says.
func (d *agentDecoder) message(m []byte, e *Entry) error {
	const v4 = "Writing response for v4 "
	if what, ok := bytes.CutPrefix(m, []byte(v4)); ok {
		return d.request(string(what), e)
	}
	if what, ok := bytes.CutPrefix(m, []byte("Failed to get v4 ")); ok { // 404 or 500: it does not say which
		e.Status = 0
		return d.request(string(what), e)
	}
	if what, after, ok := bytes.Cut(m, []byte("riting response for ")); ok && len(m) > 2 && m[0] == 'V' {
		return d.older(m[1], what, after, e)
	}
	if bytes.HasPrefix(m, []byte("Processing credential request")) || bytes.Contains(m, []byte("CredentialsV")) {
		return errAgentCredentials
	}
	return errAgentOther
}

// request is a request to an endpoint of version 4.
func (d *agentDecoder) request(what string, e *Entry) error {
	id := valueOf(d.fields, "tmdsEndpointContainerID")
	below := ""
	switch what {
	case "container metadata":
	case "task metadata":
		below = service.OfTask
	case "stats":
		if string(valueOf(d.fields, "requestType")) == "task stats" {
			below = service.OfTaskStats
		} else {
			below = service.OfStats
		}
	default:
		return errAgentUnknown
	}
	if len(id) == 0 {
		return errAgentUnknown
	}
	if task := valueOf(d.fields, "taskARN"); len(task) > 0 {
		e.Task = d.texts.shown(task)
	}
	return d.setPath(e, service.MetadataV4, id, below)
}

// older is a request as older agents tell of it: what handled it, and for which
// container or task.
func (d *agentDecoder) older(version byte, handler, after []byte, e *Entry) error {
	kind, id, ok := bytes.Cut(after, []byte("'"))
	id, rest, ended := bytes.Cut(id, []byte("'"))
	if !ok || !ended || len(id) == 0 {
		return damaged(0, "want a container or a task in quotes: %s", quoted(after))
	}
	task := bytes.HasPrefix(kind, []byte("task"))
	stats := bytes.Contains(handler, []byte("stats"))
	if task {
		e.Task = d.texts.shown(id)
		id = id[bytes.LastIndexByte(id, '/')+1:]
	}
	prefix, below := service.MetadataV4, ""
	switch version {
	case '2':
		prefix = service.MetadataV2
		if stats {
			prefix = service.StatsV2
		}
		if task {
			return d.setPath(e, prefix, nil, "")
		}
		return d.setPath(e, prefix+"/", id, "")
	case '3':
		prefix = service.MetadataV3
	}
	switch {
	case bytes.HasPrefix(kind, []byte("association")):
		return errAgentUnknown
	case bytes.Contains(handler, []byte("association")):
		_, kind, _ := bytes.Cut(rest, []byte("type "))
		return d.setPath(e, prefix, id, "/associations/"+string(kind))
	case task && stats:
		below = service.OfTaskStats
	case task:
		below = service.OfTask
	case stats:
		below = service.OfStats
	}
	return d.setPath(e, prefix, id, below)
}

// setPath puts a path together.
func (d *agentDecoder) setPath(e *Entry, prefix string, id []byte, below string) error {
	d.path = append(append(append(d.path[:0], prefix...), id...), below...)
	escaped, ok := d.paths[string(d.path)]
	if !ok {
		escaped = (&url.URL{Path: string(d.path)}).EscapedPath()
		d.paths[string(d.path)] = escaped
	}
	e.Path = escaped
	return nil
}
