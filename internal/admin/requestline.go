package admin

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"tenement/internal/throttle"
	"tenement/internal/words"
)

// append appends a request as JSON. Texts that clients chose hold no secrets: package
// imds took them out.
func (s *seen) append(b []byte) []byte {
	b = appendTime(b, s.host, s.At)
	b = strconv.AppendUint(append(b, `,"seq":`...), s.seq, 10)
	b = appendText(b, "outcome", s.Outcome.String())
	if s.Status != 0 {
		b = strconv.AppendInt(append(b, `,"status":`...), int64(s.Status), 10)
	}
	if s.Reason != "" {
		b = appendText(b, "reason", s.Reason)
	}
	b = appendText(b, "method", s.Method)
	b = appendText(b, "path", s.Path)
	b = appendText(b, "route", routeName(routeNumber(s.Route)))
	b = appendText(b, "source", address(s.Source))
	b = appendText(b, "agent", s.Agent)
	b = strconv.AppendBool(append(b, `,"token":`...), s.Token)
	if s.Task != nil {
		b = appendText(b, "group", s.Task.Group)
		b = strconv.AppendInt(append(b, `,"task":`...), int64(s.Task.Index), 10)
	}
	if s.Took > 0 {
		b = appendSeconds(append(b, `,"took_s":`...), s.Took)
	}
	if s.limit != "" {
		b = appendText(b, "limit", s.limit)
	}
	if s.Fault != throttle.NoFault {
		b = appendText(b, "fault", s.FaultName)
		b = appendText(b, "kind", s.Fault.String())
	}
	return append(b, '}')
}

// append appends an event as JSON.
func (e *event) append(b []byte) []byte {
	b = appendTime(b, e.host, e.at)
	b = appendText(b, "event", e.what)
	b = strconv.AppendUint(append(b, `,"after":`...), e.after, 10)
	return append(b, '}')
}

// appendTime begins an object with an instant of a host's run.
func appendTime(b []byte, h *host, at time.Duration) []byte {
	b = append(b, `{"time":"`...)
	b = appendInstant(b, h.began.Add(at).UTC())
	b = appendSeconds(append(b, `","at_s":`...), at)
	b = strconv.AppendInt(append(b, `,"host":`...), int64(h.number), 10)
	return appendText(b, "service", h.service.String())
}

// appendInstant appends an instant of UTC to the nanosecond. AppendFormat takes three
// times as long, which is a large part of a line.
func appendInstant(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = append(appendDigits(b, year, 4), '-')
	b = append(appendDigits(b, int(month), 2), '-')
	b = append(appendDigits(b, day, 2), 'T')
	b = append(appendDigits(b, hour, 2), ':')
	b = append(appendDigits(b, minute, 2), ':')
	b = append(appendDigits(b, second, 2), '.')
	return append(appendDigits(b, t.Nanosecond(), 9), 'Z')
}

// appendDigits appends a number with so many digits.
func appendDigits(b []byte, n, digits int) []byte {
	from := len(b)
	b = append(b, "000000000"[:digits]...)
	for i := len(b) - 1; i >= from; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// appendSeconds appends a duration in seconds, rounded to the microsecond.
func appendSeconds(b []byte, d time.Duration) []byte {
	us := int64(math.Round(float64(d) / 1000))
	b = strconv.AppendInt(b, us/1e6, 10)
	fraction := us % 1e6
	if fraction == 0 {
		return b
	}
	b = append(b, '.')
	for unit := int64(1e5); fraction > 0; unit /= 10 {
		b = append(b, byte('0'+fraction/unit))
		fraction %= unit
	}
	return b
}

// appendText appends a member whose value is a text.
func appendText(b []byte, name, text string) []byte {
	b = append(append(append(b, ',', '"'), name...), `":`...)
	if isPlain(text) {
		return append(append(append(b, '"'), text...), '"')
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		quoted = []byte(`""`) // cannot happen: a text can be encoded
	}
	return append(b, words.VisibleJSON(quoted)...)
}

// isPlain reports whether a text is the same in JSON, between quotes.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}
