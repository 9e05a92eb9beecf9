package symptom

import "strings"

// longestPrefix bounds how far into a line its log prefix is looked for, in bytes.
const longestPrefix = 200

// prefix is how long the prefix is that a log has put in front of a line: what draws a
// frame, the name of a container, a time, a level, a stream. stamp is the time in it. A
// line that is an object of JSON or logfmt is an entry without a prefix: its keys are words
// like others.
func prefix(text string) (length int, stamp string, entry bool) {
	line := text[:min(len(text), longestPrefix)]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	rest := strings.TrimLeft(line, " \t|>#*\"'`")
	rest = strings.TrimLeft(containerName(rest), " \t")
	if strings.HasPrefix(rest, "level=") || strings.HasPrefix(rest, "time=") || object(rest, text) {
		return 0, "", true
	}
	bracket := strings.TrimLeft(rest, "[(")
	n := timestamp(bracket)
	if n == 0 {
		return len(line) - len(rest), "", false
	}
	stamp = bracket[:n]
	rest = strings.TrimLeft(bracket[n:], " \t]),:")
	for {
		word := rest
		if i := strings.IndexAny(rest, " \t"); i >= 0 {
			word = rest[:i]
		}
		if !decoration(word) {
			break
		}
		rest = strings.TrimLeft(rest[len(word):], " \t")
	}
	return len(line) - len(rest), stamp, true
}

// longestObject bounds how far into a line the keys of a log's object are looked for.
const longestObject = 4096

// object reports whether a line is an entry of a log that is written as JSON.
func object(rest, text string) bool {
	if !strings.HasPrefix(rest, `{"`) {
		return false
	}
	text = text[:min(len(text), longestObject)]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	for _, key := range []string{`"level"`, `"severity"`, `"time"`, `"ts"`, `"timestamp"`, `"@timestamp"`} {
		if strings.Contains(text, key) {
			return true
		}
	}
	return false
}

// containerName is a line without the name that docker compose puts in front of it.
func containerName(line string) string {
	i := strings.IndexFunc(line, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_.-", r)
	})
	if i <= 0 {
		return line
	}
	if rest, ok := strings.CutPrefix(strings.TrimLeft(line[i:], " "), "|"); ok {
		return rest
	}
	return line
}

// months begin the lines of syslog.
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec "

// timestamp is the length of a time with which a text begins, 0 if there is none: of
// RFC 3339 and what is like it, of syslog with its host and program, or of a clock alone.
func timestamp(text string) int {
	if len(text) > 5 && text[3] == ' ' && strings.Contains(months, text[:4]) {
		return syslog(text)
	}
	if !shaped(text, "0000-00-00") && !shaped(text, "0000/00/00") && !shaped(text, "00:00:00") {
		return 0
	}
	n := 0
	for n < len(text) && n < 40 {
		c := text[n]
		between := (c == 'T' || c == ' ') && shaped(text[n+1:], "00:00")
		if (c < '0' || c > '9') && strings.IndexByte("-:/.,+Z", c) < 0 && !between {
			break
		}
		n++
	}
	return n
}

// shaped reports whether a text begins with that, digits for its zeros.
func shaped(text, shape string) bool {
	if len(text) < len(shape) {
		return false
	}
	for i := range len(shape) {
		digit := '0' <= text[i] && text[i] <= '9'
		if digit != (shape[i] == '0') || !digit && text[i] != shape[i] {
			return false
		}
	}
	return true
}

// syslog is the length of the beginning of a line of syslog: "Nov 29 09:36:03 host
// program[1]: ".
func syslog(text string) int {
	i := strings.Index(text, ": ")
	if i < 0 || !strings.ContainsAny(text[4:5], " 0123456789") {
		return 0
	}
	return i + 1
}

// decoration reports whether a word of a log line stands for its level, its stream or
// its thread.
func decoration(word string) bool {
	name := strings.Trim(word, "[]():-")
	upper := strings.ToUpper(name)
	switch upper {
	case "STDOUT", "STDERR", "F", "P", "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "SEVERE", "UTC":
		return name == upper || name == strings.ToLower(name) // "Error:" begins a text
	}
	return len(word) > 2 && word[0] == '[' && word[len(word)-1] == ']'
}
