package recording

import (
	"bytes"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"tenement/internal/service"
)

// auditFormat is the credentials audit log of the ECS agent. An entry is a
// line of ten fields, or of six and a trailing space where no credentials were
// served:
//
//	time status ip:port "path" "user agent" task-arn event version cluster instance-arn
//	time status ip:port "path" "user agent" -␠
//
// The trailing space may be lost, as editors and spreadsheets take it away. Time is
// in whole seconds, in UTC, and of the answer. The log cuts paths: an ID of
// /v2/credentials and every query, so that of /v1/credentials the ID is lost too.
// It has credential requests, and of other requests the refusals.
//
// Source: aws/amazon-ecs-agent 1.105.1, ecs-agent/logger/audit/audit_log.go
// and agent/logger/audit/entry_types.go.
var auditFormat = Format{
	Name:  "audit",
	Doc:   "the ECS agent's credentials audit log (/var/log/ecs/audit.log)",
	Sniff: sniffAudit,
	Lines: func(Options) (LineDecoder, error) {
		d := auditDecoder{texts: make(texts), agents: make(texts), paths: make(map[string]auditPath), addrs: make(texts), tails: make(map[string]auditTail)}
		return d.line, nil
	},
}

// auditTime is the form of an entry's time; it is always in UTC.
const auditTime = "2006-01-02T15:04:05Z"

// sniffAudit recognises an entry by its beginning.
func sniffAudit(head []byte) bool {
	l := firstLine(head)
	if len(l) < len(auditTime)+5 || l[len(auditTime)] != ' ' || l[len(auditTime)+4] != ' ' {
		return false
	}
	var clock seconds
	_, ok := clock.parse(l[:len(auditTime)])
	return ok && digits(l[len(auditTime)+1:len(auditTime)+4]) && bytes.Contains(l, []byte(` "/`))
}

// auditPath is a path of a log and what it stands for.
type auditPath struct {
	path string
	cut  bool
}

// auditDecoder decodes entries, keeping each distinct text once.
type auditDecoder struct {
	clock  seconds
	texts  texts
	agents texts
	addrs  texts
	paths  map[string]auditPath
	tails  map[string]auditTail
}

// mostTails bounds the tails that are remembered.
const mostTails = 1 << 16

// line decodes an entry. The user agent has spaces and quotes that are not escaped, so
// the line is split from both ends: what remains between path and task is the user
// agent.
func (d *auditDecoder) line(b []byte, e *Entry) error {
	var fields [3][]byte
	var starts [3]int
	rest := 0
	for i := range fields {
		n := bytes.IndexByte(b[rest:], ' ')
		if n < 0 {
			if _, ok := d.clock.parse(b); i == 0 && !ok {
				return damaged(0, "want an entry that begins with a time as in 2026-01-01T12:00:00Z: got %s", quoted(b))
			}
			return damaged(len(b), "the line is cut short: want time, status, source, path, user agent and task")
		}
		fields[i], starts[i] = b[rest:rest+n], rest
		rest += n + 1
	}
	at, ok := d.clock.parse(fields[0])
	if !ok {
		return damaged(0, "time: want one as in 2026-01-01T12:00:00Z, got %s; the beginning of the line may be lost", quoted(fields[0]))
	}
	status, ok := statusOf(fields[1])
	if !ok {
		return damaged(starts[1], "status: want a number of three digits, got %s", quoted(fields[1]))
	}
	e.At, e.Step, e.Ended, e.Status = at, time.Second, true, status
	if e.Addr, ok = d.addr(fields[2]); !ok {
		return damaged(starts[2], "source: want ip:port or -, got %s", quoted(fields[2]))
	}
	tail, known := d.known(b, rest, e)
	if !known {
		var err error
		if tail, err = d.tail(b, rest, e); err != nil {
			return err
		}
	}
	// b[rest:tail] is the two quoted texts. The path ends at the first quote that can
	// end it: a path with quotes and spaces is rarer than such a user agent, and no
	// rule tells the two apart.
	texts := b[rest:tail]
	path, agent, ok := bytes.Cut(texts, []byte(`" "`))
	if !ok || len(path) == 0 || path[0] != '"' || len(agent) == 0 || agent[len(agent)-1] != '"' {
		return damaged(rest, "want a quoted path and a quoted user agent, got %s", quoted(texts))
	}
	path, agent = path[1:], agent[:len(agent)-1]
	p, err := d.path(path)
	if err != nil {
		return damaged(rest+1, "%s", err)
	}
	e.Path, e.Cut = p.path, p.cut
	e.Agent = d.agents.shown(agent)
	return nil
}

// auditTail is what follows a user agent.
type auditTail struct {
	task, instance string
	execution      bool
}

