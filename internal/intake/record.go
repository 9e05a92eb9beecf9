package intake

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"tenement/internal/recording"
	"tenement/internal/service"
)

// record is an entry with its texts as numbers, so that all records have one size.
type record struct {
	at     int64 // nanoseconds since 1970
	lat    int64
	step   int64
	status uint16
	flags  uint8
	svc    uint8
	texts  [numTexts]uint32
}

// The texts of an entry.
const (
	methodText = iota
	pathText
	addrText
	agentText
	taskText
	instanceText
	idText
	headersText // the number of a map
	numTexts
)

// The flags of a record.
const (
	endedFlag = 1 << iota
	cutFlag
	executionFlag
	twiceFlag // another file may have it too
)

const recordSize = 3*8 + 2 + 1 + 1 + numTexts*4

// append appends the record's bytes.
func (r *record) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(r.at))
	b = binary.LittleEndian.AppendUint64(b, uint64(r.lat))
	b = binary.LittleEndian.AppendUint64(b, uint64(r.step))
	b = binary.LittleEndian.AppendUint16(b, r.status)
	b = append(b, r.flags, r.svc)
	for _, n := range r.texts {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

// read reads what append wrote.
func (r *record) read(b []byte) {
	r.at = int64(binary.LittleEndian.Uint64(b))
	r.lat = int64(binary.LittleEndian.Uint64(b[8:]))
	r.step = int64(binary.LittleEndian.Uint64(b[16:]))
	r.status = binary.LittleEndian.Uint16(b[24:])
	r.flags, r.svc = b[26], b[27]
	for i := range r.texts {
		r.texts[i] = binary.LittleEndian.Uint32(b[28+4*i:])
	}
}

// maxTexts bounds what the distinct texts of an import may take, in bytes.
const maxTexts = 512 << 20

// errTexts is the error of a recording whose texts are all different.
var errTexts = errors.New("more than 512 MiB of distinct tasks, paths and user agents")

// table numbers the distinct texts of entries. 0 is "".
type table struct {
	numbers map[string]uint32
	texts   []string
	bytes   int64
	last    record // and its texts, which the next entry often shares
	shared  [numTexts]string

	headers map[string]uint32 // by what they hold
	maps    []map[string]string
}

func newTable() *table {
	return &table{numbers: map[string]uint32{"": 0}, texts: []string{""}, headers: make(map[string]uint32), maps: []map[string]string{nil}}
}

// number is the number of a text.
func (t *table) number(s string) uint32 {
	if n, ok := t.numbers[s]; ok {
		return n
	}
	n := uint32(len(t.texts))
	t.numbers[s] = n
	t.texts = append(t.texts, s)
	t.bytes += int64(len(s)) + 64
	return n
}

// headersNumber is the number of a set of headers.
func (t *table) headersNumber(h map[string]string) uint32 {
	if len(h) == 0 {
		return 0
	}
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		key.WriteString(name + "\x00" + h[name] + "\x00")
	}
	if n, ok := t.headers[key.String()]; ok {
		return n
	}
	n := uint32(len(t.maps))
	t.headers[key.String()] = n
	t.maps = append(t.maps, h)
	t.bytes += int64(key.Len()) + 64
	return n
}

// record is an entry as a record.
func (t *table) record(e *recording.Entry) (record, error) {
	r := record{at: e.At.UnixNano(), lat: int64(e.Lat), step: int64(e.Step), status: uint16(e.Status), svc: uint8(e.Service)}
	if e.Ended {
		r.flags |= endedFlag
	}
	if e.Cut {
		r.flags |= cutFlag
	}
	if e.Execution {
		r.flags |= executionFlag
	}
	for i, s := range [...]string{e.Method, e.Path, e.Addr, e.Agent, e.Task, e.Instance, e.ID} {
		if s != t.shared[i] {
			t.shared[i] = s
			t.last.texts[i] = t.number(s)
		}
		r.texts[i] = t.last.texts[i]
	}
	r.texts[headersText] = t.headersNumber(e.Headers)
	if t.bytes > maxTexts {
		return r, errTexts
	}
	return r, nil
}

// entry is the entry of a record.
func (t *table) entry(r *record, e *recording.Entry) {
	*e = recording.Entry{
		At: time.Unix(0, r.at).UTC(), Step: time.Duration(r.step), Lat: time.Duration(r.lat), Status: int(r.status),
		Service: service.Service(r.svc),
		Ended:   r.flags&endedFlag != 0, Cut: r.flags&cutFlag != 0, Execution: r.flags&executionFlag != 0,
		Method: t.texts[r.texts[methodText]], Path: t.texts[r.texts[pathText]], Addr: t.texts[r.texts[addrText]],
		Agent: t.texts[r.texts[agentText]], Task: t.texts[r.texts[taskText]], Instance: t.texts[r.texts[instanceText]],
		ID: t.texts[r.texts[idText]], Headers: t.maps[r.texts[headersText]],
	}
}
