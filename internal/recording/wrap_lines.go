package recording

import (
	"bytes"
	"strconv"
	"time"
)

// jsonLine are collectors that write a JSON object a line, with the line as one member:
// docker's json-file driver (`log`), fluentd, Fluent Bit and FireLens (`log`),
// journald as `journalctl -o json` writes it (`MESSAGE`), CloudWatch's console and
// Filebeat (`message`, `@message`).
//
// Sources: docker docs, logging/drivers/json-file; Amazon ECS Developer Guide,
// using_firelens; systemd, systemd.journal-fields.
var jsonLine = wrapper{
	name: "JSON lines of a log collector",
	claims: func(head []byte) bool {
		if len(head) == 0 || head[0] != '{' {
			return false
		}
		all, err := members(head, nil)
		if err != nil {
			return false
		}
		_, ok := jsonMessage(all)
		return ok
	},
	peel: peelJSON,
}

// messageKeys are the members that hold a line.
var messageKeys = [...]string{"log", "MESSAGE", "message", "@message"}

// jsonMessage is the line that is one of the members, and whether one is.
func jsonMessage(all []member) ([]byte, bool) {
	for _, key := range messageKeys {
		value := valueOf(all, key)
		if s, ok := text(value); ok {
			return s, true
		}
		if s, ok := numbers(value); ok && key == "MESSAGE" {
			return s, true
		}
	}
	return nil, false
}

// numbers is a JSON array of numbers, as journalctl writes a message that is not
// UTF-8, and whether the value is one.
func numbers(value []byte) ([]byte, bool) {
	if len(value) < 2 || value[0] != '[' {
		return nil, false
	}
	var out []byte
	for field := range bytes.SplitSeq(value[1:len(value)-1], []byte(",")) {
		n, err := strconv.ParseUint(string(bytes.TrimSpace(field)), 10, 8)
		if err != nil {
			return nil, false
		}
		out = append(out, byte(n))
	}
	return out, true
}

func peelJSON(b []byte) peeled {
	all, err := members(b, make([]member, 0, 16))
	if err != nil {
		return peeled{err: err}
	}
	s, ok := jsonMessage(all)
	if !ok {
		return peeled{err: Foreign("collector: a line without a message")}
	}
	return peeled{text: s, noted: jsonTime(all), more: isDocker(all) && !bytes.HasSuffix(s, []byte("\n"))}
}

// isDocker reports whether an object is of docker's json-file driver, whose messages
// end with a line feed unless they were too long for one.
func isDocker(all []member) bool {
	_, stream := textOf(all, "stream")
	_, log := textOf(all, "log")
	return stream && log && valueOf(all, "time") != nil
}

// jsonTime is the time that a collector has for a line: of docker and others, of
// CloudWatch in milliseconds, of journald in microseconds.
func jsonTime(all []member) time.Time {
	for _, key := range [...]string{"time", "@timestamp", "timestamp"} {
		value := valueOf(all, key)
		if s, ok := text(value); ok {
			value = s
		}
		if at, ok := noted(value); ok {
			return at
		}
	}
	if us, ok := whole64(valueOf(all, "__REALTIME_TIMESTAMP")); ok {
		return time.UnixMicro(us)
	}
	return time.Time{}
}

// criLine is a container's log file on a Kubernetes node: time, stream, F or P for a
// whole line or a part of one, and the line.
// Source: Kubernetes, kubelet CRI logging.
var criLine = wrapper{
	name:   "a container's log file (CRI)",
	claims: func(head []byte) bool { _, _, _, ok := cri(firstLine(head)); return ok },
	peel: func(b []byte) peeled {
		at, rest, part, ok := cri(b)
		if !ok {
			return peeled{err: &Damage{Text: "want a time, stdout or stderr, and F or P, as in a container's log file"}}
		}
		return peeled{text: rest, noted: at, more: part}
	},
}

