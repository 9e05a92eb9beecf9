package process

import (
	"errors"
	"strings"
)

// Split splits a command into its words, as a POSIX shell does with one that has
// nothing but words: blanks part them, single quotes keep everything, double
// quotes keep all but a backslash before a double quote or a backslash, and a
// backslash outside quotes keeps the next character. Nothing is expanded: no
// variables, no patterns, no pipes. A client that needs those names its shell:
// sh -c '…'.
func Split(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune // 0 outside quotes
	within, escaped := false, false
	for _, c := range command {
		switch {
		case escaped:
			if quote == '"' && c != '"' && c != '\\' {
				word.WriteRune('\\')
			}
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, within = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, within = c, true
		case strings.ContainsRune(" \t\n", c):
			if within {
				words = append(words, word.String())
				word.Reset()
			}
			within = false
		default:
			word.WriteRune(c)
			within = true
		}
	}
	switch {
	case quote != 0:
		return nil, errors.New("a quotation mark has no partner")
	case escaped:
		return nil, errors.New("a backslash has nothing behind it")
	case within:
		words = append(words, word.String())
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("want a command")
	}
	return words, nil
}