// known reads what follows a user agent without quotes, if that was read before. Most
// lines end as others do, and this takes a third of the time.
func (d *auditDecoder) known(b []byte, rest int, e *Entry) (tail int, ok bool) {
	if rest >= len(b) || b[rest] != '"' {
		return 0, false
	}
	n := bytes.Index(b[rest:], []byte(`" "`))
	if n < 0 {
		return 0, false
	}
	agent := rest + n + len(`" "`)
	if n = bytes.IndexByte(b[agent:], '"'); n < 0 {
		return 0, false
	}
	end := agent + n + 1
	if end >= len(b) || b[end] != ' ' || bytes.IndexByte(b[end:], '"') >= 0 {
		return 0, false
	}
	if last := b[end:]; len(last) == len(" - ") && last[1] == '-' && last[2] == ' ' && e.Status != 200 {
		return end, true
	}
	t, ok := d.tails[string(b[end:])]
	e.Task, e.Instance, e.Execution = t.task, t.instance, t.execution
	return end, ok
}

// tail reads what follows the user agent in a line whose quoted texts begin at rest,
// and returns the offset of the user agent's end.
func (d *auditDecoder) tail(b []byte, rest int, e *Entry) (int, error) {
	end := bytes.TrimSuffix(b, []byte(" "))
	if bytes.HasSuffix(end, []byte(`" -`)) { // six fields, whose last space may be lost
		switch {
		case len(end)-2 < rest:
			return 0, damaged(len(b), "the line is cut short: want a path and a user agent")
		case e.Status == 200:
			return 0, damaged(len(b), "the line is cut short: credentials were served, but it does not say whose")
		}
		return len(end) - 2, nil
	}
	if len(end) < len(b) {
		task := bytes.LastIndexByte(end, ' ') + 1
		switch {
		case task <= rest || end[task-2] != '"':
			return 0, damaged(len(b), "the line is cut short: want a task after the user agent")
		case !arnOrNone(end[task:]):
			return 0, damaged(task, "task: cannot be %s", quoted(end[task:]))
		case e.Status == 200:
			return 0, damaged(len(b), "the line is cut short: credentials were served, but the fields after the task are missing")
		}
		e.Task = d.arn(end[task:])
		return task - 1, nil
	}
	names := [...]string{"task", "event", "version", "cluster", "container instance"}
	at := len(b)
	var values [len(names)][]byte
	var starts [len(names)]int
	for i := len(names) - 1; i >= 0; i-- {
		n := bytes.LastIndexByte(b[:at], ' ')
		if n < rest {
			return 0, damaged(len(b), "the line is cut short: want ten fields, or six")
		}
		values[i], starts[i] = b[n+1:at], n+1
		at = n
	}
	if b[at-1] != '"' {
		return 0, damaged(len(b), "the line is cut short: want ten fields, or six")
	}
	for i, ok := range [...]bool{
		arnOrNone(values[0]),
		bytes.HasPrefix(values[1], []byte("GetCredentials")),
		len(values[2]) <= 3 && digits(values[2]),
		len(values[3]) > 0,
		arnOrNone(values[4]),
	} {
		if !ok {
			return 0, damaged(starts[i], "%s: cannot be %s", names[i], quoted(values[i]))
		}
	}
	e.Task, e.Instance = d.arn(values[0]), d.arn(values[4])
	e.Execution = string(values[1]) == "GetCredentialsExecutionRole"
	if len(d.tails) < mostTails {
		d.tails[string(b[at:])] = auditTail{e.Task, e.Instance, e.Execution}
	}
	return at, nil
}

// arn is an ARN, "" where there is none.
func (d *auditDecoder) arn(b []byte) string {
	if string(b) == "-" {
		return ""
	}
	return d.texts.shown(b)
}

// arnOrNone reports whether b is an ARN, or - for none.
func arnOrNone(b []byte) bool {
	return string(b) == "-" || bytes.HasPrefix(b, []byte("arn:"))
}

// addr is the source without its port, "" where it is not recorded.
func (d *auditDecoder) addr(b []byte) (string, bool) {
	if string(b) == "-" {
		return "", true
	}
	colon := bytes.LastIndexByte(b, ':')
	if colon < 0 || !digits(b[colon+1:]) || len(b)-colon > len(":65535") {
		return "", false
	}
	if s, ok := d.addrs[string(b[:colon])]; ok {
		return s, true
	}
	addr, err := netip.ParseAddrPort(string(b))
	if err != nil {
		return "", false
	}
	s := addr.Addr().String()
	d.addrs[string(b[:colon])] = s
	return s, true
}

// path is the path as a client would send it. The log has it unescaped, except
// that mockimds leaves a carriage return escaped, so that it does not end the
// line.
func (d *auditDecoder) path(b []byte) (auditPath, error) {
	if p, ok := d.paths[string(b)]; ok {
		return p, nil
	}
	logged := strings.ReplaceAll(string(b), "%0D", "\r")
	p := auditPath{path: (&url.URL{Path: logged}).EscapedPath()}
	p.cut = logged == service.CutCredentials || logged == service.CredentialsV1
	if err := checkPath(p.path); err != nil {
		return p, err
	}
	d.paths[string(b)] = p
	return p, nil
}
