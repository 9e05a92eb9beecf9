package recording

import (
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
	Name:   "nginx",
	layout: true,
	Doc:    "access log of nginx by a log_format, which --layout gives",
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
