package trace

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// auditFormat is the credentials audit log of the ECS agent. An entry is a
// line of ten fields, or of six and a trailing space where no credentials were
// served:
//
//	time status ip:port "path" "user agent" task-arn event version cluster instance-arn
//	time status ip:port "path" "user agent" -␠
//
// A task is a source address without its port. T counts from the first second, in
// steps of one second. Entries that a rotation put out of order are sorted; those
// of the same second keep their order. The header's Redactions list what the log
// does not say.
//
// Source: aws/amazon-ecs-agent 1.105.1, ecs-agent/logger/audit/audit_log.go
// and agent/logger/audit/entry_types.go.
var auditFormat = Format{
	Name:    "audit",
	Doc:     "the ECS agent's credentials audit log (/var/log/ecs/audit.log)",
	sniff:   sniffAudit,
	convert: convertAudit,
}

// unknownTask is the one task of all requests whose source address was not
// recorded.
const unknownTask = "unknown"

// auditTime is the form of an entry's time; it is always in UTC.
const auditTime = "2006-01-02T15:04:05Z"

// sniffAudit recognises the start of an entry.
func sniffAudit(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	at, rest, _ := strings.Cut(string(line), " ")
	status, _, _ := strings.Cut(rest, " ")
	_, err := parseAuditTime(at)
	return err == nil && len(status) == 3 && bytes.Contains(line, []byte(` "/`))
}

// convertAudit reads the entries.
func convertAudit(in *lines) (*Trace, error) {
	d := auditDecoder{
		strings: make(map[string]string),
		agents:  make(map[string]map[string]string),
	}
	var (
		events       []Event
		first        time.Time     // of the first entry in the file
		early, late  time.Duration // of all entries, since first
		withoutTasks int
	)
	for {
		line, ok, err := in.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if err := in.room(int64(len(events))); err != nil {
			return nil, err
		}
		p := problems{file: in.name, line: in.n}
		var e Event
		at := d.entry(&p, line, &e)
		if err := p.err(); err != nil {
			return nil, err
		}
		if len(events) == 0 {
			first = at
		}
		e.T = at.Sub(first) // the nearest Duration, if it is out of range
		early, late = min(early, e.T), max(late, e.T)
		if span := late - early; span > longest || span < 0 {
			return nil, &Error{in.name, in.n, 1, "time: more than a year from another entry"}
		}
		if e.Task == unknownTask {
			withoutTasks++
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil, &Error{in.name, 1, 1, "the file is empty: want entries of an audit log"}
	}
	for i := range events {
		events[i].T -= early
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.T, b.T) })
	h := Header{
		Version:     version,
		Source:      "audit: " + excerpt(filepath.Base(in.name)),
		Start:       first.Add(early),
		ResolutionS: 1,
		Redactions: []string{
			"requests: only credential requests and refusals (429) are in an audit log",
			"method: not recorded, GET assumed",
			"path: /v2/credentials/ID is cut to " + CutCredentials + ", queries are not recorded",
		},
	}
	if withoutTasks > 0 {
		h.Redactions = append(h.Redactions,
			fmt.Sprintf("task: %d requests without a source address count as one task, %s", withoutTasks, unknownTask))
	}
	return &Trace{Header: h, Events: events}, nil
}

// auditDecoder turns lines into events, keeping each distinct text once.
type auditDecoder struct {
	strings map[string]string
	agents  map[string]map[string]string
}

// entry decodes a line, except for T, and returns its time. The user agent has
// spaces and quotes that are not escaped, so the line is split from both ends:
// what remains between path and task is the user agent.
func (d *auditDecoder) entry(p *problems, line []byte, e *Event) time.Time {
	var at time.Time
	if len(line) == 0 {
		p.add(0, "the line is empty")
		return at
	}
	s := string(line)
	var fields [3]string
	var starts [3]int
	rest := 0
	for i := range fields {
		n := strings.IndexByte(s[rest:], ' ')
		if n < 0 {
			p.add(len(s), "the line is cut short: want time, status, source, path, user agent and task")
			return at
		}
		fields[i], starts[i] = s[rest:rest+n], rest
		rest += n + 1
	}
	at, err := parseAuditTime(fields[0])
	if err != nil {
		p.add(starts[0], "time: %v", err)
	}
	if e.Status, err = strconv.Atoi(fields[1]); err != nil || len(fields[1]) != 3 || checkStatus(e.Status) != nil || e.Status == 0 {
		p.add(starts[1], "status: want a number of three digits, got %s", quote(fields[1]))
	}
	if e.Task, err = d.task(fields[2]); err != nil {
		p.add(starts[2], "source: %v", err)
	}

	tail := d.tail(p, s, rest, e.Status)
	if tail < 0 {
		return at
	}
	// s[rest:tail] is the two quoted texts. The path ends at the first quote
	// that can end it: a path with quotes and spaces is rarer than such a user
	// agent, and no rule tells the two apart.
	quoted := s[rest:tail]
	path, agent, ok := strings.Cut(quoted, `" "`)
	if !ok || !strings.HasPrefix(path, `"`) || !strings.HasSuffix(agent, `"`) {
		p.add(rest, "want a quoted path and a quoted user agent, got %s", excerpt(quoted))
		return at
	}
	path, agent = path[1:], agent[:len(agent)-1]
	if e.Path, err = d.path(path); err != nil {
		p.add(rest+1, "path: %v", err)
	}
	if e.Headers, err = d.headers(agent); err != nil {
		p.add(rest+len(path)+4, "user agent: %v", err)
	}
	e.Method = "GET"
	e.Cut = cut(e.Path)
	return at
}

