package symptom

// symbols are the letters and digits that a squeezed text consists of.
const symbols = 36

// automaton finds many phrases in one pass (Aho and Corasick 1975).
type automaton struct {
	next    [][symbols]int32 // of a state and a symbol
	phrase  []int32          // the phrase that ends in a state, -1 if none does
	shorter []int32          // the next state whose phrase ends here too, 0 if there is none
	sizes   []int32          // letters of each phrase
}

// hit is a phrase that was found.
type hit struct {
	phrase     int
	start, end int // letters
}

// newAutomaton makes one of squeezed phrases, which differ.
func newAutomaton(phrases []string) *automaton {
	a := &automaton{}
	a.state()
	for i, p := range phrases {
		at := int32(0)
		for j := range len(p) {
			s := symbol(p[j])
			if a.next[at][s] == 0 {
				n := a.state()
				a.next[at][s] = n
			}
			at = a.next[at][s]
		}
		a.phrase[at] = int32(i)
		a.sizes = append(a.sizes, int32(len(p)))
	}
	a.link()
	return a
}

// state adds one.
func (a *automaton) state() int32 {
	a.next, a.phrase, a.shorter = append(a.next, [symbols]int32{}), append(a.phrase, -1), append(a.shorter, 0)
	return int32(len(a.next) - 1)
}

// link makes of the tree of phrases what reads on after a mismatch.
func (a *automaton) link() {
	fail := make([]int32, len(a.next))
	var queue []int32
	for _, n := range a.next[0] {
		if n != 0 {
			queue = append(queue, n)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		a.shorter[at] = a.shorter[fail[at]]
		if a.phrase[fail[at]] >= 0 {
			a.shorter[at] = fail[at]
		}
		for s, n := range a.next[at] {
			if n == 0 {
				a.next[at][s] = a.next[fail[at]][s]
				continue
			}
			fail[n] = a.next[fail[at]][s]
			queue = append(queue, n)
		}
	}
}

// symbol is the number of a letter or digit.
func symbol(c byte) byte {
	if c <= '9' {
		return c - '0' + 26
	}
	return c - 'a'
}

// find gives the phrases that stand in a text as whole words, in the order of their ends;
// of those that end together, the longest first.
func (a *automaton) find(t *squeezed, found func(hit)) {
	at := int32(0)
	for i, c := range t.letters {
		at = a.next[at][symbol(c)]
		if i+1 < len(t.letters) && !t.begins[i+1] {
			continue
		}
		for s := at; s != 0; s = a.shorter[s] {
			if p := a.phrase[s]; p >= 0 {
				if start := i + 1 - int(a.sizes[p]); t.begins[start] {
					found(hit{int(p), start, i + 1})
				}
			}
		}
	}
}
