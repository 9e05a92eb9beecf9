package rundir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// castagnoli is the polynomial of the checksums.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A line is {"crc":"8 hexadecimal digits","key":…,"result":…}. The checksum is of what
// stands behind its comma, up to the end of the line.
const (
	lineHead = `{"crc":"`
	lineMid  = `",`
	bodyAt   = len(lineHead) + 8 + len(lineMid)
)

// line is what a line holds besides its checksum.
type line struct {
	Key    string          `json:"key"`
	Result json.RawMessage `json:"result"`
}

// format is a result as a line.
func format(key string, result json.RawMessage) []byte {
	text, err := json.Marshal(line{key, result})
	if err != nil {
		panic("rundir: " + err.Error()) // a string, and JSON that was made or read
	}
	body := text[1:]
	return fmt.Appendf(nil, "%s%08x%s%s\n", lineHead, crc32.Checksum(body, castagnoli), lineMid, body)
}

// parse reads a line. It reports false if the line is damaged.
func parse(text []byte) (key string, result json.RawMessage, ok bool) {
	text = bytes.TrimSuffix(text, []byte("\n"))
	if len(text) <= bodyAt {
		return "", nil, false
	}
	head, body := string(text[:bodyAt]), text[bodyAt:]
	if head != fmt.Sprintf("%s%08x%s", lineHead, crc32.Checksum(body, castagnoli), lineMid) {
		return "", nil, false
	}
	var l line
	err := json.Unmarshal(append([]byte("{"), body...), &l)
	return l.Key, l.Result, err == nil
}

// encode is a value as JSON that people can read.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// differences are the keys of two JSON objects whose values differ.
func differences(a, b []byte) ([]string, error) {
	var there, wanted map[string]json.RawMessage
	if err := json.Unmarshal(a, &there); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &wanted); err != nil {
		return nil, err
	}
	var differ []string
	for key, value := range wanted {
		if !bytes.Equal(there[key], value) {
			differ = append(differ, key)
		}
	}
	for key := range there {
		if _, ok := wanted[key]; !ok {
			differ = append(differ, key)
		}
	}
	slices.Sort(differ)
	return differ, nil
}

// usable returns ErrNotEmpty if a directory holds other files than those of a run.
func usable(path string) error {
	if _, err := os.Stat(filepath.Join(path, PlanFile)); err == nil {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		// A run that was killed while it began leaves a lock, and perhaps a temporary file.
		if name := e.Name(); name != lockFile && !strings.HasPrefix(name, "."+PlanFile+".") {
			return ErrNotEmpty
		}
	}
	return nil
}
