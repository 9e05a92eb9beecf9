package imds

import (
	"strconv"
	"strings"
	"sync"
)

// maxLogStreams bounds how many groups and streams a server remembers.
const maxLogStreams = 1 << 16

// logGroups is which log groups and streams there are. It is safe for concurrent use.
type logGroups struct {
	first []string // the groups that are there from the beginning

	mu      sync.Mutex // guards what follows
	groups  map[string]map[string]struct{}
	streams int
}

func newLogGroups(first []string) *logGroups {
	g := &logGroups{first: first}
	g.reset()
	return g
}

// reset forgets what was made.
func (g *logGroups) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.groups, g.streams = make(map[string]map[string]struct{}), 0
	for _, name := range g.first {
		g.groups[name] = make(map[string]struct{})
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
		g.groups[name] = make(map[string]struct{})
	}
	return true
}

// addStream makes a stream, and reports whether there is its group, and whether it is
// new.
func (g *logGroups) addStream(group, name string) (grouped, added bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	streams, grouped := g.groups[group]
	if _, there := streams[name]; there || !grouped && !g.full() {
		return grouped, false
	}
	if grouped && g.streams < maxLogStreams {
		g.streams++
		streams[name] = struct{}{}
	}
	return true, true
}

// has reports whether there is a group, and a stream in it.
func (g *logGroups) has(group, name string) (grouped, there bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	streams, grouped := g.groups[group]
	_, there = streams[name]
	return grouped || g.full(), there || g.streams >= maxLogStreams || !grouped && g.full()
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

// noGroup is the answer to a request for what is in a group that is not there.
func (s *jsonAPI) noGroup() reply {
	return s.wrong("ResourceNotFoundException", "The specified log group does not exist.")
}

// createLogGroup makes a group. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, CreateLogGroup.
func (s *jsonAPI) createLogGroup(_ *question, in *input) reply {
	name := in.text("logGroupName")
	if p, wrong := s.wrongName("logGroupName", name, logGroupNames); wrong {
		return p
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
// Source: Amazon CloudWatch Logs API Reference, CreateLogStream; the messages are in
// reports of users ("The specified log group does not exist.").
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

// mostGroups is how many groups an answer lists.
// Source: Amazon CloudWatch Logs API Reference, DescribeLogGroups: up to 50.
const mostGroups = 50

// describeLogGroups lists groups, by the beginning of their names or by a part of them.
// Without a list of groups there is the one that is named.
// Source: Amazon CloudWatch Logs API Reference, DescribeLogGroups and LogGroup: its order,
// its tokens, and which members the answer to a pattern has. The messages are from memory.
func (s *jsonAPI) describeLogGroups(_ *question, in *input) reply {
	prefix, part := in.text("logGroupNamePrefix"), in.text("logGroupNamePattern")
	shown, wrong, ok := in.listing("limit", "nextToken", mostGroups)
	switch {
	case prefix != "" && part != "":
		return s.wrong(s.details.invalid, "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	case wrong != "":
		return s.unfit("Value", "limit", wrong)
	case !ok:
		return s.wrong(s.details.invalid, "The specified nextToken is invalid.")
	case s.logs != nil:
		s.logs.list(shown, prefix, part)
	case prefix+part != "":
		shown.add(prefix + part)
	}
	names, next := shown.end()
	groups := []any{}
	for _, name := range names {
		arn := s.place.arn("logs", "log-group:"+name)
		group := map[string]any{"arn": arn + ":*", "creationTime": s.began.UnixMilli(), "logGroupName": name}
		if part == "" {
			group["logGroupArn"], group["logGroupClass"], group["metricFilterCount"], group["storedBytes"] = arn, "STANDARD", 0, 0
		}
		groups = append(groups, group)
	}
	answer := map[string]any{"logGroups": groups}
	if next != "" {
		answer["nextToken"] = next
	}
	return s.give(answer)
}

// wrongName is the answer to a request whose member is no name, and whether it is none.
func (s *jsonAPI) wrongName(member, name string, allowed *names) (reply, bool) {
	value, constraint := "Value", "satisfy regular expression pattern: "+allowed.pattern
	switch {
	case allowed.fit(name):
		return reply{}, false
	case name == "":
		value, constraint = "Value null", "not be null"
	case len(name) > allowed.most:
		constraint = "have length less than or equal to " + strconv.Itoa(allowed.most)
	}
	return s.unfit(value, member, constraint), true
}
