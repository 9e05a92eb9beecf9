package symptom

import (
	"slices"
	"strings"
)

const (
	// farthest is how many letters after its row's phrases a record goes on, if nothing
	// else is recognised there: how a request failed stands behind a long address or list.
	// It also bounds a text with the parts that it absorbs.
	farthest = 1500
	// beginning is how many letters may stand between a text that is left out and the one
	// that it wraps, if that is to be shown with it.
	beginning = 60
	// before is how many letters in front of a row's phrases an address is looked for, in
	// the same entry of a log.
	before = 300
)

// record is a text that a row recognises, with what follows it and is a part of it.
type record struct {
	row        int
	start, end int // letters
	from       int // the letter with which the text begins that is shown
	phrases    int // the letter with which the row's phrases end
	told       int // the letter with which its failure is told, at least phrases
	leg        Leg
	how        How  // at first what a text says that was a part of it
	private    bool // an address of a private network was called
}

// records are the texts of the table that stand in a text, in order.
func records(t *squeezed) []record {
	m := theMatcher()
	seen := m.scan(t)
	kept := seen.choose(len(t.letters), func(row int) bool { return !table()[row].bare }, nil)
	kept = bound(t, absorb(t, kept, seen), seen)
	kept = seen.choose(len(t.letters), func(row int) bool { return table()[row].bare }, kept)
	kept = dropOuter(t, bound(t, kept, seen))
	for i := range kept {
		seen.fill(t, kept, i)
	}
	return slices.DeleteFunc(kept, func(r record) bool { return table()[r.row].addressed && r.leg == NoLeg })
}

// choose adds to what is kept the records of rows, those with the longest phrases first,
// that overlap nothing that is kept.
func (s *sightings) choose(letters int, of func(row int) bool, kept []record) []record {
	taken := make([]bool, letters)
	for _, r := range kept {
		for i := r.start; i < r.end; i++ {
			taken[i] = true
		}
	}
	for _, row := range theMatcher().order {
		if !of(row) {
			continue
		}
		for _, r := range s.rows[row] {
			if slices.Contains(taken[r.start:r.end], true) {
				continue
			}
			kept = append(kept, r)
			for i := r.start; i < r.end; i++ {
				taken[i] = true
			}
		}
	}
	slices.SortFunc(kept, func(a, b record) int { return a.start - b.start })
	return kept
}

// absorb leaves out texts that are a part of the one before: what a server answered, or how
// a library says what the one above it says too. A line that is there again is the same
// failure again, also in a log without times.
func absorb(t *squeezed, kept []record, s *sightings) []record {
	var whole []record
	for _, r := range kept {
		row := &table()[r.row]
		if n := len(whole) - 1; n >= 0 && row.part && !table()[whole[n].row].outer {
			before := &whole[n]
			if _, end := t.entry(before.phrases - 1); r.start < end && r.start-before.phrases <= widest && r.start-before.start <= farthest && !t.again(before, &r) && s.continues(t, before, &r, row.how) {
				before.phrases = r.phrases
				if before.how == Untold {
					before.how = row.how
				}
				if table()[before.row].leg == AWS && row.leg != AWS { // says whose code that was
					before.row = r.row
				}
				continue
			}
		}
		whole = append(whole, r)
	}
	return whole
}

// again reports whether a record stands on a line of its own that repeats the line on which the
// record before it began.
func (t *squeezed) again(before, r *record) bool {
	at := t.at[r.start]
	return strings.Contains(t.original[t.at[before.start]:at], "\n") && !strings.Contains(t.original[at:t.at[r.phrases-1]], "\n") &&
		t.line(before.start) == t.line(r.start)
}

// continues reports whether a text that could be a part of the one before is one: it says
// how that failed, or the same once more, or stands on the same line.
func (s *sightings) continues(t *squeezed, before, r *record, says How) bool {
	told := table()[before.row].how
	if told == Untold {
		if h, ok := s.told(before.start, r.start); ok {
			told = howPhrases()[h.phrase].how
		}
	}
	switch told {
	case Untold, Bad, Unavailable, Answered, Private: // what 400 and 503 mean, error codes tell better
		return true
	case Throttled:
		if says == HubLimit {
			return true
		}
	}
	return says == Untold || says == told || legs[table()[r.row].leg].of == table()[before.row].leg ||
		!strings.Contains(t.original[t.at[before.phrases-1]:t.at[r.start]], "\n")
}

