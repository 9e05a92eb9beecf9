package imds

import (
	"slices"
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
	if _, there := streams[name]; !grouped || there {
		return grouped, false
	}
	if g.streams < maxLogStreams {
		g.streams++
		streams[name] = struct{}{}
	}
	return true, true
}

// names are the groups whose names begin with a prefix, in their order.
func (g *logGroups) names(prefix string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := []string{}
	for name := range g.groups {
		if strings.HasPrefix(name, prefix) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// createLogGroup makes a group. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, CreateLogGroup.
func (s *jsonAPI) createLogGroup(_ *question, in *input) reply {
	name := in.text("logGroupName")
	if p, wrong := s.wrongName("logGroupName", name); wrong {
		return p
	}
	if s.logs != nil && !s.logs.addGroup(name) {
		return s.wrong("ResourceAlreadyExistsException", "The specified log group already exists")
	}
	return s.give(nil)
}

// createLogStream makes a stream. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, CreateLogStream; the messages are in
// reports of users ("The specified log group does not exist.").
func (s *jsonAPI) createLogStream(_ *question, in *input) reply {
	group, name := in.text("logGroupName"), in.text("logStreamName")
	if p, wrong := s.wrongName("logGroupName", group); wrong {
		return p
	}
	if p, wrong := s.wrongName("logStreamName", name); wrong {
		return p
	}
	if s.logs == nil {
		return s.give(nil)
	}
	switch grouped, added := s.logs.addStream(group, name); {
	case !grouped:
		return s.wrong("ResourceNotFoundException", "The specified log group does not exist.")
	case !added:
		return s.wrong("ResourceAlreadyExistsException", "The specified log stream already exists")
	}
	return s.give(nil)
}

// mostGroups is how many groups an answer lists.
// Source: Amazon CloudWatch Logs API Reference, DescribeLogGroups: up to 50.
const mostGroups = 50

// describeLogGroups lists groups.
func (s *jsonAPI) describeLogGroups(_ *question, in *input) reply {
	prefix := in.text("logGroupNamePrefix")
	var names []string
	switch {
	case s.logs != nil:
		names = s.logs.names(prefix)
	case prefix != "":
		names = []string{prefix} // every group is there: that of the name too
	}
	groups := []any{}
	names = names[:min(len(names), mostGroups)]
	for _, name := range names {
		groups = append(groups, map[string]any{
			"arn": s.place.arn("logs", "log-group:"+name+":*"), "creationTime": s.began.UnixMilli(), "logGroupName": name,
			"metricFilterCount": 0, "storedBytes": 0,
		})
	}
	return s.give(map[string]any{"logGroups": groups})
}

// longestName is how long the names of groups and streams can be, in bytes here.
// Source: Amazon CloudWatch Logs API Reference, CreateLogStream: 512 characters.
const longestName = 512

// wrongName is the answer to a request whose member is no name, and whether it is none.
// Source: the form of messages of AWS services that users report ("1 validation error
// detected: Value null at '...' failed to satisfy constraint: Member must not be null").
func (s *jsonAPI) wrongName(member, name string) (reply, bool) {
	switch {
	case name == "":
		return s.wrong("InvalidParameterException", "1 validation error detected: Value null at '"+member+
			"' failed to satisfy constraint: Member must not be null"), true
	case len(name) > longestName:
		return s.wrong("InvalidParameterException", "1 validation error detected: Value at '"+member+
			"' failed to satisfy constraint: Member must have length less than or equal to 512"), true
	}
	return reply{}, false
}
