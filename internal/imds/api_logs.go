package imds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// maxLogStreams bounds how many groups and streams a server remembers.
const maxLogStreams = 1 << 16

// logGroups is which log groups and streams there are. It is safe for concurrent use.
type logGroups struct {
	first []string // the groups that are there from the beginning

	mu      sync.Mutex // guards what follows, and what is in it
	groups  map[string]*logGroup
	streams int
}

// logGroup is what there is to know of a group.
type logGroup struct {
	streams map[string]struct{}
	days    int // for which it keeps events; 0 is for ever
}

func newLogGroup() *logGroup { return &logGroup{streams: make(map[string]struct{})} }

func newLogGroups(first []string) *logGroups {
	g := &logGroups{first: first}
	g.reset()
	return g
}

// reset forgets what was made.
func (g *logGroups) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.groups, g.streams = make(map[string]*logGroup), 0
	for _, name := range g.first {
		g.groups[name] = newLogGroup()
	}
}

// addGroup makes a group, and reports whether it is new.
func (g *logGroups) addGroup(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, there := g.groups[name]; there {
		return false
	}
	if len(g.groups) < maxLogStreams {
		g.groups[name] = newLogGroup()
	}
	return true
}

// addStream makes a stream, and reports whether there is its group, and whether it is
// new.
func (g *logGroups) addStream(group, name string) (grouped, added bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	in, grouped := g.groups[group]
	if !grouped {
		return g.full(), g.full()
	}
	if _, there := in.streams[name]; there {
		return true, false
	}
	if g.streams < maxLogStreams {
		g.streams++
		in.streams[name] = struct{}{}
	}
	return true, true
}

// has reports whether there is a group, and a stream in it.
func (g *logGroups) has(group, name string) (grouped, there bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	in, grouped := g.groups[group]
	if !grouped {
		return g.full(), g.full()
	}
	_, there = in.streams[name]
	return true, there || g.streams >= maxLogStreams
}

// keep sets for how many days a group keeps events, and reports whether there is the group.
func (g *logGroups) keep(group string, days int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	in, grouped := g.groups[group]
	if grouped {
		in.days = days
	}
	return grouped || g.full()
}

// kept is for how many days a group keeps events.
func (g *logGroups) kept(group string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if in, grouped := g.groups[group]; grouped {
		return in.days
	}
	return 0
}

// full reports whether there may be groups that the server does not remember. It needs the
// lock.
func (g *logGroups) full() bool { return len(g.groups) >= maxLogStreams }

// list adds to a page the groups whose names begin with a prefix and contain a part.
func (g *logGroups) list(p *listing, prefix, part string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for name := range g.groups {
		if strings.HasPrefix(name, prefix) && strings.Contains(name, part) {
			p.add(name)
		}
	}
}

// listStreams adds to a page the streams of a group whose names begin with a prefix, and reports
// whether there is the group.
func (g *logGroups) listStreams(p *listing, group, prefix string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	in, grouped := g.groups[group]
	if !grouped {
		return g.full()
	}
	for name := range in.streams {
		if strings.HasPrefix(name, prefix) {
			p.add(name)
		}
	}
	return true
}

// noLogGroup is what a request gets for what is in a group that is not there.
// Source: localstack/localstack 8b9a79f05, tests/aws/services/logs, recorded from AWS on
// 2026-02-03, as are all messages of this file and of api_logevents.go that name no other source.
const noLogGroup = "The specified log group does not exist."

// noGroup is the answer to such a request.
func (s *jsonAPI) noGroup() reply { return s.wrong("ResourceNotFoundException", noLogGroup) }

// reservedGroups is how names begin that are for AWS alone, in small letters.
// Source: botocore 1.44.8 data/logs, CreateLogGroup; for the message,
// aws-solutions/application-monitoring-with-amazon-cloudwatch 11 (2022-10).
const reservedGroups = "aws/"

