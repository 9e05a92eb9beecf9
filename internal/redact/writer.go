package redact

import (
	"bytes"
	"io"
)

// Writer takes secrets out of lines on their way to another writer: a line of
// JSON stays one. It is not safe for concurrent use.
type Writer struct {
	redactor *Redactor
	to       io.Writer
	rest     []byte // a line that has not ended
	line     []byte
}

// Writer returns a Writer to another writer.
func (r *Redactor) Writer(to io.Writer) *Writer { return &Writer{redactor: r, to: to} }

// Write implements io.Writer. All the lines that end are handed on in one Write.
func (w *Writer) Write(b []byte) (int, error) {
	end := bytes.LastIndexByte(b, '\n') + 1
	if end == 0 {
		w.rest = append(w.rest, b...)
		return len(b), nil
	}
	lines := b[:end]
	if len(w.rest) > 0 {
		w.rest = append(w.rest, lines...)
		lines = w.rest
	}
	err := w.write(lines)
	w.rest = append(w.rest[:0], b[end:]...)
	return len(b), err
}

// Flush writes what is left of a line that has not ended.
func (w *Writer) Flush() error {
	if len(w.rest) == 0 {
		return nil
	}
	defer func() { w.rest = w.rest[:0] }()
	return w.write(w.rest)
}

func (w *Writer) write(lines []byte) error {
	f := w.redactor.finder(false)
	defer f.free()
	text := string(lines)
	if spans := f.find(text); len(spans) > 0 {
		w.line = replace(w.line[:0], text, spans)
		lines = w.line
	}
	_, err := w.to.Write(lines)
	return err
}
