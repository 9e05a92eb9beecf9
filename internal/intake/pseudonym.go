package intake

import (
	"fmt"
	"net/netip"
	"strings"

	"tenement/internal/recording"
)

// pseudonyms replaces what tells whose a recording is: ARNs, addresses, names of
// tasks, roles and clusters, and IDs. The same text has the same pseudonym throughout
// an import; a part that two texts share, such as the ID of a task that its endpoint ID
// begins with, is the same in both. They are numbered as they come, so that nothing of
// the originals is in them.
type pseudonyms struct {
	addrs, runs, names      map[string]string
	tasks, paths, instances map[string]string // whole texts
}

func newPseudonyms() *pseudonyms {
	return &pseudonyms{
		addrs: make(map[string]string), runs: make(map[string]string), names: make(map[string]string),
		tasks: make(map[string]string), paths: make(map[string]string), instances: make(map[string]string),
	}
}

// replace replaces the texts of an entry. The only header that stays is the user agent.
func (p *pseudonyms) replace(e *recording.Entry) {
	e.Addr = kept(p.addrs, e.Addr, p.addr)
	e.Task = kept(p.tasks, e.Task, p.name)
	e.Instance = kept(p.instances, e.Instance, p.name)
	e.Path = kept(p.paths, e.Path, p.path)
	if e.ID != "" {
		e.ID = p.id(e.ID)
	}
	e.Headers = nil
}

// kept is f of s, worked out once.
func kept(all map[string]string, s string, f func(string) string) string {
	if s == "" {
		return ""
	}
	if known, ok := all[s]; ok {
		return known
	}
	made := f(s)
	all[s] = made
	return made
}

// addr is another address of the same family.
func (p *pseudonyms) addr(s string) string {
	n := len(p.addrs) + 1
	if a, err := netip.ParseAddr(s); err == nil && a.Is4() {
		return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String()
	} else if err == nil {
		return netip.AddrFrom16([16]byte{0xfd, 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)}).String()
	}
	return fmt.Sprintf("host-%d", n)
}

// name is an ARN with other account, names and IDs, or another name.
func (p *pseudonyms) name(s string) string {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return p.word("name", s)
	}
	if parts[4] != "" {
		parts[4] = kept(p.runs, parts[4], func(string) string { return fmt.Sprintf("%012d", len(p.runs)+1) })
	}
	segments := strings.Split(parts[5], "/")
	for i := 1; i < len(segments); i++ { // the first is the kind
		segments[i] = p.segment(segments[i])
	}
	parts[5] = strings.Join(segments, "/")
	return strings.Join(parts, ":")
}

// segment is an ID in another one, or another name.
func (p *pseudonyms) segment(s string) string {
	if isID(s) {
		return p.id(s)
	}
	return p.word("name", s)
}

// word is a numbered name.
func (p *pseudonyms) word(kind, s string) string {
	if s == "" {
		return ""
	}
	return kept(p.names, s, func(string) string { return fmt.Sprintf("%s-%d", kind, len(p.names)+1) })
}

// isID reports whether a text is an ID by its looks: eight hexadecimal digits or more,
// one of them a decimal one, and dashes.
func isID(s string) bool {
	digits, decimal := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			decimal++
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			digits++
		case c == '-':
		default:
			return false
		}
	}
	return digits >= 8 && decimal > 0
}

// id is an ID of the same form: what stands between its dashes is replaced.
func (p *pseudonyms) id(s string) string {
	parts := strings.Split(s, "-")
	for i, part := range parts {
		parts[i] = kept(p.runs, part, func(run string) string {
			n := len(p.runs) + 1
			if strings.Trim(run, "0123456789") == "" {
				return fmt.Sprintf("%0*d", len(run), n)
			}
			if strings.Trim(run, "0123456789abcdefABCDEF") == "" {
				return fmt.Sprintf("%0*x", len(run), n)
			}
			return fmt.Sprintf("x%d", n)
		})
	}
	return strings.Join(parts, "-")
}

// path is a path whose IDs are replaced: what follows the known prefixes, what looks
// like one, and the values of the query.
func (p *pseudonyms) path(s string) string {
	path, query, asked := strings.Cut(s, "?")
	segments := strings.Split(path, "/")
	for i := range segments {
		before := ""
		if i > 0 {
			before = segments[i-1]
		}
		switch {
		case segments[i] == "":
		case i == 2 && (before == "v3" || before == "v4" || before == "api"), i == 3 && segments[1] == "v2" && before == "credentials":
			segments[i] = p.id(segments[i])
		case before == "security-credentials", before == "security-credentials-extended":
			segments[i] = p.word("role", segments[i])
		case isID(segments[i]):
			segments[i] = p.id(segments[i])
		}
	}
	path = strings.Join(segments, "/")
	if !asked {
		return path
	}
	fields := strings.Split(query, "&")
	for i, field := range fields {
		if key, value, ok := strings.Cut(field, "="); ok && value != "" {
			fields[i] = key + "=" + p.id(value)
		} else {
			fields[i] = p.id(field)
		}
	}
	return path + "?" + strings.Join(fields, "&")
}
