package symptom

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzDiagnose reads any text: what is found is of the table, on one line and valid, and no
// more often than there are letters for it.
func FuzzDiagnose(f *testing.F) {
	for _, row := range texts {
		f.Add(row.text)
	}
	for _, v := range variants {
		f.Add(v.quote(texts[0].text))
	}
	f.Add("2026-11-29T10:00:00Z \\u001b[31m429\\n&quot;\x1b[")
	f.Fuzz(func(t *testing.T, text string) {
		all := Diagnose(text)
		n := 0
		for _, f := range all {
			n += f.Count
			switch {
			case f.Count < 1 || f.Source == "" || len(f.Causes) == 0:
				t.Errorf("got %+v", f)
			case f.Text == "" || !utf8.ValidString(f.Text) || strings.ContainsAny(f.Text, "\n\r\x1b") || utf8.RuneCountInString(f.Text) > 8*longestExcerpt:
				t.Errorf("got text %q", f.Text)
			}
		}
		if n > len(text)/3 {
			t.Errorf("found %d texts in %d bytes", n, len(text))
		}
	})
}

// BenchmarkDiagnose shows that the time is linear, in what is worst for the matcher: phrases
// of many rows close together, entries of a log without letters, letters without an end.
func BenchmarkDiagnose(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"log", "2026-11-29T10:00:04Z ERROR CredentialRetrievalError: Error when retrieving credentials from container-role: Received non 200 response 429 from container metadata: x\n"},
		{"heads", "ResourceInitializationError CannotPullContainerError failed to initialize logging driver 429 EC2ContainerCredentialsProviderWrapper "},
		{"entries", "2026-11-29T10:00:04Z\n2026-11-29T10:00:05Z\n"},
		{"parts", "AccessDenied Throttling "},
		{"letters", "error"},
		{"escapes", `\\\\\n&quot;`},
	} {
		for _, size := range []int{1 << 14, 1 << 17, 1 << 20} {
			text := strings.Repeat(c.text, size/len(c.text)+1)[:size]
			b.Run(c.name+"/"+sizes[size], func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					Diagnose(text)
				}
			})
		}
	}
}

// sizes are the names of sizes.
var sizes = map[int]string{1 << 14: "16KiB", 1 << 17: "128KiB", 1 << 20: "1MiB"}
