// Package spool keeps records of a fixed size that are written once and read many
// times: in memory while they are few, then in a temporary file. So what is read
// again and again costs no memory that grows with its length.
package spool

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// inMemory is how many bytes are kept in memory before there is a file.
const inMemory = 4 << 20

// ErrFile is in each error of the temporary file: of the folder or the disk, and not of
// what is kept.
var ErrFile = errors.New("temporary file")

// Spool is a list of records. Append to it first, then read it; readers may work at
// the same time. Close removes its file.
type Spool struct {
	size   int
	n      int64
	memory []byte
	file   *os.File
	// unnamed says that the file has no name any more.
	unnamed bool
	out     *bufio.Writer
}

// New is an empty spool of records of so many bytes.
func New(size int) *Spool { return &Spool{size: size} }

// Len is the number of records.
func (s *Spool) Len() int64 { return s.n }

// Append adds a record. An error is the file system's, of the temporary folder.
func (s *Spool) Append(record []byte) error {
	if len(record) != s.size {
		panic("spool: a record of another size")
	}
	if s.file == nil && len(s.memory)+s.size > inMemory {
		if err := s.spill(); err != nil {
			return fmt.Errorf("%w: %w", ErrFile, err)
		}
	}
	s.n++
	if s.file == nil {
		s.memory = append(s.memory, record...)
		return nil
	}
	if _, err := s.out.Write(record); err != nil {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	return nil
}

// spill moves the records to a file.
func (s *Spool) spill() (err error) {
	if s.file, err = os.CreateTemp("", "tenement-*.spool"); err != nil {
		return err
	}
	// Where a file may go while it is open, it does, so that nothing is left behind
	// however the program ends.
	s.unnamed = os.Remove(s.file.Name()) == nil
	s.out = bufio.NewWriterSize(s.file, 1<<16)
	_, err = s.out.Write(s.memory)
	s.memory = nil
	return err
}

// Done ends the appending: what is read afterwards is complete.
func (s *Spool) Done() error {
	if s.file == nil {
		return nil
	}
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	return nil
}

// Close frees what the spool holds. Readers must not be used any more.
func (s *Spool) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.unnamed {
		return err
	}
	return errors.Join(err, os.Remove(s.file.Name()))
}

// Reader reads records in order.
type Reader struct {
	in     *bufio.Reader
	record []byte
}

// From reads from the record with that index, counted from 0.
func (s *Spool) From(index int64) *Reader {
	at := index * int64(s.size)
	var r io.Reader
	if s.file == nil {
		r = bytes.NewReader(s.memory[at:])
	} else {
		r = io.NewSectionReader(s.file, at, s.n*int64(s.size)-at)
	}
	return &Reader{in: bufio.NewReaderSize(r, max(4096, s.size)), record: make([]byte, s.size)}
}

// Next is the next record, valid until the following call; io.EOF ends them.
func (r *Reader) Next() ([]byte, error) {
	if _, err := io.ReadFull(r.in, r.record); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return r.record, nil
}
