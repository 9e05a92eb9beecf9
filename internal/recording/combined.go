package recording

import (
	"bytes"
	"strconv"
	"unicode"
)

// combined is the access log of Apache, nginx and many others: the NCSA common log
// format, and with referer and user agent the combined one. A virtual host in front,
// and more fields behind, are accepted.
//
//	host ident user [02/Jan/2006:15:04:05 -0700] "request" status bytes "referer" "agent"
//
// Times are whole seconds. nginx writes that of the answer, Apache that of the
// request; nothing in a line says which, so it is taken for the answer's. The log has
// no latencies, except Traefik's, which ends its lines with one in ms.
//
// Sources: Apache mod_log_config, "Common Log Format" and "Combined Log Format";
// nginx ngx_http_log_module, predefined format combined.
var combined = Format{
	Name: "combined",
	Doc:  "access log of nginx or Apache, combined or common",
	Sniff: func(head []byte) bool {
		var f fields
		if combinedFields(firstLine(head), &f) != nil {
			return false
		}
		_, _, ok := instant(f.text[partEnd])
		return ok
	},
	Lines: func(Options) (LineDecoder, error) {
		l := newFiller(true)
		return func(line []byte, e *Entry) error {
			var f fields
			if err := combinedFields(line, &f); err != nil {
				return err
			}
			return l.fill(&f, e)
		}, nil
	},
}

// combinedFields splits a line.
func combinedFields(line []byte, f *fields) error {
	const cut = "the line is cut short: "
	open := bytes.Index(line, []byte(" ["))
	if open < 0 {
		return damaged(len(line), cut+"want an address, two names and a time in brackets")
	}
	end := bytes.IndexByte(line[open:], ']')
	if end < 0 {
		return damaged(len(line), cut+"the time has no closing bracket")
	}
	if !combinedClient(line[:open], f) {
		return damaged(0, "want an address and two names before the time, got %s", quoted(line[:open]))
	}
	end += open
	f.set(partEnd, line[open+2:end], open+2)

	rest := end + 1
	request, at, ok := nextQuoted(line, rest)
	if !ok {
		return damaged(min(rest, len(line)), cut+"want a quoted request after the time")
	}
	f.set(partRequest, unescape(request), at)
	rest = at + len(request) + 1
	for i, p := range [...]part{partStatus, parts} { // status and bytes
		if rest >= len(line) || line[rest] != ' ' {
			return damaged(min(rest, len(line)), cut+"want a status and a number of bytes after the request")
		}
		word, _, _ := bytes.Cut(line[rest+1:], []byte{' '})
		if i == 0 {
			f.set(p, word, rest+1)
		} else if _, err := strconv.ParseUint(string(word), 10, 64); err != nil && !absent(word) {
			return damaged(rest+1, "want a number of bytes, got %s", quoted(word))
		}
		rest += 1 + len(word)
	}
	referer, at, ok := nextQuoted(line, rest)
	if !ok {
		return nil // the common format, or what follows it in another
	}
	agent, at, ok := nextQuoted(line, at+len(referer)+1)
	if !ok {
		return damaged(len(line), cut+"want a quoted user agent after the referer")
	}
	f.set(partAgent, unescape(agent), at)
	last := line[bytes.LastIndexByte(line, ' ')+1:]
	if n := len(last) - len("ms"); n > 0 && digits(last[:n]) && string(last[n:]) == "ms" {
		f.set(partLatency, last, len(line)-len(last)) // of Traefik
	}
	return nil
}

// combinedClient reads what stands before the time: the client's address or host name,
// perhaps after the virtual host, and two names, of which the second may have spaces.
// It is false where there is something else, such as what a collector puts in front.
func combinedClient(text []byte, f *fields) bool {
	first, rest, _ := bytes.Cut(text, []byte{' '})
	words := 1 + bytes.Count(text, []byte{' '})
	if words > 3 {
		second, _, _ := bytes.Cut(rest, []byte{' '})
		if _, ok := parseAddress(second); ok && bytes.ContainsFunc(first, wordy) {
			f.set(partHost, first, 0)
			f.set(partAddr, second, len(first)+1)
			return true
		}
		if _, ok := parseAddress(first); !ok {
			return false
		}
	}
	f.set(partAddr, first, 0)
	return words >= 3
}

// wordy reports whether a character may be in a name, unlike a bar or a dash.
func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// nextQuoted is the quoted text that follows a space at that offset, and where it
// begins.
func nextQuoted(line []byte, from int) (text []byte, at int, ok bool) {
	if from+1 >= len(line) || line[from] != ' ' || line[from+1] != '"' {
		return nil, 0, false
	}
	at = from + 2
	n := closing(line[at:])
	if n < 0 {
		return nil, 0, false
	}
	return line[at : at+n], at, true
}
