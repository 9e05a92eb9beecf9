package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// nginxFormat is a log that nginx writes by a log_format of the user's own, which
// the layout repeats. $msec, $time_iso8601 and $time_local are times of the answer;
// with $request_time, or else $upstream_response_time, that of the request follows.
// Variables that say nothing of a request are skipped.
//
// Source: nginx ngx_http_log_module (log_format), ngx_http_core_module and
// ngx_http_upstream_module (variables).
var nginxFormat = Format{
	Name: "nginx",
	Doc:  "access log of nginx by a log_format, which --layout gives",
	Lines: func(o Options) (LineDecoder, error) {
		layout, err := parseLogFormat(o.Layout)
		if err != nil {
			return nil, err
		}
		l := newFiller(layout.queries)
		return func(line []byte, e *Entry) error {
			var f fields
			if err := layout.split(line, &f); err != nil {
				return err
			}
			return l.fill(&f, e)
		}, nil
	},
}

// nginxParts are the variables that say something of a request. $msec is preferred
// among the times, and $request_time to what the upstream took, in this order.
var nginxParts = map[string]part{
	"msec": partEnd, "time_iso8601": partEnd, "time_local": partEnd,
	"request": partRequest, "request_method": partMethod, "request_uri": partPath,
	"uri": partURI, "document_uri": partURI, "args": partQuery, "query_string": partQuery,
	"status": partStatus, "request_time": partLatencyS, "upstream_response_time": partLatencyS,
	"remote_addr": partAddr, "realip_remote_addr": partAddr, "http_x_forwarded_for": partForwarded,
	"http_user_agent": partAgent, "host": partHost, "http_host": partHost, "server_addr": partHost,
	"http_authorization": partAuth,
}

// logFormat is a log_format: text, and variables each followed by text.
type logFormat struct {
	before  []byte
	pieces  []piece
	queries bool // targets are logged with their queries
}

// piece is a variable and the text up to the next one.
type piece struct {
	name  string
	part  part // parts is a variable that is skipped
	after []byte
}

// parseLogFormat reads a log_format as it stands in nginx.conf, with or without its
// name and quotes.
func parseLogFormat(text string) (*logFormat, error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), ";")
	if rest, ok := strings.CutPrefix(text, "log_format"); ok {
		i := strings.IndexAny(rest, `'"`)
		if i < 0 {
			return nil, errors.New("log_format: want its name, and then the format in quotes")
		}
		text = rest[i:]
	}
	text = joinQuoted(text)
	if strings.HasPrefix(text, "{") {
		return nil, errors.New("log_format: the lines are JSON: read them as json, which finds the usual fields")
	}
	var f logFormat
	seen := make(map[part]bool)
	literal := &f.before
	for len(text) > 0 {
		if text[0] != '$' {
			n := strings.IndexByte(text, '$')
			if n < 0 {
				n = len(text)
			}
			*literal = append(*literal, text[:n]...)
			text = text[n:]
			continue
		}
		name, rest := variable(text[1:])
		if name == "" {
			return nil, fmt.Errorf("log_format: a $ without a name before %q", text[1:])
		}
		p, ok := nginxParts[name]
		if !ok {
			p = parts
		}
		seen[p] = true
		f.pieces = append(f.pieces, piece{name: name, part: p})
		literal = &f.pieces[len(f.pieces)-1].after
		text = rest
	}
	f.queries = seen[partRequest] || seen[partPath] || seen[partQuery]
	switch {
	case len(f.pieces) == 0:
		return nil, errors.New("the format needs a layout: give nginx's log_format, as in --layout '$msec $remote_addr \"$request\" $status'")
	case !seen[partEnd]:
		return nil, errors.New("log_format: it has no time: want $msec, $time_iso8601 or $time_local")
	case !seen[partRequest] && !seen[partPath] && !seen[partURI]:
		return nil, errors.New("log_format: it has no path: want $request, $request_uri or $uri")
	}
	return &f, f.apart()
}

// joinQuoted is the text of quoted strings side by side; other text stays.
func joinQuoted(text string) string {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return text
	}
	quote := text[0]
	var b strings.Builder
	for rest := text; ; {
		rest = strings.TrimSpace(rest)
		if rest == "" {
			return b.String()
		}
		end := strings.IndexByte(rest[1:], quote)
		if rest[0] != quote || end < 0 {
			return text // not quoted after all, as in "$a" "$b"
		}
		b.WriteString(rest[1 : 1+end])
		if rest = rest[end+2:]; rest != "" && quote == '"' {
			return text
		}
	}
}

