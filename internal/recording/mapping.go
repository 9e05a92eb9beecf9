package recording

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
)

// mapping says which fields of a recording say what of a request: KEY=FIELD, parted
// by commas. Of several fields, parted by |, the first that a record has is read.
//
//	end=ts,path=request.uri,status=status,latency_s=duration
type mapping []mapped

// mapped is one part, and the names of the fields that may hold it.
type mapped struct {
	part   part
	fields []string
}

// keys are the keys of a mapping, which users write. A path is with its query, where
// the recording has that at all, a uri without; a latency without unit in its key has
// it in the value.
var keys = []struct {
	name string
	part part
}{
	{"time", partTime}, {"end", partEnd}, {"request", partRequest}, {"method", partMethod},
	{"path", partPath}, {"uri", partURI}, {"query", partQuery}, {"status", partStatus},
	{"latency", partLatency}, {"latency_s", partLatencyS}, {"latency_ms", partLatencyMS},
	{"latency_us", partLatencyUS}, {"latency_ns", partLatencyNS},
	{"addr", partAddr}, {"forwarded", partForwarded}, {"agent", partAgent}, {"host", partHost},
	{"authorization", partAuth}, {"task", partTask}, {"instance", partInstance}, {"id", partID},
}

// parseMapping reads a mapping. It needs a time and a path.
func parseMapping(text string) (mapping, error) {
	var m mapping
	for one := range strings.SplitSeq(text, ",") {
		key, names, ok := strings.Cut(one, "=")
		if !ok || names == "" {
			return nil, fmt.Errorf("layout: want KEY=FIELD, as in time=ts,path=req.url, got %q", words.Shortened(one, 60))
		}
		p := partOf(strings.TrimSpace(key))
		if p == parts {
			return nil, fmt.Errorf("layout: unknown key %q; known: %s", words.Shortened(key, 60), strings.Join(keyNames(), ", "))
		}
		if m.has(p) {
			return nil, fmt.Errorf("layout: %s is given twice", key)
		}
		m = append(m, mapped{p, strings.Split(strings.TrimSpace(names), "|")})
	}
	return m, m.complete()
}

// complete checks that a mapping has a time and a path.
func (m mapping) complete() error {
	if !m.has(partTime) && !m.has(partEnd) {
		return errors.New("layout: want time=FIELD, when a request began, or end=FIELD, when it was answered")
	}
	if !m.has(partPath) && !m.has(partURI) && !m.has(partRequest) {
		return errors.New("layout: want path=FIELD, uri=FIELD (without a query) or request=FIELD (as in GET / HTTP/1.1)")
	}
	return nil
}

// partOf is the part of a key; parts is none.
func partOf(key string) part {
	for _, k := range keys {
		if k.name == key {
			return k.part
		}
	}
	return parts
}

// keyNames are the names of all keys.
func keyNames() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

// has reports whether the mapping has a part.
func (m mapping) has(p part) bool {
	return slices.ContainsFunc(m, func(one mapped) bool { return one.part == p })
}

// queries reports whether the mapped paths have their queries.
func (m mapping) queries() bool { return m.has(partPath) || m.has(partRequest) || m.has(partQuery) }