// createLogGroup makes a group. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, CreateLogGroup.
func (s *jsonAPI) createLogGroup(_ *question, in *input) reply {
	name := in.text("logGroupName")
	if p, wrong := s.wrongName("logGroupName", name, logGroupNames); wrong {
		return p
	}
	if strings.HasPrefix(strings.ToLower(name), reservedGroups) {
		return s.wrong(s.details.invalid, "Log groups starting with AWS/ are reserved for AWS.")
	}
	if s.logs != nil && !s.logs.addGroup(name) {
		return s.wrong("ResourceAlreadyExistsException", "The specified log group already exists")
	}
	return s.give(nil)
}

// wrongStream is the answer to a request in which the name of a log group or of its stream is
// one that AWS does not allow.
func (s *jsonAPI) wrongStream(group, name string) (p reply, wrong bool) {
	if p, wrong = s.wrongName("logGroupName", group, logGroupNames); wrong {
		return p, wrong
	}
	return s.wrongName("logStreamName", name, logStreamNames)
}

// createLogStream makes a stream. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, CreateLogStream.
func (s *jsonAPI) createLogStream(_ *question, in *input) reply {
	group, name := in.text("logGroupName"), in.text("logStreamName")
	if p, wrong := s.wrongStream(group, name); wrong {
		return p
	}
	if s.logs == nil {
		return s.give(nil)
	}
	switch grouped, added := s.logs.addStream(group, name); {
	case !grouped:
		return s.noGroup()
	case !added:
		return s.wrong("ResourceAlreadyExistsException", "The specified log stream already exists")
	}
	return s.give(nil)
}

// mostGroups is how many groups or streams an answer lists.
// Source: botocore 1.44.8 data/logs, DescribeLimit: up to 50.
const mostGroups = 50

// wrongListing begins the page that a request asks for, or is the answer if there can be no such
// page.
func (s *jsonAPI) wrongListing(in *input) (shown *listing, p reply, bad bool) {
	shown, wrong, ok := in.listing("limit", "nextToken", mostGroups)
	switch {
	case wrong != "":
		return shown, s.unfit(quoted(strconv.Itoa(shown.most)), "limit", wrong), true
	case !ok:
		return shown, s.wrong(s.details.invalid, "The specified nextToken is invalid."), true
	}
	return shown, reply{}, false
}

