package recording

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/words"
)

// csvFormat is a file with a request a row: CSV, or with another separator than the
// comma. The layout says what the columns are, by their names in the first row or by
// their numbers from 1:
//
//	time=timestamp,path=url,status=code,latency_ms=elapsed
//	time=1,path=4
//
// A file whose first row has the keys of a layout as names needs none.
var csvFormat = Format{
	Name:   "csv",
	layout: true,
	Doc:    "a request a row, whose columns --layout names, as in time=1,path=4",
	Sniff: func(head []byte) bool {
		r := newRows(bytes.NewReader(head))
		cells, _, err := r.next()
		if err != nil || len(cells) < 2 {
			return false
		}
		m := headerMapping(cells)
		return m.complete() == nil
	},
	Records: func(o Options, r io.Reader) (RecordDecoder, error) {
		c := csvDecoder{rows: newRows(r)}
		if o.Layout != "" {
			m, err := parseMapping(o.Layout)
			if err != nil {
				return nil, err
			}
			c.mapping = m
		}
		return c.record, nil
	},
}

// csvDecoder reads the rows of one file.
type csvDecoder struct {
	rows    *rows
	mapping mapping
	columns [parts]int // counted from 1; 0 is none
	begun   bool
	filler  *filler
}

// record reads the next row.
func (c *csvDecoder) record(e *Entry) (int, error) {
	cells, line, err := c.rows.next()
	if err != nil {
		return line, err
	}
	if !c.begun {
		c.begun = true
		if err := c.begin(cells); err != nil {
			return line, err
		}
	}
	var f fields
	for p, column := range c.columns {
		if column > len(cells) {
			return line, &Damage{Text: fmt.Sprintf("the line is cut short: it has %s, want %d or more", words.Plural(uint64(len(cells)), "column", "columns"), slices.Max(c.columns[:]))}
		}
		if column > 0 {
			f.set(part(p), cells[column-1], -1)
		}
	}
	return line, c.filler.fill(&f, e)
}

// begin finds the columns by the first row. It is Foreign where that row is a header.
func (c *csvDecoder) begin(first [][]byte) error {
	if c.mapping == nil {
		c.mapping = headerMapping(first)
		if c.mapping.complete() != nil {
			return fmt.Errorf("line %d: the first row names no columns that are known: say what they are in a layout, as in time=1,path=4; columns: %s", c.rows.line, listed(first))
		}
	}
	c.filler = newFiller(c.mapping.queries())
	header := false
	for _, one := range c.mapping {
		for _, name := range one.fields {
			if n, err := strconv.Atoi(name); err == nil && n > 0 && n <= mostRowFields {
				c.columns[one.part] = n
				break
			}
			if i := slices.IndexFunc(first, func(cell []byte) bool { return columnName(cell) == name }); i >= 0 {
				c.columns[one.part], header = i+1, true
				break
			}
		}
		if c.columns[one.part] == 0 {
			return fmt.Errorf("line %d: the first row has no column %q; columns: %s", c.rows.line, strings.Join(one.fields, "|"), listed(first))
		}
	}
	if header || c.headed(first) {
		return Foreign("csv: names of columns")
	}
	return nil
}

// headed reports whether the column of times has none in the first row.
func (c *csvDecoder) headed(first [][]byte) bool {
	column := max(c.columns[partTime], c.columns[partEnd])
	if column > len(first) {
		return false
	}
	_, _, ok := instant(first[column-1])
	return !ok
}

// headerMapping is the mapping of columns that are named like keys.
func headerMapping(cells [][]byte) mapping {
	var m mapping
	for _, cell := range cells {
		name := columnName(cell)
		if p := partOf(name); p != parts && !m.has(p) {
			m = append(m, mapped{p, []string{name}})
		}
	}
	return m
}

// columnName is a name without spaces around it, and without a byte order mark.
func columnName(cell []byte) string {
	return strings.TrimSpace(strings.TrimPrefix(string(cell), "\uFEFF"))
}

// listed is the names of the columns, for errors.
func listed(cells [][]byte) string {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(columnName(cell))
		if b.Len() > 200 {
			break
		}
	}
	return words.Visible(words.Shortened(b.String(), 200))
}
