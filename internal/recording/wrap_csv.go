package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// insightsCSV are results of CloudWatch Logs Insights as its console saves them: CSV
// with a header that names @message. A row may have several lines, within quotes.
//
// A row whose quotes do not end takes no others with it: where a line begins a row of
// its own, the row before is damaged.
var insightsCSV = wrapper{
	name: "results of CloudWatch Logs Insights (CSV)",
	claims: func(head []byte) bool {
		return messageColumn(firstLine(head)) >= 0
	},
	open: func(in *bufio.Reader) source { return &csvSource{lines: newPhysical(in, nil)} },
}

// messageColumn is which column of a header is the message, -1 if none is.
func messageColumn(header []byte) int {
	cells, ok := csvRow(string(header))
	if ok {
		for i, cell := range cells {
			if cell == "@message" {
				return i
			}
		}
	}
	return -1
}

// csvSource finds the messages of a table.
type csvSource struct {
	lines   *physical
	started bool
	message int // which columns are what
	time    int
	columns int

	ahead []line // lines that were read while a row did not end, the first of them not used
	texts []string
}

// next implements source.
func (c *csvSource) next() (line, error) {
	if !c.started {
		c.started = true
		l, err := c.lines.next()
		if err != nil {
			return l, err
		}
		c.message, c.time = messageColumn(l.text), -1
		cells, _ := csvRow(string(l.text))
		c.columns = len(cells)
		for i, cell := range cells {
			if cell == "@timestamp" {
				c.time = i
			}
		}
		if c.message < 0 {
			return line{n: l.n, err: &Damage{Text: "want a header that names @message"}}, nil
		}
	}
	first, text, err := c.take()
	if err != nil || first.err != nil {
		return first, err
	}
	row, open := text, strings.Count(text, `"`)%2 == 1
	var later []line
	var laterTexts []string
	for {
		if !open {
			if cells, ok := csvRow(row); ok && len(cells) == c.columns {
				return c.line(first, cells), nil
			}
			break // it ends, and is no row
		}
		if len(later) == mostLines || len(row) > maxLine {
			break
		}
		l, text, err := c.take()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return l, err
		}
		later, laterTexts = append(later, l), append(laterTexts, text)
		if l.err != nil || c.isRow(text) {
			break
		}
		row += "\n" + text
		open = open != (strings.Count(text, `"`)%2 == 1)
	}
	c.ahead, c.texts = append(later, c.ahead...), append(laterTexts, c.texts...)
	//nolint:nilerr // the line carries its error
	return line{n: first.n, err: &Damage{Text: "CSV: the row has not as many cells as the header, or its quotes do not end"}}, nil
}

// mostLines is how many lines a row may have.
const mostLines = 32

// isRow reports whether a line is a row of its own.
func (c *csvSource) isRow(text string) bool {
	if c.time < 0 {
		return false
	}
	cells, ok := csvRow(text)
	return ok && len(cells) == c.columns && isNoted(cells[c.time])
}

// isNoted reports whether a text is a time.
func isNoted(s string) bool {
	_, ok := noted([]byte(s))
	return ok
}

// take is the next line, read before or now, with its text.
func (c *csvSource) take() (line, string, error) {
	if len(c.ahead) > 0 {
		l, text := c.ahead[0], c.texts[0]
		c.ahead, c.texts = c.ahead[1:], c.texts[1:]
		return l, text, nil
	}
	l, err := c.lines.next()
	return l, string(l.text), err
}

// line is a row's message.
func (c *csvSource) line(first line, cells []string) line {
	text := strings.TrimRight(cells[c.message], "\r\n")
	l := line{text: []byte(text), n: first.n}
	if c.time >= 0 {
		l.noted, _ = noted([]byte(cells[c.time]))
	}
	return l
}

// csvRow splits a row into cells as RFC 4180 has it, and reports whether its quotes end.
func csvRow(row string) (cells []string, ends bool) {
	for {
		if !strings.HasPrefix(row, `"`) {
			cell, rest, more := strings.Cut(row, ",")
			cells = append(cells, cell)
			if row = rest; !more {
				return cells, true
			}
			continue
		}
		var cell bytes.Buffer
		row = row[1:]
		for {
			i := strings.IndexByte(row, '"')
			if i < 0 {
				return cells, false
			}
			cell.WriteString(row[:i])
			row = row[i+1:]
			if !strings.HasPrefix(row, `"`) {
				break
			}
			cell.WriteByte('"')
			row = row[1:]
		}
		cells = append(cells, cell.String())
		if row == "" {
			return cells, true
		}
		if row[0] != ',' {
			return nil, true // not CSV
		}
		row = row[1:]
	}
}