// describeLogGroups lists groups, by the beginning of their names or by a part of them.
// Without a list of groups there is the one that is named.
// Sources: Amazon CloudWatch Logs API Reference, DescribeLogGroups: its order and its tokens;
// what localstack/localstack has recorded, for its members, of which an answer to a pattern has
// fewer.
func (s *jsonAPI) describeLogGroups(_ *question, in *input) reply {
	prefix, part := in.text("logGroupNamePrefix"), in.text("logGroupNamePattern")
	if prefix != "" && part != "" {
		return s.wrong(s.details.invalid, "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	shown, p, bad := s.wrongListing(in)
	switch {
	case bad:
		return p
	case s.logs != nil:
		s.logs.list(shown, prefix, part)
	case prefix+part != "":
		shown.add(prefix + part)
	}
	names, next := shown.end()
	groups := []any{}
	for _, name := range names {
		arn := s.groupARN(name)
		group := map[string]any{
			"arn": arn + ":*", "creationTime": s.began.UnixMilli(), "logGroupArn": arn, "logGroupClass": "STANDARD",
			"logGroupName": name, "metricFilterCount": 0,
		}
		if part == "" {
			group["deletionProtectionEnabled"], group["storedBytes"] = false, 0
		}
		if s.logs != nil {
			if days := s.logs.kept(name); days > 0 {
				group["retentionInDays"] = days
			}
		}
		groups = append(groups, group)
	}
	return s.givePage("logGroups", groups, next)
}

// givePage is an answer with a page of a list.
func (s *jsonAPI) givePage(name string, items []any, next string) reply {
	answer := map[string]any{name: items}
	if next != "" {
		answer["nextToken"] = next
	}
	return s.give(answer)
}

// groupARN is the ARN of a group.
func (s *jsonAPI) groupARN(name string) string { return s.place.arn("logs", "log-group:"+name) }

// The orders of streams.
const (
	byStreamName = "LogStreamName"
	byLastEvent  = "LastEventTime"
)

// describeLogStreams lists the streams of a group, by the beginning of their names. Loggers ask
// for it to see whether their stream is there. Events are forgotten, so by the time of the last
// one the streams have the order of their names. Without a list of groups there is the stream
// that is named.
// Sources: Amazon CloudWatch Logs API Reference, DescribeLogStreams; what localstack/localstack
// has recorded, for its members and for a group that is named twice; getmoto/moto
// tests/test_logs (verified at AWS), for an ARN that is none here. Of a request without a group,
// and of the order of the last event with a prefix, the errors are unverified.
func (s *jsonAPI) describeLogStreams(_ *question, in *input) reply {
	group, p, wrong := s.groupOf(in)
	if wrong {
		return p
	}
	prefix, order := in.text("logStreamNamePrefix"), in.text("orderBy")
	switch {
	case prefix != "" && !logStreamNames.fit(prefix):
		p, _ = s.wrongName("logStreamNamePrefix", prefix, logStreamNames)
		return p
	case order != "" && order != byStreamName && order != byLastEvent:
		return s.unfit(quoted(order), "orderBy", "satisfy enum value set: ["+byStreamName+", "+byLastEvent+"]")
	case order == byLastEvent && prefix != "":
		return s.wrong(s.details.invalid, "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	shown, p, bad := s.wrongListing(in)
	in.decode("descending", &shown.descending)
	switch {
	case bad:
		return p
	case s.logs != nil && !s.logs.listStreams(shown, group, prefix):
		return s.noGroup()
	case s.logs == nil && prefix != "":
		shown.add(prefix)
	}
	names, next := shown.end()
	streams := []any{}
	for _, name := range names {
		streams = append(streams, map[string]any{
			"arn": s.groupARN(group) + ":log-stream:" + name, "creationTime": s.began.UnixMilli(), "logStreamName": name, "storedBytes": 0,
		})
	}
	return s.givePage("logStreams", streams, next)
}

// groupOf is the name of the group that a request names by its name or its ARN.
func (s *jsonAPI) groupOf(in *input) (name string, p reply, wrong bool) {
	name, id := in.text("logGroupName"), in.text("logGroupIdentifier")
	switch {
	case name != "" && id != "":
		return "", s.wrong("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters."), true
	case id != "" && !logGroupIDs.fit(id):
		p, wrong = s.wrongName("logGroupIdentifier", id, logGroupIDs)
		return "", p, wrong
	case id != "":
		if name = id; strings.HasPrefix(id, "arn:") {
			_, name, _ = strings.Cut(id, ":log-group:")
		}
	}
	p, wrong = s.wrongName("logGroupName", name, logGroupNames)
	return name, p, wrong
}

// retentions are for how many days a group can keep events.
// Source: botocore 1.44.8 data/logs, Days.
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// putRetentionPolicy sets for how long a group keeps events. Fluent Bit asks for it where it
// makes a group. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, PutRetentionPolicy; the message of a number that
// cannot be is unverified.
func (s *jsonAPI) putRetentionPolicy(_ *question, in *input) reply {
	group := in.text("logGroupName")
	if p, wrong := s.wrongName("logGroupName", group, logGroupNames); wrong {
		return p
	}
	var days *int
	in.decode("retentionInDays", &days)
	switch {
	case days == nil:
		return s.unfit("Value null", "retentionInDays", notNull)
	case !slices.Contains(retentions, *days):
		return s.unfit(quoted(strconv.Itoa(*days)), "retentionInDays", "satisfy enum value set: "+strings.ReplaceAll(fmt.Sprint(retentions), " ", ", "))
	case s.logs != nil && !s.logs.keep(group, *days):
		return s.noGroup()
	}
	return s.give(nil)
}

// wrongName is the answer to a request whose member is no name, and whether it is none.
func (s *jsonAPI) wrongName(member, name string, allowed *names) (reply, bool) {
	switch {
	case allowed.fit(name):
		return reply{}, false
	case name == "":
		return s.unfit("Value null", member, notNull), true
	case len(name) > allowed.most:
		return s.wrong(s.details.invalid, "Invalid LogGroup or LogStream, both must have length less than or equal to "+strconv.Itoa(logGroupNames.most)+"."), true
	}
	return s.unfit("Value", member, "satisfy regular expression pattern: "+allowed.pattern), true
}