// variable splits a variable's name, perhaps in braces, from what follows.
func variable(text string) (name, rest string) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		name, rest, _ = strings.Cut(inner, "}")
		return name, rest
	}
	n := 0
	for n < len(text) && (text[n] == '_' || text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' || text[n] >= '0' && text[n] <= '9') {
		n++
	}
	return text[:n], text[n:]
}

// apart checks that variables side by side can be told apart: a path by its slash,
// a query by its question mark.
func (f *logFormat) apart() error {
	for i := range f.pieces {
		if i+1 == len(f.pieces) || len(f.pieces[i].after) > 0 {
			continue
		}
		switch next := f.pieces[i+1]; {
		case next.part == partPath, next.part == partURI, next.name == "is_args", f.pieces[i].name == "is_args":
		default:
			return fmt.Errorf("log_format: $%s and $%s have no text between them, so they cannot be told apart", f.pieces[i].name, next.name)
		}
	}
	return nil
}

// split finds the variables of a line.
func (f *logFormat) split(line []byte, out *fields) error {
	if !bytes.HasPrefix(line, f.before) {
		return damaged(0, "the line is of another format: want %s first", quoted(f.before))
	}
	at := len(f.before)
	rank := [parts]int{}
	for i := range f.pieces {
		p := &f.pieces[i]
		n := f.length(i, line[at:])
		if n < 0 {
			return damaged(len(line), "the line is cut short, or of another format: %s does not follow $%s", quoted(p.after), p.name)
		}
		if p.part < parts && better(p.name, rank[p.part], line[at:at+n]) {
			rank[p.part] = 1 + preferred[p.name]
			out.set(p.part, unescape(line[at:at+n]), at)
		}
		at += n + len(p.after)
	}
	if at < len(line) {
		return damaged(at, "the line is of another format: it goes on with %s", quoted(line[at:]))
	}
	return nil
}

// preferred ranks variables of one part; the others have rank 0.
var preferred = map[string]int{"msec": 2, "time_iso8601": 1, "request_time": 1, "remote_addr": 1, "server_addr": 1}

// better reports whether a variable says more than one of that rank; 0 is none.
func better(name string, rank int, value []byte) bool {
	return rank == 0 || !absent(value) && 1+preferred[name] > rank
}

// length is how long the value of the i-th variable is, at the start of text; -1 if
// the text after it is missing.
func (f *logFormat) length(i int, text []byte) int {
	p := &f.pieces[i]
	last := i+1 == len(f.pieces)
	switch {
	case last && bytes.HasSuffix(text, p.after):
		return len(text) - len(p.after)
	case last:
		return -1
	case len(p.after) > 0:
		return valueEnd(p, text)
	case p.name == "is_args":
		return len(text) - len(bytes.TrimPrefix(text, []byte{'?'}))
	}
	// What follows begins with a slash or a question mark; or it is empty, and the
	// text after it follows.
	mark := []byte{'/'}
	if f.pieces[i+1].name == "is_args" {
		end := text
		for _, q := range f.pieces[i:] {
			if len(q.after) > 0 {
				if n := valueEnd(&q, text); n >= 0 {
					end = text[:n]
				}
				break
			}
		}
		if n := bytes.IndexByte(end, '?'); n >= 0 {
			return n
		}
		return len(end)
	}
	return bytes.Index(text, mark)
}

// valueEnd is where a value ends that has text after it. A quote that is escaped
// does not end it; a list of several servers, a request line and a local time have
// spaces in them.
func valueEnd(p *piece, text []byte) int {
	if p.after[0] == '"' {
		for from := 0; ; {
			n := closing(text[from:])
			if n < 0 {
				return -1
			}
			if bytes.HasPrefix(text[from+n:], p.after) {
				return from + n
			}
			from += n + 1
		}
	}
	skip := 0
	if p.after[0] == ' ' {
		switch {
		case p.part == partRequest:
			if skip = bytes.Index(text, []byte(" HTTP/")); skip < 0 {
				skip = 0
			} else {
				skip++
			}
		case p.name == "time_local":
			skip = min(len(text), len("02/Jan/2006:15:04:05 "))
		case p.part == partForwarded, strings.HasPrefix(p.name, "upstream_"):
			skip = listEnd(text)
		}
	}
	n := bytes.Index(text[skip:], p.after)
	if n < 0 {
		return -1
	}
	return skip + n
}

// listEnd is where the last element of a list begins: elements are parted by a comma
// and a space, groups of them by a colon between spaces.
func listEnd(text []byte) int {
	at := 0
	for {
		n := bytes.IndexByte(text[at:], ' ')
		switch {
		case n < 0:
			return at
		case n > 0 && text[at+n-1] == ',':
			at += n + 1
		case bytes.HasPrefix(text[at+n:], []byte(" : ")):
			at += n + 3
		default:
			return at
		}
	}
}