// tail checks what follows the user agent, in a line that is s from rest on,
// and returns the offset of the user agent's end, -1 if there is a problem.
func (d *auditDecoder) tail(p *problems, s string, rest, status int) int {
	if end, short := strings.CutSuffix(s, " "); short {
		task := strings.LastIndexByte(end, ' ') + 1
		if task <= rest || s[task-2] != '"' {
			p.add(len(s), "the line is cut short: want a task after the user agent")
			return -1
		}
		if !arnOrNone(s[task : len(s)-1]) {
			p.add(task, "task: cannot be %s", quote(s[task:len(s)-1]))
			return -1
		}
		if status == 200 {
			p.add(len(s), "the line is cut short: credentials were served, but it does not say which")
			return -1
		}
		return task - 1
	}
	names := [...]string{"task", "event", "version", "cluster", "container instance"}
	end := len(s)
	var values [len(names)]string
	var starts [len(names)]int
	for i := len(names) - 1; i >= 0; i-- {
		n := strings.LastIndexByte(s[:end], ' ')
		if n < rest {
			p.add(len(s), "the line is cut short: want ten fields, or six and a space")
			return -1
		}
		values[i], starts[i] = s[n+1:end], n+1
		end = n
	}
	if end == 0 || s[end-1] != '"' {
		p.add(len(s), "the line is cut short: want ten fields, or six and a space")
		return -1
	}
	before := len(p.list)
	for i, ok := range [...]bool{
		arnOrNone(values[0]),
		strings.HasPrefix(values[1], "GetCredentials"),
		number3(values[2]),
		values[3] != "",
		arnOrNone(values[4]),
	} {
		if !ok {
			p.add(starts[i], "%s: cannot be %s", names[i], quote(values[i]))
		}
	}
	if len(p.list) > before {
		return -1
	}
	return end
}

// arnOrNone reports whether s is an ARN, or - for none.
func arnOrNone(s string) bool { return s == "-" || strings.HasPrefix(s, "arn:") }

// number3 reports whether s is a number of one to three digits.
func number3(s string) bool {
	_, err := strconv.ParseUint(s, 10, 10)
	return err == nil && len(s) <= 3
}

// parseAuditTime parses an entry's time. time.Parse alone would also accept a
// fraction of a second, which no agent writes.
func parseAuditTime(s string) (time.Time, error) {
	t, err := time.Parse(auditTime, s)
	if err != nil || len(s) != len(auditTime) {
		return time.Time{}, fmt.Errorf("want a time as in 2026-01-01T12:00:00Z, got %s", quote(s))
	}
	return t, nil
}

// task is the source without its port.
func (d *auditDecoder) task(source string) (string, error) {
	if source == "-" {
		return unknownTask, nil
	}
	addr, err := netip.ParseAddrPort(source)
	if err != nil {
		return "", fmt.Errorf("want ip:port or -, got %s", quote(source))
	}
	return d.keep(addr.Addr().String(), checkTask)
}

// path is the path as a client would send it. The log has it unescaped, except
// that mockimds leaves a carriage return escaped, so that it does not end the
// line.
func (d *auditDecoder) path(logged string) (string, error) {
	logged = strings.ReplaceAll(logged, "%0D", "\r")
	return d.keep((&url.URL{Path: logged}).EscapedPath(), checkPath)
}

// headers holds the user agent. Bytes that are not UTF-8, which HTTP allows and
// JSON does not, are replaced by U+FFFD.
func (d *auditDecoder) headers(agent string) (map[string]string, error) {
	if agent == "" {
		return nil, nil
	}
	if h, ok := d.agents[agent]; ok {
		return h, nil
	}
	value := strings.ToValidUTF8(agent, "\uFFFD")
	if err := checkHeader("User-Agent", value); err != nil {
		return nil, err
	}
	h := map[string]string{"User-Agent": value}
	d.agents[strings.Clone(agent)] = h
	return h, nil
}

// keep checks a text the first time it is seen, and returns one copy of it.
func (d *auditDecoder) keep(s string, check func(string) error) (string, error) {
	if kept, ok := d.strings[s]; ok {
		return kept, nil
	}
	if err := check(s); err != nil {
		return "", err
	}
	s = strings.Clone(s)
	d.strings[s] = s
	return s, nil
}
