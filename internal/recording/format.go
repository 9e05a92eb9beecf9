package recording

import (
	"errors"
	"fmt"
	"io"
)

// Format is a kind of recording. It has Lines or Records.
type Format struct {
	Name string // what a user calls it, as in --from
	Doc  string // what it is, without a full stop, for help

	layout bool // it reads Options.Layout; the others take none

	// Sniff reports whether a recording that begins with head, some KiB of text
	// whose wrapper has been peeled off, is of this format. nil is never: the format
	// has to be named. A format of Lines looks at the first line of head only: it is
	// asked about each of the first lines, for the very first may be damaged.
	Sniff func(head []byte) bool

	// Lines makes a decoder of single lines, without their ends.
	Lines func(Options) (LineDecoder, error)
	// Records makes a decoder of what is not one record a line.
	Records func(o Options, r io.Reader) (RecordDecoder, error)
}

// Options are what some formats need to be told.
type Options struct {
	// Layout is the nginx log_format, the mapping of JSON fields, the columns of a CSV
	// file or the rate of vegeta's targets, as the user wrote it.
	Layout string
}

// LineDecoder reads one line into an empty Entry. The line is valid during the call
// only: texts that are kept are copied, each distinct one once. The error is a
// Foreign, or says what is wrong with the line (a *Damage, if it knows the column).
//
// What a decoder may leave to its caller: Service, which follows from the path where
// it is zero; and At, if the lines have no times: then the time that a wrapper has is
// taken, and Ended is set.
type LineDecoder func(line []byte, e *Entry) error

// RecordDecoder reads the next record into an empty Entry, and says at which line it
// stands. io.EOF ends the recording; a Foreign or a *Damage skips one record; any
// other error means that nothing further can be read.
type RecordDecoder func(e *Entry) (line int, err error)

// Foreign is the error of a line that is sound and is about no request: another
// message of the same log. Its text is the kind, as in "agent log: other message".
type Foreign string //nolint:errname // what the line is, not that it failed

// Error implements error.
func (f Foreign) Error() string { return string(f) }

// Damage is the error of a line that cannot be read.
type Damage struct { //nolint:errname // a word of the screen and of reports
	Col  int // in bytes, from 1; 0 if it is about no column
	Text string
}

// Error implements error.
func (d *Damage) Error() string { return d.Text }

// damaged is a Damage at a byte offset of the line.
func damaged(offset int, format string, args ...any) error {
	return &Damage{Col: offset + 1, Text: fmt.Sprintf(format, args...)}
}

// IsForeign reports whether err is a Foreign, and which.
func IsForeign(err error) (kind string, ok bool) {
	var f Foreign
	ok = errors.As(err, &f)
	return string(f), ok
}

// Formats are all formats, in the order in which they are tried on a recording of
// unknown format. A new format is a file and a row here.
func Formats() []Format { return append(agents[:len(agents):len(agents)], general...) }

// agents are the formats of the programs that hand out credentials.
var agents = []Format{auditFormat, agentFormat, podIdentityFormat, mockFormat, mockRequests, kube2iamFormat}
