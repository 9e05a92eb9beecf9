package symptom

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// widest is how many letters may stand between two phrases of a row: an ARN, an address,
// an ID.
const widest = 500

// matcher finds the rows of the table in a text.
type matcher struct {
	*automaton
	uses     [][]use // of each phrase, in rows
	hows     []int   // of each phrase: its rank among the failures, -1 if it is none
	legs     []Leg   // of each phrase: the leg whose address it is, NoLeg if it is none
	barriers []bool  // of each phrase: an error text begins with it
	dial     int     // the phrase after which Go names the address that it called
	parts    []int   // of each row: how many phrases it has
	order    []int   // the rows, those with the longest phrases first
}

// use is the place of a phrase in a row.
type use struct{ row, index int }

// theMatcher is made once.
var theMatcher = sync.OnceValue(func() *matcher {
	m := &matcher{}
	known := make(map[string]int)
	var phrases []string
	add := func(text string) int {
		p := string(squeeze(text).letters)
		i, ok := known[p]
		if !ok {
			i = len(phrases)
			known[p] = i
			phrases = append(phrases, p)
			m.uses, m.hows = append(m.uses, nil), append(m.hows, -1)
			m.legs, m.barriers = append(m.legs, NoLeg), append(m.barriers, false)
		}
		return i
	}
	for row, r := range table() {
		parts := strings.Split(r.text, "…")
		for index, text := range parts {
			p := add(text)
			m.uses[p] = append(m.uses[p], use{row, index})
		}
		m.parts, m.order = append(m.parts, len(parts)), append(m.order, row)
	}
	slices.SortStableFunc(m.order, func(a, b int) int {
		return len(squeeze(table()[b].text).letters) - len(squeeze(table()[a].text).letters)
	})
	for rank, h := range howPhrases() {
		if p := add(h.text); m.hows[p] < 0 {
			m.hows[p] = rank
		}
	}
	for _, a := range addresses {
		m.legs[add(a.text)] = a.leg
	}
	for _, text := range barriers {
		m.barriers[add(text)] = true
	}
	m.dial = add("dial tcp")
	m.automaton = newAutomaton(phrases)
	return m
})

// sightings are what one pass over a text has found.
type sightings struct {
	rows  [][]record // of each row: where all its phrases stand
	hows  []hit      // phrase is the rank
	legs  []hit      // phrase is the leg
	dials []hit      // where Go says which address it called
}

// scan goes over the text once.
func (m *matcher) scan(t *squeezed) *sightings {
	s := &sightings{rows: make([][]record, len(m.parts))}
	type progress struct{ start, end int } // of the first phrases of a row; start -1 is none
	under := make([][]progress, len(m.parts))
	for row, n := range m.parts {
		under[row] = make([]progress, n)
		for i := range under[row] {
			under[row][i].start = -1
		}
	}
	barrier, entries := 0, t.entries
	m.find(t, func(h hit) {
		for len(entries) > 0 && int(entries[0]) <= h.start {
			barrier, entries = max(barrier, int(entries[0])), entries[1:]
		}
		if rank := m.hows[h.phrase]; rank >= 0 {
			s.hows = append(s.hows, hit{rank, h.start, h.end})
		}
		if h.phrase == m.dial {
			s.dials = append(s.dials, h)
		}
		if leg := m.legs[h.phrase]; leg != NoLeg {
			s.legs = append(s.legs, hit{int(leg), h.start, h.end})
		}
		for _, u := range m.uses[h.phrase] {
			begun := progress{h.start, h.end}
			if u.index > 0 {
				last := under[u.row][u.index-1]
				if last.start < barrier || h.start < last.end || h.start-last.end > cmp.Or(table()[u.row].near, widest) {
					continue
				}
				begun.start = last.start
			}
			if u.index < m.parts[u.row]-1 {
				under[u.row][u.index] = begun
				continue
			}
			s.rows[u.row] = append(s.rows[u.row], record{row: u.row, start: begun.start, from: begun.start, end: begun.end, phrases: begun.end})
			for i := range under[u.row] {
				under[u.row][i].start = -1
			}
		}
		if m.barriers[h.phrase] { // a row may end with it
			barrier = h.start
		}
	})
	return s
}
