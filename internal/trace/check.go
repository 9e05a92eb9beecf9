package trace

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tenement/internal/service"
	"tenement/internal/words"
)

// The rules for the parts of a trace, shared by Reader and Writer, so that what
// is written can be read.

// checkResolution checks a header's resolution in seconds.
func checkResolution(s float64) error {
	if !(s >= 0 && s <= 86400) {
		return errors.New("want 0..86400 seconds")
	}
	return nil
}

// checkStart checks the wall time of a start, which is written in UTC with a
// year of four digits.
func checkStart(t time.Time) error {
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return fmt.Errorf("the year %d cannot be written", y)
	}
	return nil
}

// checkService checks the service of a header; "" is the one of version 1.
func checkService(s string) error {
	if s == "" {
		return nil
	}
	_, err := service.ParseIssuer(s)
	return err
}

// checkCount checks a number of lines or events.
func checkCount(n int64) error {
	if n < 0 {
		return errors.New("must not be negative")
	}
	return nil
}

// check checks how times were placed.
func (v *Placed) check() error {
	if v.Rule != "limit" && v.Rule != "even" {
		return fmt.Errorf("rule: want limit or even, got %s", quote(v.Rule))
	}
	return errors.Join(checkText(v.Limit), checkCount(v.Misfits))
}

// check checks the numbers of an import.
func (c *Counts) check() error {
	for kind, n := range c.Foreign {
		if err := errors.Join(checkText(kind), checkCount(n)); err != nil {
			return fmt.Errorf("foreign: %w", err)
		}
	}
	return checkCount(min(c.Lines, c.Unreadable, c.Late, c.Cut, c.Attributed, c.Inferred))
}

// checkTask checks a task's name: it is shown to people and used as a key.
func checkTask(s string) error {
	const most = 1024
	switch {
	case s == "":
		return errors.New("must not be empty")
	case len(s) > most:
		return fmt.Errorf("longer than %d bytes", most)
	}
	return checkText(s)
}

// checkMethod checks an HTTP method, which is case-sensitive.
func checkMethod(s string) error {
	if !token(s) {
		return fmt.Errorf("%s is not an HTTP method", quote(s))
	}
	return nil
}

// checkPath checks a request target: that it fits a request line and can be
// parsed again.
func checkPath(s string) error {
	if !strings.HasPrefix(s, "/") {
		return fmt.Errorf("%s does not start with /", quote(s))
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '#' {
			return fmt.Errorf("%s has the byte %q, which must be escaped", quote(s), s[i:i+1])
		}
	}
	if _, err := url.ParseRequestURI(s); err != nil {
		if in := (*url.Error)(nil); errors.As(err, &in) {
			err = in.Err // without the path, which is quoted already
		}
		return fmt.Errorf("%s cannot be sent: %w", quote(s), err)
	}
	return nil
}

// checkStatus checks a status code; 0 is unknown.
func checkStatus(n int) error {
	if n != 0 && (n < 100 || n > 999) {
		return fmt.Errorf("%d is not a status code, want 100..999", n)
	}
	return nil
}

// checkHeader checks a request header.
func checkHeader(name, value string) error {
	if !token(name) {
		return fmt.Errorf("%s is not a header name", quote(name))
	}
	if err := checkText(strings.ReplaceAll(value, "\t", " ")); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// checkText checks that a text survives JSON and a terminal.
func checkText(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not UTF-8", quote(s))
	}
	if i := strings.IndexFunc(s, unicode.IsControl); i >= 0 {
		return fmt.Errorf("%s has a control character", quote(s))
	}
	return nil
}

// checkTexts checks each of several texts.
func checkTexts(list []string) error {
	for _, s := range list {
		if err := checkText(s); err != nil {
			return err
		}
	}
	return nil
}

// token reports whether s is a token as in RFC 9110 §5.6.2.
func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' {
			continue
		}
		if strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// quote is a text as messages show it.
func quote(s string) string { return strconv.Quote(words.Shortened(s, 60)) }

// excerpt is a text cut to what fits in a message, as a terminal may show it.
func excerpt(s string) string {
	return words.Visible(words.Shortened(s, 60))
}
