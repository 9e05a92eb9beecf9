package symptom

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"

	"tenement/internal/words"
)

// squeezed is the letters and digits of a text, in lower case: what is left of it when
// line breaks, escapes, quotes and the beginnings of log lines are not looked at.
type squeezed struct {
	original string
	letters  []byte
	at       []int32 // where each letter stands in the original
	begins   []bool  // of each letter: something else stands in front of it
	entries  []int32 // the letters with which an entry of a log begins, in order
}

// squeeze reads a text.
func squeeze(text string) *squeezed { return squeezeBehind("", text) }

// squeezeBehind is squeeze of a text that stands in a log behind an entry of that time; "" is
// none.
func squeezeBehind(stamp, text string) *squeezed {
	t := &squeezed{original: text}
	n := 0
	for i := range len(text) {
		if _, ok := letter(text[i]); ok {
			n++
		}
	}
	t.letters, t.at, t.begins = make([]byte, 0, n), make([]int32, 0, n), make([]bool, 0, n)
	begins := true
	for i := 0; i < len(text); {
		if i == 0 || text[i-1] == '\n' {
			end, now, entry := prefix(text[i:])
			if entry && (now == "" || now != stamp) { // lines of one time are one entry
				t.entries, stamp = append(t.entries, int32(len(t.letters))), now
			}
			if end > 0 {
				i += end
				continue
			}
		}
		if size := escape(text[i:]); size > 0 {
			begins = true
			i += size
			continue
		}
		if c, ok := letter(text[i]); ok {
			t.letters, t.at, t.begins = append(t.letters, c), append(t.at, int32(i)), append(t.begins, begins)
			begins = false
		} else {
			begins = true // also where a terminal has broken a word: phrases look at their ends alone
		}
		i++
	}
	return t
}

// letter is a letter or digit of ASCII, in lower case.
func letter(c byte) (byte, bool) {
	switch {
	case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		return c, true
	case 'A' <= c && c <= 'Z':
		return c - 'A' + 'a', true
	}
	return 0, false
}

// escape is the length of what stands for another character at the beginning of a text:
// an escape of JSON, Go or a shell, one of a terminal, or one of HTML. It is 0 if there
// is none.
func escape(text string) int {
	switch text[0] {
	case '\x1b':
		return 1 + control(text[1:])
	case '&':
		for _, name := range []string{"&quot;", "&apos;", "&amp;", "&lt;", "&gt;", "&#39;", "&#34;", "&nbsp;"} {
			if strings.HasPrefix(text, name) {
				return len(name)
			}
		}
	case '\\':
		n := 1
		for n < len(text) && text[n] == '\\' {
			n++
		}
		return n + escaped(text[n:])
	}
	return 0
}

// escaped is the length of what follows backslashes, if it is no text of its own. A line
// may have been broken in between.
func escaped(text string) int {
	broken := 0
	if strings.HasPrefix(text, "\n") {
		broken = 1
	}
	rest := text[broken:]
	var digits int
	switch {
	case rest == "":
		return 0
	case strings.IndexByte("nrtbf", rest[0]) >= 0:
		return broken + 1
	case rest[0] == 'u':
		digits = 4
	case rest[0] == 'x':
		digits = 2
	default:
		return 0
	}
	code := 0
	for i := 1; i <= digits; i++ {
		if i >= len(rest) || strings.IndexByte("0123456789abcdefABCDEF", rest[i]) < 0 {
			return 0
		}
		code = code*16 + strings.IndexByte("0123456789abcdef", rest[i]|0x20)
	}
	n := 1 + digits
	if code == '\x1b' {
		n += control(rest[n:])
	}
	return broken + n
}

// control is the length of what follows the escape character of a terminal.
func control(text string) int {
	if !strings.HasPrefix(text, "[") {
		return 0
	}
	for i := 1; i < len(text) && i < 20; i++ {
		switch c := text[i]; {
		case '@' <= c && c <= '~':
			return i + 1
		case c < ' ' || c > '?':
			return 0
		}
	}
	return 0
}

// longestExcerpt bounds how much of a text an excerpt shows, in characters.
const longestExcerpt = 400

// excerpt is what stands from one letter to another and on to the end of its line, or of
// its string in JSON, on one line.
func (t *squeezed) excerpt(start, end int) string {
	from, to := int(t.at[start]), int(t.at[end-1])+1
	rest := t.original[to:min(len(t.original), to+longestExcerpt)]
	quote := stringEnd(rest)
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 && (quote < 0 || i < quote) {
		rest, quote = rest[:i], -1
	} else if quote >= 0 {
		rest = rest[:quote]
	}
	text := t.original[from:min(to+len(rest), from+8*longestExcerpt)]
	if quote >= 0 {
		var said string
		if json.Unmarshal([]byte(`"`+text+`"`), &said) == nil {
			text = said
		}
	}
	text = words.Visible(words.Shortened(strings.Join(strings.Fields(text), " "), longestExcerpt))
	return strings.Clone(text) // a part of the original would keep all of that in memory
}

// stringEnd is where the quote stands that ends a string of JSON: the first one without a
// backslash in front of it, if a comma with another string or a bracket follows. Else the
// text is no JSON, and it is -1.
func stringEnd(text string) int {
	for i := range len(text) {
		if text[i] != '"' || i > 0 && text[i-1] == '\\' {
			continue
		}
		next := strings.TrimLeft(text[i+1:], " \t\r\n")
		after, comma := strings.CutPrefix(next, ",")
		if comma && strings.HasPrefix(strings.TrimLeft(after, " \t\r\n"), `"`) || strings.HasPrefix(next, "}") || strings.HasPrefix(next, "]") {
			return i
		}
		return -1
	}
	return -1
}

// line is the line around a letter; of a long one, what stands near the letter.
func (t *squeezed) line(letter int) string {
	at := int(t.at[letter])
	front := t.original[max(0, at-longestExcerpt):at]
	back := t.original[at:min(len(t.original), at+longestExcerpt)]
	back, _, _ = strings.Cut(back, "\n")
	return strings.TrimSpace(front[strings.LastIndexByte(front, '\n')+1:] + back)
}

// lines returns the first letter of the line on which a record starts, looked for as far back
// as its address is, and the letter behind the line on which its phrases end, or behind the
// record if that ends earlier.
func (t *squeezed) lines(r *record) (begin, end int) {
	begin = max(0, r.start-before)
	if i := strings.LastIndexByte(t.original[t.at[begin]:t.at[r.start]], '\n'); i >= 0 {
		line := t.at[begin] + int32(i)
		begin += sort.Search(r.start-begin, func(n int) bool { return t.at[begin+n] > line })
	}
	end = r.end
	last := t.at[r.phrases-1]
	if i := strings.IndexByte(t.original[last:t.at[end-1]+1], '\n'); i >= 0 {
		line := last + int32(i)
		end = r.phrases + sort.Search(end-r.phrases, func(n int) bool { return t.at[r.phrases+n] > line })
	}
	return begin, end
}

// entry is the log entry in which a letter stands: with which letter it begins, and the
// next one.
func (t *squeezed) entry(letter int) (start, end int) {
	next, found := slices.BinarySearch(t.entries, int32(letter))
	if found {
		next++
	}
	for next < len(t.entries) && int(t.entries[next]) <= letter { // entries without letters
		next++
	}
	end = len(t.letters)
	if next < len(t.entries) {
		end = int(t.entries[next])
	}
	if next > 0 {
		start = int(t.entries[next-1])
	}
	return start, end
}
