package trace

import (
	"bytes"
	"time"
)

// quick decodes a line in the form in which Write writes it, without spaces, whose
// texts have been checked in an earlier line. It reports false for any other line,
// which event then decodes; so it accepts nothing that event would refuse.
//
// A text as written is found among those that event kept, which are whole JSON
// strings: so what it consists of need not be looked at again.
func (d *decoder) quick(line []byte, e *Event, last time.Duration) bool {
	*e = Event{}
	if len(line) == 0 || line[0] != '{' {
		return false
	}
	var seen uint
	for i := 1; ; i++ {
		key, at := quickString(line, i)
		if at < 0 || at >= len(line) || line[at] != ':' {
			return false
		}
		i = at + 1
		bit, ok := uint(0), false
		switch string(key) {
		case `"t"`:
			bit = 1
			if e.T, i = quickNumber(line, i, secondDigits); e.T < last {
				return false
			}
			ok = true
		case `"task"`:
			bit = 2
			e.Task, i, ok = quickText(d.tasks, line, i)
		case `"method"`:
			bit = 4
			e.Method, i, ok = quickText(d.methods, line, i)
		case `"path"`:
			bit = 8
			e.Path, i, ok = quickText(d.paths, line, i)
		case `"status"`:
			bit = 16
			e.Status, i, ok = quickStatus(line, i)
		case `"lat_us"`:
			bit = 32
			e.Lat, i = quickNumber(line, i, microDigits)
			ok = true
		case `"headers"`:
			bit = 64
			var value []byte
			if value, i = quickObject(line, i); i > 0 {
				e.Headers, ok = d.headers[string(value)]
			}
		case `"addr"`:
			bit = 128
			e.Addr, i, ok = quickText(d.addrs, line, i)
			ok = ok && d.version > 1
		case `"cut"`:
			bit = 256
			i, ok = quickTrue(line, i)
			e.Cut, ok = true, ok && d.version > 1
		case `"execution"`:
			bit = 512
			i, ok = quickTrue(line, i)
			e.Execution, ok = true, ok && d.version > 1
		case `"inferred"`:
			bit = 1024
			i, ok = quickTrue(line, i)
			e.Inferred, ok = true, ok && d.version > 1
		}
		if !ok || i < 0 || i >= len(line) || seen&bit != 0 {
			return false
		}
		seen |= bit
		switch {
		case line[i] == ',':
		case line[i] == '}' && i == len(line)-1:
			const required = 1 | 2 | 4 | 8
			return seen&required == required
		default:
			return false
		}
	}
}

// quickString is what begins at i and goes to the next quote, both included, and the
// offset after it, -1 if there is none.
func quickString(line []byte, i int) ([]byte, int) {
	if i >= len(line) || line[i] != '"' {
		return nil, -1
	}
	n := bytes.IndexByte(line[i+1:], '"')
	if n < 0 {
		return nil, -1
	}
	return line[i : i+n+2], i + n + 2
}

// quickText is the text at i, if it is known, and the offset after it.
func quickText(known map[string]string, line []byte, i int) (string, int, bool) {
	value, end := quickString(line, i)
	if end < 0 {
		return "", -1, false
	}
	s, ok := known[string(value)]
	return s, end, ok
}

// quickObject is the flat object at i, and the offset after it, -1 if there is none.
func quickObject(line []byte, i int) ([]byte, int) {
	if i >= len(line) || line[i] != '{' {
		return nil, -1
	}
	inString := false
	for end := i + 1; end < len(line); end++ {
		switch c := line[end]; {
		case c == '"':
			inString = !inString
		case c == '\\':
			end++
		case c == '}' && !inString:
			return line[i : end+1], end + 1
		}
	}
	return nil, -1
}

// quickNumber is the duration at i: digits, and at most as many after a point as the
// unit has down to the nanosecond. The offset after it is -1 for any other number.
func quickNumber(line []byte, i, digits int) (time.Duration, int) {
	const most = 9 // digits before the point, far from overflow
	begin, n := i, int64(0)
	for ; i < len(line) && isDigit(line[i]); i++ {
		if i-begin == most {
			return 0, -1
		}
		n = n*10 + int64(line[i]-'0')
	}
	if i == begin || line[begin] == '0' && i > begin+1 {
		return 0, -1
	}
	fraction := 0
	if i < len(line) && line[i] == '.' {
		for i++; i < len(line) && isDigit(line[i]) && fraction < digits; i++ {
			n = n*10 + int64(line[i]-'0')
			fraction++
		}
		if fraction == 0 {
			return 0, -1
		}
	}
	for ; fraction < digits; fraction++ {
		n *= 10
	}
	if time.Duration(n) > longest {
		return 0, -1
	}
	return time.Duration(n), i
}

// quickStatus is the status code at i, and the offset after it.
func quickStatus(line []byte, i int) (status, end int, ok bool) {
	if i+3 > len(line) || line[i] < '1' || line[i] > '9' || !isDigit(line[i+1]) || !isDigit(line[i+2]) {
		return 0, -1, false
	}
	return int(line[i]-'0')*100 + int(line[i+1]-'0')*10 + int(line[i+2]-'0'), i + 3, true
}

// quickTrue reports whether a true is at i, and the offset after it.
func quickTrue(line []byte, i int) (int, bool) {
	return i + 4, bytes.HasPrefix(line[min(i, len(line)):], []byte("true"))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