// cri splits a line of a container's log file.
func cri(b []byte) (at time.Time, rest []byte, part, ok bool) {
	word, rest, _ := bytes.Cut(b, []byte(" "))
	stream, rest, _ := bytes.Cut(rest, []byte(" "))
	if string(stream) != "stdout" && string(stream) != "stderr" || len(rest) < 2 || rest[1] != ' ' || rest[0] != 'F' && rest[0] != 'P' {
		return at, nil, false, false
	}
	at, ok = noted(word)
	return at, rest[2:], rest[0] == 'P', ok
}

// awsText is the output of `aws logs get-log-events` and `filter-log-events` with
// --output text: fields that are separated by tabs, the word EVENTS first. The fields
// stand in the order of their names: ingestionTime, message, timestamp; and eventId,
// ingestionTime, logStreamName, message, timestamp.
// Source: AWS CLI User Guide, cli-usage-output-format.
var awsText = wrapper{
	name:   "the AWS CLI's text output",
	claims: func(head []byte) bool { return bytes.HasPrefix(head, []byte("EVENTS\t")) },
	peel: func(b []byte) peeled {
		if !bytes.HasPrefix(b, []byte("EVENTS\t")) {
			if bytes.IndexByte(b, '\t') >= 0 || bytes.HasPrefix(b, []byte("SEARCHEDLOGSTREAMS")) || bytes.HasPrefix(b, []byte("b/")) {
				return peeled{err: Foreign("AWS CLI: what is no event")}
			}
			return peeled{text: b} // a message of several lines
		}
		b = b[len("EVENTS\t"):]
		if bytes.Count(b, []byte("\t")) < 2 {
			return peeled{err: &Damage{Text: "the line is cut short: want EVENTS and three fields at least"}}
		}
		first, rest, _ := bytes.Cut(b, []byte("\t"))
		if !digits(first) || len(first) > 15 { // an event's ID; its time and its stream follow
			_, rest, _ = bytes.Cut(rest, []byte("\t"))
			_, rest, _ = bytes.Cut(rest, []byte("\t"))
		}
		message := rest
		var at time.Time
		if i := bytes.LastIndexByte(rest, '\t'); i >= 0 {
			message = rest[:i]
			at, _ = noted(rest[i+1:])
		}
		return peeled{text: message, noted: at}
	},
}

// awsTable is the same with --output table: columns between bars. The header says
// which of them is the message; a bar within a message stays in it.
var awsTable = wrapper{
	name: "the AWS CLI's table output",
	claims: func(head []byte) bool {
		b := firstLine(head)
		return bytes.HasPrefix(b, []byte("||")) && bytes.HasSuffix(b, []byte("||")) ||
			bytes.HasPrefix(b, []byte("|+--")) || bytes.HasPrefix(b, []byte("+---")) && bytes.HasSuffix(b, []byte("-+")) ||
			bytes.HasPrefix(b, []byte("|  ")) && bytes.HasSuffix(b, []byte(" |"))
	},
	peel: func(b []byte) peeled {
		const frame = Foreign("AWS CLI: the frame of a table")
		b = bytes.TrimRight(b, " ")
		if len(b) < 2 || b[0] != '|' || b[len(b)-1] != '|' || b[1] == '+' {
			return peeled{err: frame}
		}
		cells := bytes.Split(bytes.Trim(b, "|"), []byte("|"))
		// The times stand to the left and the right of the message.
		first := 0
		for first < len(cells) && !digits(bytes.TrimSpace(cells[first])) {
			first++
		}
		last := len(cells) - 1
		for last > first && !digits(bytes.TrimSpace(cells[last])) {
			last--
		}
		if last-first < 2 {
			return peeled{err: frame}
		}
		if len(bytes.TrimSpace(cells[first])) > 15 { // an event's ID, then the time and the stream
			first += 2
		}
		if last-first < 2 {
			return peeled{err: frame}
		}
		at, _ := noted(bytes.TrimSpace(cells[last]))
		return peeled{text: bytes.TrimSpace(bytes.Join(cells[first+1:last], []byte("|"))), noted: at}
	},
}
