package profiles

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tenement/internal/form"
)

// sizeUnits are the units of sizes, the largest first: those of 1000, in which registries
// and networks count.
var sizeUnits = []struct {
	name  string
	bytes int64
}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}

const sizePattern = `^[0-9]{1,9}(\.[0-9]{1,3})?(GB|MB|kB|B)$`

var sizeText = regexp.MustCompile(sizePattern)

// maxSizeBytes bounds a size.
const maxSizeBytes = int64(1e15)

// parseSize is the number of bytes that a text such as 400MB means.
func parseSize(text string) (bytes int64, ok bool) {
	if !sizeText.MatchString(text) {
		return 0, false
	}
	for _, u := range sizeUnits {
		if number, fits := strings.CutSuffix(text, u.name); fits {
			v, err := strconv.ParseFloat(number, 64)
			return int64(v * float64(u.bytes)), err == nil
		}
	}
	return 0, false
}

// formatSize is a size in the largest unit that it is a whole number of.
func formatSize(bytes int64) string {
	for _, u := range sizeUnits {
		if bytes%u.bytes == 0 && bytes >= u.bytes || u.bytes == 1 {
			return fmt.Sprintf("%d%s", bytes/u.bytes, u.name)
		}
	}
	return ""
}

// sizeForm is a size in bytes; per is what follows it, such as /s.
func sizeForm(per string) form.Form[int64] {
	want := "a size such as 400MB" + per + " or 1.5GB" + per
	return form.Form[int64]{
		Read: func(r *form.Reader, n *form.Node, path string) int64 {
			text, ok := r.Scalar(n, path, want)
			if !ok {
				return 0
			}
			number, fits := strings.CutSuffix(text, per)
			bytes, ok := parseSize(number)
			if !fits || !ok || bytes < 1 || bytes > maxSizeBytes {
				r.Fail(n, path, "%s: want %s", n.What(), want)
				return 0
			}
			return bytes
		},
		Write: func(v int64, _ bool) *form.Node { return form.Plain(formatSize(v) + per) },
		Schema: func() *form.Schema {
			return &form.Schema{Type: "string", Pattern: strings.Replace(sizePattern, "$", per+"$", 1)}
		},
	}
}