// bound ends each record where its failure is told: in its entry of the log if that tells
// it, else up to the next record.
func bound(t *squeezed, kept []record, s *sightings) []record {
	for i := range kept {
		r := &kept[i]
		limit := min(len(t.letters), r.phrases+farthest)
		if i+1 < len(kept) {
			limit = min(limit, kept[i+1].start)
		}
		limit = max(limit, r.phrases)
		_, entryEnd := t.entry(r.phrases - 1)
		r.end, r.told = max(r.phrases, min(limit, entryEnd)), r.phrases
		if says := table()[r.row].how; says != Untold {
			r.how = says
			continue
		}
		h, ok := s.told(r.start, r.end)
		if !ok {
			if h, ok = s.told(r.start, limit); !ok {
				continue
			}
			r.end = max(r.end, h.end)
		}
		r.told, r.how = max(r.told, h.end), howPhrases()[h.phrase].how
	}
	return kept
}

// told is the failure of the highest rank that is told between two letters.
func (s *sightings) told(start, end int) (hit, bool) {
	best, found := hit{}, false
	from, _ := slices.BinarySearchFunc(s.hows, start, func(h hit, start int) int { return h.end - start })
	for _, h := range s.hows[from:] {
		if h.end > end {
			break
		}
		if h.start >= start && (!found || h.phrase < best.phrase) {
			best, found = h, true
		}
	}
	return best, found
}

// dropOuter leaves out the texts that only say that something else has failed, where that
// stands behind them.
func dropOuter(t *squeezed, kept []record) []record {
	var inner []record
	for i, r := range kept {
		if table()[r.row].outer && i+1 < len(kept) && !table()[kept[i+1].row].alone {
			_, entryEnd := t.entry(r.phrases - 1)
			if next := kept[i+1].start; next < entryEnd && next-r.phrases < farthest && !t.again(&r, &kept[i+1]) {
				if next-r.phrases < beginning {
					kept[i+1].from = r.start
				}
				continue
			}
		}
		inner = append(inner, r)
	}
	return inner
}

// fill says which leg a record is of, and whether it called a private address. What the
// record's own line names comes before what stands on other lines; in a log without times
// those may be of other failures.
func (s *sightings) fill(t *squeezed, kept []record, i int) {
	r := &kept[i]
	row := &table()[r.row]
	r.private = s.private(t, r)
	entry, _ := t.entry(r.start)
	entry = max(entry, r.start-before)
	begin, end := t.lines(r)
	from, own, to := entry, max(entry, begin), r.end
	if i > 0 {
		from = max(from, kept[i-1].end)
		if kept[i-1].phrases > own {
			own = from
		}
	}
	if i+1 < len(kept) {
		if next, _ := t.lines(&kept[i+1]); next >= r.phrases {
			to = min(to, next)
		}
	}
	var ok bool
	if r.leg, ok = s.leg(row, r.start, own, min(end, r.end)); !ok {
		r.leg, _ = s.leg(row, r.start, from, to)
	}
}

// leg is the leg that is named between the letters from and to, the row's own if none is: the
// first one behind the start of the record, or else the last one before it.
func (s *sightings) leg(row *row, start, from, to int) (leg Leg, named bool) {
	leg = row.leg
	at, _ := slices.BinarySearchFunc(s.legs, from, func(h hit, from int) int { return h.end - from })
	chosen := -1
	for _, h := range s.legs[at:] {
		if h.end > to || chosen >= start && h.start != chosen {
			break
		}
		one := Leg(h.phrase)
		if one == AWS && leg != row.leg { // the domain of AWS says less than the name of a service in it
			continue
		}
		if h.start >= from && row.leg.couldBe(one) {
			leg, chosen, named = one, h.start, true
		}
	}
	return leg, named
}

// private reports whether a text of Go names an address of a private network as the one
// that was called: a name led to a VPC endpoint.
func (s *sightings) private(t *squeezed, r *record) bool {
	at, _ := slices.BinarySearchFunc(s.dials, r.start, func(h hit, start int) int { return h.end - start })
	if at == len(s.dials) || s.dials[at].end > r.end {
		return false
	}
	var parts [2]int
	part := 0
	for _, c := range []byte(t.original[t.at[s.dials[at].end-1]+1:]) {
		switch {
		case '0' <= c && c <= '9' && parts[part] < 1000:
			parts[part] = parts[part]*10 + int(c-'0')
		case c == '.':
			part++
		case strings.IndexByte(" \r\n", c) < 0:
			return false
		}
		if part == len(parts) {
			break
		}
	}
	a, b := parts[0], parts[1]
	return part == len(parts) && (a == 10 || a == 172 && b >= 16 && b < 32 || a == 192 && b == 168)
}
