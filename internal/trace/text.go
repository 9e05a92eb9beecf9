package trace

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// headerTexts finds the JSON of headers, worked out once for each map, because events
// share the maps of equal headers. It holds on to a map, so that no other can take
// its address.
type headerTexts map[uintptr]headerText

type headerText struct {
	headers map[string]string
	text    string
}

// of is the headers as JSON, in order of their names.
func (t headerTexts) of(headers map[string]string) (string, error) {
	at := reflect.ValueOf(headers).Pointer()
	if known, ok := t[at]; ok {
		return known.text, nil
	}
	var b []byte
	for i, name := range slices.Sorted(maps.Keys(headers)) {
		if err := checkHeader(name, headers[name]); err != nil {
			return "", err
		}
		b = append(b, "{,"[min(i, 1)])
		b = appendText(b, name)
		b = appendText(append(b, ':'), headers[name])
	}
	b = append(b, '}')
	if len(t) >= mostSeen {
		clear(t)
	}
	t[at] = headerText{headers, string(b)}
	return string(b), nil
}

// appendText appends a JSON string. It does not escape & < >, which paths with a
// query have.
func appendText(b []byte, s string) []byte {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			plain = false
			break
		}
	}
	if plain {
		return append(append(append(b, '"'), s...), '"')
	}
	var quoted bytes.Buffer
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return append(b, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}
