package imds

import (
	"strconv"
	"time"
)

// Bounds of a request with log events.
// Source: Amazon CloudWatch Logs API Reference, PutLogEvents.
const (
	mostEvents   = 10_000
	mostLogBytes = 1 << 20 // of its messages, with eventBytes for each
	eventBytes   = 26
	longestBatch = 24 * time.Hour
	eventTooOld  = 14 * 24 * time.Hour
	eventTooNew  = 2 * time.Hour
)

// logEvent is an event as a request has it.
type logEvent struct {
	Timestamp *int64 // Unix time in milliseconds
	Message   *string
}

// putLogEvents takes log events, and forgets them. Those that are too old or too new are no
// error, but counted in the answer.
//
// Sources: Amazon CloudWatch Logs API Reference, PutLogEvents: the constraints, that the
// sequence token is ignored, and what the answer says; nhs-england-tools/terraform-aws-opennext
// 27 (2024-06), for too much in all; aws-greengrass/aws-greengrass-log-manager 59 (2021-05),
// for more than a day. Until 2025 an event had a bound of its own, of 256 KiB (maxbanton/cwh
// 101); now that is as large as the one of all.
func (s *jsonAPI) putLogEvents(q *question, in *input) reply {
	group, name := in.text("logGroupName"), in.text("logStreamName")
	if p, wrong := s.wrongStream(group, name); wrong {
		return p
	}
	var events []logEvent
	in.decode("logEvents", &events)
	now := s.began.Add(q.now)
	if p, wrong := s.wrongEvents(events, now); wrong {
		return p
	}
	if s.logs != nil {
		switch grouped, there := s.logs.has(group, name); {
		case !grouped:
			return s.noGroup()
		case !there:
			return s.wrong("ResourceNotFoundException", "The specified log stream does not exist.")
		}
	}
	answer := map[string]any{"nextSequenceToken": sequenceToken(s.keys.Name("sequence").With(s.asked.Load()).Bits())}
	if rejected := rejectedEvents(events, now); len(rejected) > 0 {
		answer["rejectedLogEventsInfo"] = rejected
	}
	return s.give(answer)
}

// sequenceToken is a number with as many digits as the tokens in the API Reference.
func sequenceToken(bits uint64) string {
	const digits = 56
	text := strconv.FormatUint(bits, 10)
	for len(text) < digits {
		text += text
	}
	return text[:digits]
}

// wrongEvents is the answer to a request whose events as a whole are not allowed, and
// whether they are not.
func (s *jsonAPI) wrongEvents(events []logEvent, now time.Time) (p reply, wrong bool) {
	switch n := len(events); {
	case n == 0:
		return s.unfit(quoted("[]"), "logEvents", tooShort+"1"), true
	case n > mostEvents:
		return s.unfit("Value", "logEvents", tooLong+strconv.Itoa(mostEvents)), true
	}
	size := 0
	for i, e := range events {
		member := "logEvents." + strconv.Itoa(i+1) + ".member."
		switch {
		case e.Timestamp == nil:
			return s.unfit("Value null", member+"timestamp", notNull), true
		case *e.Timestamp < 0:
			return s.unfit(quoted(strconv.FormatInt(*e.Timestamp, 10)), member+"timestamp", atLeast+"0"), true
		case e.Message == nil:
			return s.unfit("Value null", member+"message", notNull), true
		case *e.Message == "":
			return s.unfit(quoted(""), member+"message", tooShort+"1"), true
		case i > 0 && *e.Timestamp < *events[i-1].Timestamp:
			return s.wrong(s.details.invalid, "Log events in a single PutLogEvents request must be in chronological order."), true
		}
		size += len(*e.Message) + eventBytes
	}
	if size > mostLogBytes {
		return s.wrong(s.details.invalid,
			"Upload too large: "+strconv.Itoa(size)+" bytes exceeds limit of "+strconv.Itoa(mostLogBytes)), true
	}
	if old, recent := acceptedEvents(events, now); recent > old &&
		*events[recent-1].Timestamp-*events[old].Timestamp > longestBatch.Milliseconds() {
		return s.wrong(s.details.invalid, "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."), true
	}
	return reply{}, false
}

// acceptedEvents are events[from:to], which are neither too old nor too new. The events are
// in the order of their time.
func acceptedEvents(events []logEvent, now time.Time) (from, to int) {
	oldest, newest := now.Add(-eventTooOld).UnixMilli(), now.Add(eventTooNew).UnixMilli()
	for from < len(events) && *events[from].Timestamp < oldest {
		from++
	}
	for to = from; to < len(events) && *events[to].Timestamp <= newest; {
		to++
	}
	return from, to
}

// rejectedEvents says which events are not accepted: before which one they are too old, and
// from which one on they are too new.
func rejectedEvents(events []logEvent, now time.Time) map[string]int {
	out := make(map[string]int)
	from, to := acceptedEvents(events, now)
	if from > 0 {
		out["tooOldLogEventEndIndex"] = from
	}
	if to < len(events) {
		out["tooNewLogEventStartIndex"] = to
	}
	return out
}
