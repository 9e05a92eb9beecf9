package form

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
)

// Hint is what an error about an unknown word adds: the nearest known word or,
// if none is near, all of them if they are few. Empty words are ignored.
func Hint(word string, known []string) string {
	known = slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == "" })
	if best, ok := nearest(word, known); ok {
		return didYouMean(best)
	}
	const few = 12
	if len(known) == 0 || len(known) > few {
		return ""
	}
	return thereIs(known)
}

// thereIs names all known words.
func thereIs(known []string) string { return "; there is " + words.List(known, "and") }

// Nearest is the known word that was meant by an unknown one, if one is near.
func Nearest(word string, known []string) (string, bool) { return nearest(word, known) }

func didYouMean(word string) string { return fmt.Sprintf("; did you mean %q?", word) }

// nearest is the known word with the fewest edits to word, the first of equals,
// if they are few enough for a typing mistake; or else the first with the same
// beginning.
func nearest(word string, known []string) (string, bool) {
	const longest = 64 // a longer word is no key, and its distances are slow to compute
	if len(word) > longest {
		return "", false
	}
	best, fewest := "", max(len(word)/2, 1)+1
	for _, k := range known {
		if apart := len(word) - len(k); apart >= fewest || -apart >= fewest {
			continue // each letter too many is an edit
		}
		if d := distance(strings.ToLower(word), k); d < fewest {
			best, fewest = k, d
		}
	}
	const telling = 3 // letters of a beginning
	for _, k := range known {
		same := 0
		for same < min(len(word), len(k)) && word[same] == k[same] {
			same++
		}
		if best == "" && same >= telling && 2*same > len(word) {
			best = k
		}
	}
	return best, best != ""
}

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	row := func() []int { return make([]int, len(b)+1) }
	before, last, now := row(), row(), row()
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			now[j] = min(replace, last[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
