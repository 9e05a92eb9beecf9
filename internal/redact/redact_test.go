package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	id      = "3f1c9a52-7be0-4d68-9a0e-5c2f8b7d6e41"
	hexID   = "0123456789abcdef0123456789abcdef-0123456789"
	prefix  = "AQAAAFAKE-token-"
	token   = prefix + "xyzXYZ0123456789_-AAAABBBBCCCCDDDDEEEE=="
	shortID = "traced"
)

func known() *Redactor {
	r := New(Form{Prefix: prefix, Rest: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=", Mark: "TOKEN"})
	r.Add(slices.Values([]string{id, hexID, shortID, ""}))
	return r
}

// each writes every byte of a text with a format.
func each(format, text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// someOf does so with every third byte.
func someOf(format, text string) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		if i%3 == 1 {
			fmt.Fprintf(&b, format, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// lines breaks a text into lines of 20 characters.
func lines(text string) string {
	var b strings.Builder
	for len(text) > 20 {
		b.WriteString(text[:20] + "\r\n")
		text = text[20:]
	}
	return b.String() + text
}

var encodings = map[string]func(string) string{
	"plain":                   func(s string) string { return s },
	"percent":                 func(s string) string { return each("%%%02X", s) },
	"percent, lower":          func(s string) string { return each("%%%02x", s) },
	"percent, some":           func(s string) string { return someOf("%%%02x", s) },
	"percent twice":           func(s string) string { return each("%%25%02X", s) },
	"percent twice, wholly":   func(s string) string { return each("%%%02X", each("%%%02x", s)) },
	"percent twice, some":     func(s string) string { return someOf("%%%02x", someOf("%%%02X", s)) },
	"JSON":                    func(s string) string { return each(`\u%04x`, s) },
	"JSON, upper":             func(s string) string { return each(`\u%04X`, s) },
	"JSON, some":              func(s string) string { return someOf(`\u%04x`, s) },
	"JSON of percent":         func(s string) string { return each(`\u%04x`, each("%%%02x", s)) },
	"percent of JSON":         func(s string) string { return url.PathEscape(each(`\u%04x`, s)) },
	"Go":                      func(s string) string { return each(`\x%02x`, s) },
	"base64":                  func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64, raw":             func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
	"base64url":               func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	"base64url, raw":          func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 of percent":       func(s string) string { return base64.URLEncoding.EncodeToString([]byte(each("%%%02x", s))) },
	"percent of base64":       func(s string) string { return each("%%%02x", base64.StdEncoding.EncodeToString([]byte(s))) },
	"percent of some base64":  func(s string) string { return someOf("%%%02x", base64.StdEncoding.EncodeToString([]byte(s))) },
	"hex":                     func(s string) string { return hex.EncodeToString([]byte(s)) },
	"hex, upper":              func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"percent of hex":          func(s string) string { return someOf("%%%02x", hex.EncodeToString([]byte(s))) },
	"quoted percent of JSON":  func(s string) string { return strconv.Quote(url.PathEscape(each(`\u%04x`, s))) },
	"quoted base64 of a part": func(s string) string { return strconv.Quote(base64.StdEncoding.EncodeToString([]byte("id=" + s))) },
}

// inLines are encodings that a short word is not looked for in.
var inLines = map[string]func(string) string{
	"base64 in lines": func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s))) },
	"base64 in lines, in JSON": func(s string) string {
		return strings.Trim(strconv.Quote(lines(base64.StdEncoding.EncodeToString([]byte(s)))), `"`)
	},
	"base64 of a part":           func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("a: " + s + ", b")) },
	"base64 of an other part":    func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte("ab: " + s + ", b")) },
	"hex, at an odd place":       func(s string) string { return "a" + hex.EncodeToString([]byte(s)) + "b" },
	"base64 glued to what it is": func(s string) string { return "in/" + base64.RawURLEncoding.EncodeToString([]byte(s)) },
}

