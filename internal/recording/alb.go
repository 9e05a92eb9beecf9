package recording

import (
	"bytes"
	"fmt"
	"strconv"
)

// albLog is the access log of an Application Load Balancer: fields with spaces
// between them, some of them quoted. The time when the load balancer got the request
// is in it to the microsecond; where an old log has no such field, or a line is cut
// before it, the time of the answer and the three processing times give it.
//
//	type time elb client:port target:port request_s target_s response_s status
//	target_status received sent "request" "agent" cipher protocol target_group "trace"
//	"domain" "certificate" rule creation_time "actions" ...
//
// Source: Elastic Load Balancing User Guide, "Access logs for your Application Load
// Balancer", access log entries.
var albLog = Format{
	Name: "alb",
	Doc:  "access log of an AWS Application Load Balancer",
	Sniff: func(head []byte) bool {
		line := firstLine(head)
		all, _ := albFields(line)
		if len(all) <= albAgent || !albTypes[string(all[albType].text)] {
			return false
		}
		_, _, ok := instant(all[albTime].text)
		return ok
	},
	Lines: func(Options) (LineDecoder, error) {
		l := newFiller(true)
		return func(line []byte, e *Entry) error { return albEntry(l, line, e) }, nil
	},
}

// albTypes are the first fields: how the request came.
var albTypes = map[string]bool{"http": true, "https": true, "h2": true, "grpcs": true, "ws": true, "wss": true}

// Fields of a line, by number.
const (
	albType     = 0
	albTime     = 1
	albClient   = 3
	albFirst    = 5 // of the three processing times
	albStatus   = 8
	albRequest  = 12
	albAgent    = 13
	albDomain   = 18
	albCreation = 21
	albMost     = 64 // fields that are looked at
)

// albParts are the fields that are read as they are.
var albParts = [...]struct {
	field int
	part  part
}{{albClient, partAddr}, {albStatus, partStatus}, {albAgent, partAgent}, {albDomain, partHost}}

// albField is a field without its quotes, and its offset.
type albField struct {
	text []byte
	at   int
}

// albFields splits a line; whole says that no quote is left open.
func albFields(line []byte) (all []albField, whole bool) {
	all = make([]albField, 0, albMost)
	for at := 0; at < len(line) && len(all) < albMost; {
		switch line[at] {
		case ' ':
			at++
		case '"':
			n := closing(line[at+1:])
			if n < 0 {
				return all, false
			}
			all = append(all, albField{line[at+1 : at+1+n], at + 1})
			at += n + 2
		default:
			n := bytes.IndexByte(line[at:], ' ')
			if n < 0 {
				n = len(line) - at
			}
			all = append(all, albField{line[at : at+n], at})
			at += n
		}
	}
	return all, true
}

// albEntry reads a line.
func albEntry(l *filler, line []byte, e *Entry) error {
	all, whole := albFields(line)
	switch {
	case len(all) > 0 && !albTypes[string(all[albType].text)]:
		return damaged(0, "want a type such as https first, got %s", quoted(all[albType].text))
	case len(all) <= albAgent || !whole && len(all) <= albCreation:
		return damaged(len(line), "the line is cut short: it has %d fields, want 22 or more", len(all))
	}
	var f fields
	for _, is := range albParts {
		if is.field < len(all) && !absent(all[is.field].text) {
			f.set(is.part, unescape(all[is.field].text), all[is.field].at)
		}
	}
	// The load balancer writes "- http://host:80- " for what was no request.
	request := unescape(bytes.TrimSpace(all[albRequest].text))
	if bytes.HasPrefix(request, []byte("- ")) {
		return Foreign("connections without a request")
	}
	f.set(partRequest, request, all[albRequest].at)

	took, known := 0., true
	for i, field := range all[albFirst : albFirst+3] {
		s, err := strconv.ParseFloat(string(field.text), 64)
		if err != nil {
			return damaged(field.at, "processing time %d: want seconds, got %s", i+1, quoted(field.text))
		}
		known = known && s >= 0 // -1 is a target that did not answer
		took += max(s, 0)
	}
	if known {
		f.set(partLatencyS, fmt.Appendf(nil, "%.6f", took), all[albFirst].at)
	}
	f.set(partEnd, all[albTime].text, all[albTime].at)
	if len(all) > albCreation && !absent(all[albCreation].text) {
		f.set(partTime, all[albCreation].text, all[albCreation].at)
	}
	return l.fill(&f, e)
}
