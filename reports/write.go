package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"tenement/internal/words"
)

// Sentences are what a report says in words. They are written beside the model for
// people who read the file, and are ignored when it is read back.
type Sentences struct {
	Assumptions []string `json:"assumptions"`
	Verdict     []string `json:"verdict"`
	Warnings    []string `json:"warnings"`
}

// Write writes a report as JSON, indented, each array of numbers on one line. It
// may be shown on a terminal.
func Write(w io.Writer, r *Report, said Sentences) error {
	for _, list := range []*[]string{&said.Assumptions, &said.Verdict, &said.Warnings} {
		if *list == nil {
			*list = []string{}
		}
	}
	return WriteJSON(w, struct {
		*Report
		Sentences
	}{r, said})
}

// WriteJSON writes a value as JSON, laid out like a report.
func WriteJSON(w io.Writer, v any) error {
	var compact bytes.Buffer
	e := json.NewEncoder(&compact)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err := w.Write(words.VisibleJSON(indent(compact.Bytes())))
	return err
}

// indent lays compact JSON out, like json.Indent, but keeps an array that holds
// neither object nor array, nor text, on one line: a series of 240 numbers is
// one line and not 240.
func indent(in []byte) []byte {
	var out bytes.Buffer
	var flat []bool // of each open bracket: is it an array kept on one line?
	newline := func() {
		out.WriteByte('\n')
		for range flat {
			out.WriteString("  ")
		}
	}
	for i := 0; i < len(in); i++ {
		switch c := in[i]; c {
		case '"':
			end := i + 1
			for in[end] != '"' {
				if in[end] == '\\' {
					end++
				}
				end++
			}
			out.Write(in[i : end+1])
			i = end
		case '{', '[':
			out.WriteByte(c)
			if i+1 < len(in) && (in[i+1] == '}' || in[i+1] == ']') {
				i++
				out.WriteByte(in[i])
				continue
			}
			flat = append(flat, c == '[' && numbers(in[i+1:]))
			if !flat[len(flat)-1] {
				newline()
			}
		case '}', ']':
			was := flat[len(flat)-1]
			flat = flat[:len(flat)-1]
			if !was {
				newline()
			}
			out.WriteByte(c)
		case ',':
			out.WriteByte(c)
			if flat[len(flat)-1] {
				out.WriteByte(' ')
			} else {
				newline()
			}
		case ':':
			out.WriteString(": ")
		case '\n':
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// numbers reports whether the array whose rest this is holds only numbers, booleans
// and nulls.
func numbers(rest []byte) bool {
	i := bytes.IndexAny(rest, `{["]`)
	return i >= 0 && rest[i] == ']'
}