// TestEncodings takes each secret out of each text that it is in.
func TestEncodings(t *testing.T) {
	r := known()
	for name, encode := range encodings {
		for _, secret := range []string{id, hexID, token, shortID, strings.ToUpper(id)} {
			for _, around := range [][2]string{{"", ""}, {"/v4/", "/task"}, {"?id=", "&x=y"}, {"<", ">"}, {`/\`, `\`}, {"é ", " é"}} {
				encoded := encode(secret)
				if secret == shortID && (name == "quoted base64 of a part" || name == "base64 of percent") {
					continue
				}
				got := r.FromClient(around[0] + encoded + around[1])
				rest := strings.NewReplacer(around[0], "", around[1], "", "ID", "", "TOKEN", "", `"`, "", "=", "").Replace(got)
				if len(rest) > 7 {
					t.Errorf("%s of %s between %q: got %q", name, secret, around, got)
				}
			}
		}
	}
	for name, encode := range inLines {
		for _, secret := range []string{id, hexID, token} {
			got := r.FromClient("/" + encode(secret) + "/")
			if n := len(got); n > 20 || !strings.Contains(got, "ID") && !strings.Contains(got, "TOKEN") {
				t.Errorf("%s of %s: got %q", name, secret, got)
			}
		}
	}
}

// TestKept leaves alone what is no secret, or only a part of a word.
func TestKept(t *testing.T) {
	r := known()
	for _, text := range []string{
		"", "/", "%", `\`, `\u`, `\u00`, "%4", "/v4/x/task?a=b%20c", "untraced", "tracedly", "AQAAAFAKE-", id[:35],
		"/latest/meta-data/iam/security-credentials/role", strings.Repeat("QUJD", 100), strings.Repeat("41", 100),
	} {
		if got := r.FromClient(text); got != text {
			t.Errorf("%q: got %q, want it as it is", text, got)
		}
	}
	if got := r.String("limit traced"); got != "limit traced" {
		t.Errorf("a text of the program's own: got %q", got)
	}
	if got, want := r.FromClient("/traced/traced-1?traced"), "/ID/ID-1?ID"; got != want {
		t.Errorf("words: got %q, want %q", got, want)
	}
	if got, want := r.FromClient("x"+id+hexID+"y "+token+"z/"+prefix+" ok"), "xIDIDy TOKEN/TOKEN ok"; got != want {
		t.Errorf("glued: got %q, want %q", got, want)
	}
}

// TestClip cuts texts at every place around a secret: what is left of the secret
// is nothing.
func TestClip(t *testing.T) {
	r := known()
	for name, encode := range encodings {
		encoded := encode(id)
		if strings.HasPrefix(name, "quoted") {
			continue
		}
		text := strings.Repeat(".", 10) + encoded + strings.Repeat(".", 5000)
		for most := 0; most < len(encoded)+20; most += 1 + len(encoded)/40 {
			got := r.Clip(text, most)
			dots := strings.Trim(strings.NewReplacer("ID", "", "…", "", "=", "").Replace(got), ".")
			if dots != "" || !strings.HasSuffix(got, "…") {
				t.Fatalf("%s, cut at %d: got %q", name, most, got)
			}
		}
	}
	// What stands in front pulls nothing forward.
	text := strings.Repeat(each("%%%02x", id), 60) + id
	for n := 0; n < len(text); n += 7 {
		if got := r.Clip(text[:n], 256); len(got) > 30 {
			if rest := strings.TrimLeft(got, "ID"); len(rest) > 120 { // the part that is no ID yet
				t.Fatalf("of %d bytes: got %q", n, got)
			}
		}
	}
	if got := r.Clip("abc", 3); got != "abc" {
		t.Errorf("got %q, want abc", got)
	}
}

// FuzzJSON: a line of JSON stays one, whatever it has in it, and no ID stays in
// it.
func FuzzJSON(f *testing.F) {
	for _, encode := range encodings {
		f.Add("a\\", encode(id), "b\"", 0)
		f.Add("&", encode(id)[1:], "\\", 1)
	}
	f.Add("&", "1"+hex.EncodeToString([]byte(id))[2:], "", 0) // \u0026 and 1: 0x61
	r := known()
	f.Fuzz(func(t *testing.T, before, text, after string, _ int) {
		line, err := json.Marshal(before + text + after)
		if err != nil {
			return
		}
		var out bytes.Buffer
		w := r.Writer(&out)
		if n, err := w.Write(append(line, '\n')); n != len(line)+1 || err != nil {
			t.Fatalf("got %d, %v", n, err)
		}
		var got string
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%s became %s: %v", line, out.Bytes(), err)
		}
		if strings.Contains(strings.ToLower(got), id) {
			t.Fatalf("%s became %s", line, out.Bytes())
		}
	})
}

// TestHalfAnEscape: digits that belong to an escape of JSON and to a secret.
func TestHalfAnEscape(t *testing.T) {
	r := New()
	r.Add(slices.Values([]string{"a23456789-123456789", "nnot-the-first-letter"}))
	line, err := json.Marshal("&1" + hex.EncodeToString([]byte("23456789-123456789")))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.String(string(line)); got != `"ID"` {
		t.Errorf("%s became %s, want an ID in quotes", line, got)
	}
	if got := r.String(`\nnot-the-f%69rst-letter`); got != "ID" {
		t.Errorf("a letter behind a backslash: got %q, want ID", got)
	}
}

// TestWriter: lines are handed on when they end, the rest by Flush.
func TestWriter(t *testing.T) {
	var out bytes.Buffer
	w := known().Writer(&out)
	for _, step := range []struct{ write, want string }{
		{"a " + id[:20], ""},
		{id[20:] + " b\nc " + token[:30], "a ID b\n"},
		{token[30:], "a ID b\n"},
		{"\nd\n" + id, "a ID b\nc TOKEN\nd\n"},
	} {
		if n, err := w.Write([]byte(step.write)); n != len(step.write) || err != nil || out.String() != step.want {
			t.Errorf("after %q: got %d, %v, %q, want %q", step.write, n, err, out.String(), step.want)
		}
	}
	if err := w.Flush(); err != nil || !strings.HasSuffix(out.String(), "d\nID") {
		t.Errorf("at the end: got %q, %v", out.String(), err)
	}
}

// hostileTexts are as much work as a text of a length can be.
func hostileTexts(n int) map[string]string {
	return map[string]string{
		"plain":    strings.Repeat("/latest/meta-data/x", n/19+1)[:n],
		"prefixes": strings.Repeat(prefix, n/len(prefix)+1)[:n],
		"anchors":  strings.Repeat(id[:16], n/16+1)[:n],
		"escapes":  strings.Repeat("%25252541", n/9+1)[:n],
		"base64":   "%252541" + strings.Repeat("JTI1QUJDRA", n/10+1)[:n],
		"IDs":      strings.Repeat(id, n/len(id)+1)[:n],
	}
}

// BenchmarkFind: the cost of a byte is the same for any length and any number of
// IDs.
func BenchmarkFind(b *testing.B) {
	for _, ids := range []int{10, 10_000} {
		r := known()
		r.Add(func(yield func(string) bool) {
			for i := range ids {
				if !yield(fmt.Sprintf("%08x-7be0-4d68-9a0e-5c2f8b7d6e41", i*0x9e3779b1)) {
					return
				}
			}
		})
		r.String("x") // make the index
		for _, n := range []int{100, 1000, 64_000} {
			for name, text := range hostileTexts(n) {
				b.Run(fmt.Sprintf("%s/%d/%dIDs", name, n, ids), func(b *testing.B) {
					b.SetBytes(int64(len(text)))
					for b.Loop() {
						r.FromClient(text)
					}
				})
			}
		}
	}
}
