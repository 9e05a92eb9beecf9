package recording

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// unescape undoes what Apache and nginx do to quotes, backslashes and bytes that are
// not printable: \xHH, and \", \\, \n and the like. A backslash that escapes nothing
// stays.
//
// Sources: Apache mod_log_config, format notes; nginx ngx_http_log_module,
// log_format escape=default.
func unescape(text []byte) []byte {
	at := bytes.IndexByte(text, '\\')
	if at < 0 {
		return text
	}
	out := append(make([]byte, 0, len(text)), text[:at]...)
	for text = text[at:]; len(text) > 0; {
		if text[0] != '\\' || len(text) == 1 {
			out, text = append(out, text[0]), text[1:]
			continue
		}
		c, size := text[1], 2
		switch c {
		case '"', '\\', '/':
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'v':
			c = '\v'
		case 'x':
			n, err := strconv.ParseUint(string(text[2:min(4, len(text))]), 16, 8)
			if err != nil || len(text) < 4 {
				c, size = '\\', 1
				break
			}
			c, size = byte(n), 4
		case 'u': // of escape=json
			n, err := strconv.ParseUint(string(text[2:min(6, len(text))]), 16, 16)
			if err != nil || len(text) < 6 {
				c, size = '\\', 1
				break
			}
			out, text = utf8.AppendRune(out, rune(n)), text[6:]
			continue
		default:
			c, size = '\\', 1
		}
		out, text = append(out, c), text[size:]
	}
	return out
}

// closing is the index of the first quote that no backslash escapes, -1 if none.
func closing(text []byte) int {
	end := stringEnd(text, 0)
	if end < 0 {
		return -1
	}
	return end - 1
}
