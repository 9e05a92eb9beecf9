package imds

import (
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

// listed are the first mostGroups groups whose names begin with a prefix, in their order.
// It sorts no more than it lists, because others wait meanwhile.
func (g *logGroups) listed(prefix string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []string
	for name := range g.groups {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if at, _ := slices.BinarySearch(all, name); at < mostGroups {
			all = slices.Insert(all[:min(len(all), mostGroups-1)], at, name)
		}
	}
	return all
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

// createLogStream makes a stream. The answer has no body.
// Source: Amazon CloudWatch Logs API Reference, CreateLogStream; the messages are in
// reports of users ("The specified log group does not exist.").
func (s *jsonAPI) createLogStream(_ *question, in *input) reply {
	group, name := in.text("logGroupName"), in.text("logStreamName")
	if p, wrong := s.wrongName("logGroupName", group, logGroupNames); wrong {
		return p
	}
	if p, wrong := s.wrongName("logStreamName", name, logStreamNames); wrong {
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
		names = s.logs.listed(prefix)
	case prefix != "":
		names = []string{prefix} // every group is there: that of the name too
	}
	groups := []any{}
	for _, name := range names {
		groups = append(groups, map[string]any{
			"arn": s.place.arn("logs", "log-group:"+name+":*"), "creationTime": s.began.UnixMilli(), "logGroupName": name,
			"metricFilterCount": 0, "storedBytes": 0,
		})
	}
	return s.give(map[string]any{"logGroups": groups})
}

// wrongName is the answer to a request whose member is no name, and whether it is none.
// Source: the form of messages of AWS services that users report ("1 validation error
// detected: Value null at '...' failed to satisfy constraint: Member must not be null",
// "... Member must satisfy regular expression pattern: [^:*]*").
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
	return s.wrong("InvalidParameterException",
		"1 validation error detected: "+value+" at '"+member+"' failed to satisfy constraint: Member must "+constraint), true
}
