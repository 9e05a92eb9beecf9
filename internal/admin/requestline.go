package admin

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// lines makes the lines of the log of requests. It keeps what repeats from line to line:
// the second, and what is the same for all requests of a kind from a client. That is most of
// a line, and of what it costs. The zero value is ready to use.
type lines struct {
	second int64  // since 1970, of instant
	moment []byte // of that second, as in a line
	kinds  [64]kind
}

// kind is what requests have in common, and its part of a line.
type kind struct {
	of   common
	text []byte
}

// common is what decides the middle of a line.
type common struct {
	outcome                     imds.Outcome
	status                      int
	reason, method, path, agent string
	route                       service.Routes
	source                      netip.Addr
	token                       bool
	task                        *imds.Task
}

// request appends a request as JSON. Texts that clients chose hold no secrets: package
// imds took them out.
func (l *lines) request(b []byte, s *seen) []byte {
	b = l.time(b, s.host, s.At)
	b = strconv.AppendUint(append(b, `,"seq":`...), s.seq, 10)
	b = append(b, l.common(s)...)
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

// common is the middle of a request's line.
func (l *lines) common(s *seen) []byte {
	of := common{s.Outcome, s.Status, s.Reason, s.Method, s.Path, s.Agent, s.Route, s.Source, s.Token, s.Task}
	place := uint(s.Status) + uint(s.Route)*7
	if s.Task != nil {
		place += uint(s.Task.Index) * 31
	}
	k := &l.kinds[place%uint(len(l.kinds))]
	if k.of != of || k.text == nil {
		k.of, k.text = of, of.append(k.text[:0])
	}
	return k.text
}

// append appends the middle of a line.
func (c *common) append(b []byte) []byte {
	b = appendText(b, "outcome", c.outcome.String())
	if c.status != 0 {
		b = strconv.AppendInt(append(b, `,"status":`...), int64(c.status), 10)
	}
	if c.reason != "" {
		b = appendText(b, "reason", c.reason)
	}
	b = appendText(b, "method", c.method)
	b = appendText(b, "path", c.path)
	b = appendText(b, "route", routeName(routeNumber(c.route)))
	b = appendText(b, "source", address(c.source))
	b = appendText(b, "agent", c.agent)
	b = strconv.AppendBool(append(b, `,"token":`...), c.token)
	if c.task != nil {
		b = appendText(b, "group", c.task.Group)
		b = strconv.AppendInt(append(b, `,"task":`...), int64(c.task.Index), 10)
	}
	return b
}

// event appends an event as JSON.
func (l *lines) event(b []byte, e *event) []byte {
	b = l.time(b, e.host, e.at)
	b = appendText(b, "event", e.what)
	b = strconv.AppendUint(append(b, `,"after":`...), e.after, 10)
	return append(b, '}')
}

// time begins an object with an instant of a host's run.
func (l *lines) time(b []byte, h *host, at time.Duration) []byte {
	b = append(b, `{"time":"`...)
	now := h.began.Add(at)
	if second := now.Unix(); l.moment == nil || second != l.second {
		l.second, l.moment = second, appendSecond(l.moment[:0], now.UTC())
	}
	b = append(b, l.moment...)
	b = append(appendDigits(b, now.Nanosecond(), 9), 'Z')
	b = appendSeconds(append(b, `","at_s":`...), at)
	b = strconv.AppendInt(append(b, `,"host":`...), int64(h.number), 10)
	return appendText(b, "service", h.service.String())
}

// appendSecond appends the second of an instant of UTC, up to the point behind it.
// AppendFormat takes three times as long.
func appendSecond(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = append(appendDigits(b, year, 4), '-')
	b = append(appendDigits(b, int(month), 2), '-')
	b = append(appendDigits(b, day, 2), 'T')
	b = append(appendDigits(b, hour, 2), ':')
	b = append(appendDigits(b, minute, 2), ':')
	return append(appendDigits(b, second, 2), '.')
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
	us := int64(d.Round(time.Microsecond)) / 1000
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
