package plan

import "time"

// dues finds the earliest of many instants, any of which may change at any time: a
// tournament of numbers 0..n-1, the winner of which has the earliest instant. Leaf
// number i is node n+i, node j plays the winners of nodes 2j and 2j+1, node 1 is the
// top.
type dues struct {
	at   []time.Duration // by number; never is none
	tree []int32         // the winner of each node, from 1 on
	// beats orders the numbers of one instant.
	beats func(x, y int32) bool

	top   int32         // the winner of all
	topAt time.Duration // its instant
}

// newDues is n instants, all of them never.
func newDues(n int, beats func(x, y int32) bool) dues {
	d := dues{at: make([]time.Duration, n), tree: make([]int32, 2*n), beats: beats}
	for i := range n {
		d.tree[n+i] = int32(i)
	}
	d.clear()
	return d
}

// clear makes all instants never.
func (d *dues) clear() {
	for i := range d.at {
		d.at[i] = never
	}
	for j := len(d.at) - 1; j > 0; j-- {
		d.tree[j] = d.tree[2*j]
	}
	d.top, d.topAt = 0, never
}

// first is the number with the earliest instant, and that instant.
func (d *dues) first() (number int32, at time.Duration) { return d.top, d.topAt }

// set changes an instant and plays all games on its way to the top. The winner of a
// game is computed without a branch, which a processor could not predict.
func (d *dues) set(number int32, at time.Duration) {
	d.at[number] = at
	x, a := number, at // the winner so far
	tree, instants := d.tree, d.at
	for node := uint(len(instants) + int(number)); node > 1; {
		y := tree[node^1]
		b := instants[y]
		node /= 2
		// None of the bits is set if both come at one instant, which is not never.
		if (a^b)|((a^never)-1)>>63 == 0 && d.beats(y, x) {
			x = y
		} else {
			earlier := (b - a) >> 63 // all ones if b is; instants are not negative
			x ^= (x ^ y) & int32(earlier)
			a ^= (a ^ b) & earlier
		}
		tree[node] = x
	}
	d.top, d.topAt = x, a
}
