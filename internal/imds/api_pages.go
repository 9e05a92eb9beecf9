package imds

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// listing is a page of a list: of the names after one, the first ones in their order. It
// sorts no more than it keeps. One name more than it has room for shows that there is
// another page.
type listing struct {
	most       int
	after      string // the last name of the page before, "" at the beginning
	descending bool   // the order of the names
	names      []string
}

// pageToken is how the text of a token begins. The tokens of AWS are opaque; ours name the
// last item of a page, so that the server need remember none.
const pageToken = "after:"

// listing begins the page that a request asks for. Size is the member that says how many
// items it has: up to most, which is also the default. If that is out of range, wrong says
// what its value, most, must be; ok is false if the member token is no token.
func (in *input) listing(size, token string, most int) (p *listing, wrong string, ok bool) {
	p = &listing{most: most}
	in.decode(size, &p.most)
	switch {
	case p.most < 1:
		return p, atLeast + "1", true
	case p.most > most:
		return p, atMost + strconv.Itoa(most), true
	}
	given := in.text(token)
	text, err := base64.RawURLEncoding.DecodeString(given)
	p.after, ok = strings.CutPrefix(string(text), pageToken)
	return p, "", given == "" || err == nil && ok && p.after != ""
}

// add keeps a name, if the page has room for it.
func (p *listing) add(name string) {
	if p.after != "" && p.compare(name, p.after) <= 0 {
		return
	}
	if at, _ := slices.BinarySearchFunc(p.names, name, p.compare); at <= p.most {
		p.names = slices.Insert(p.names[:min(len(p.names), p.most)], at, name)
	}
}

// compare compares names by the order of the list.
func (p *listing) compare(a, b string) int {
	if p.descending {
		a, b = b, a
	}
	return strings.Compare(a, b)
}

// end is the names of the page, and the token of the next one, "" if it is the last.
func (p *listing) end() (names []string, next string) {
	if len(p.names) <= p.most {
		return p.names, ""
	}
	names = p.names[:p.most]
	return names, base64.RawURLEncoding.EncodeToString([]byte(pageToken + names[p.most-1]))
}
