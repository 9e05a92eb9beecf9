package plan

import "time"

// dues finds the earliest of many instants, any of which may change at any time: a
// tournament of numbers 0..n-1, the winner of which has the earliest instant. Leaf
// number i is node n+i, node j plays the winners of nodes 2j and 2j+1, node 1 is the
// top.
type dues struct {
	at   []time.Duration // by number; never is none
	tree []int32         // the winner of each inner node, from 1 on
	// beats orders the numbers of one instant.
	beats func(x, y int32) bool
}

// newDues is n instants, all of them never.
func newDues(n int, beats func(x, y int32) bool) dues {
	d := dues{at: make([]time.Duration, n), tree: make([]int32, n), beats: beats}
	d.clear()
	return d
}

// clear makes all instants never.
func (d *dues) clear() {
	for i := range d.at {
		d.at[i] = never
	}
	for j := len(d.tree) - 1; j > 0; j-- {
		d.tree[j] = d.winner(2 * j)
	}
}

// first is the number with the earliest instant, and that instant.
func (d *dues) first() (number int32, at time.Duration) {
	if len(d.at) == 0 {
		return 0, never
	}
	number = d.winner(1)
	return number, d.at[number]
}

// winner is the number that wins a node.
func (d *dues) winner(node int) int32 {
	if n := len(d.at); node >= n {
		return int32(node - n)
	}
	return d.tree[node]
}

// set changes an instant. The way to the top ends early at a node whose winner is
// still another number, because nothing changes above it.
func (d *dues) set(number int32, at time.Duration) {
	d.at[number] = at
	for node := (len(d.at) + int(number)) / 2; node > 0; node /= 2 {
		x, y := d.winner(2*node), d.winner(2*node+1)
		if a, b := d.at[x], d.at[y]; b < a || a == b && a != never && d.beats(y, x) {
			x = y
		}
		if x == d.tree[node] && x != number {
			return
		}
		d.tree[node] = x
	}
}
