package reports

import (
	"cmp"
	"fmt"
	"slices"
)

// fitCounts is a row of counts that is at least so long.
func fitCounts(row []uint64, long int) []uint64 {
	for len(row) < long {
		row = append(row, 0)
	}
	return row
}

// stoppedReasons are the texts in which starts ended.
func stoppedReasons(texts []string, counts []uint64) (out []StoppedReason) {
	for i, text := range texts {
		if i+1 < len(counts) && counts[i+1] > 0 {
			out = append(out, StoppedReason{text, counts[i+1]})
		}
	}
	return sortReasons(out)
}

// sortReasons puts the most frequent text first, and equals in the order of their texts.
func sortReasons(all []StoppedReason) []StoppedReason {
	slices.SortFunc(all, func(a, b StoppedReason) int {
		return cmp.Or(cmp.Compare(b.Starts, a.Starts), cmp.Compare(a.Text, b.Text))
	})
	return all
}

// addReasons adds the starts of another run, text by text.
func (l *Lives) addReasons(other []StoppedReason) {
	for _, o := range other {
		i := slices.IndexFunc(l.StoppedReasons, func(r StoppedReason) bool { return r.Text == o.Text })
		if i < 0 {
			l.StoppedReasons = append(l.StoppedReasons, o)
			continue
		}
		l.StoppedReasons[i].Starts += o.Starts
	}
	sortReasons(l.StoppedReasons)
}

// mostReasonText bounds a stopped reason in a report, in bytes.
const mostReasonText = 2000

// checkReasons refuses what renderers could not work with.
func (l *Lives) checkReasons() error {
	if n := len(l.StoppedReasons); n > mostParts {
		return fmt.Errorf("stopped_reasons: %d of them: want at most %d", n, mostParts)
	}
	var sum uint64
	for i, r := range l.StoppedReasons {
		if r.Text == "" || len(r.Text) > mostReasonText {
			return fmt.Errorf("stopped_reasons[%d].stopped_reason: %d bytes: want 1 to %d", i, len(r.Text), mostReasonText)
		}
		if r.Starts > l.FailedStarts || sum+r.Starts > l.FailedStarts {
			return fmt.Errorf("stopped_reasons[%d].starts: more than the %d starts that failed", i, l.FailedStarts)
		}
		sum += r.Starts
	}
	return nil
}
