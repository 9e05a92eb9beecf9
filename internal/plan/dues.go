package plan

import (
	"slices"
	"time"
)

// dues finds the earliest of many instants, any of which may change at any time: a
// tournament of numbers 0..n-1, the winner of which has the earliest instant. Leaf
// number i is node n+i, node j plays the winners of nodes 2j and 2j+1, node 1 is the
// top.
type dues struct {
	n    int
	tree []node // from 1 on; the leaves hold the instants
	// beats orders the numbers of one instant; nil is in ascending order.
	beats func(x, y int32) bool
	top   node // the winner of all
}

// node is who wins a node, and when that is due: never is none.
type node struct {
	at     time.Duration
	number int32
}

// reset makes all instants never, of n numbers, and reuses the memory.
func (d *dues) reset(n int) {
	d.n, d.top, d.tree = n, node{at: never}, slices.Grow(d.tree[:0], 2*n)[:2*n]
	for i := range n {
		d.tree[n+i] = node{never, int32(i)}
	}
	for j := n - 1; j > 0; j-- {
		d.tree[j] = d.tree[2*j]
	}
}

// first is the number with the earliest instant, and that instant.
func (d *dues) first() (number int32, at time.Duration) { return d.top.number, d.top.at }

// at is the instant of a number.
func (d *dues) at(number int32) time.Duration { return d.tree[d.n+int(number)].at }

// set changes an instant and plays all games on its way to the top.
func (d *dues) set(number int32, at time.Duration) {
	i := uint(d.n) + uint(number)
	if d.tree[i].at == at && (d.beats == nil || at == never || !d.ties(i)) {
		return // else a new key of the number may decide a tie in another way
	}
	d.play(i, node{at, number})
}

// play makes x the winner of a node, and plays all games on its way to the top. Without a
// tie, the winner of a game is computed without a branch, which a processor could not
// predict, and without a call, so that all of it stays in registers. Two numbers that are
// never due meet often, and nobody asks who wins: that is no tie.
func (d *dues) play(i uint, x node) {
	tree := d.tree
	for tree[i] = x; i > 1; tree[i] = x {
		y := tree[i^1]
		i /= 2
		if y.at == x.at && y.at != never {
			if d.outdoes(y.number, x.number) {
				x = y
			}
			d.play(i, x)
			return
		}
		if y.at < x.at {
			x = y
		}
	}
	d.top = x
}

// outdoes reports whether the first of two numbers of one instant comes first.
func (d *dues) outdoes(x, y int32) bool {
	if d.beats == nil {
		return x < y
	}
	return d.beats(x, y)
}

// ties reports whether a leaf meets another of its instant on its way to the top.
func (d *dues) ties(leaf uint) bool {
	tree := d.tree
	at := tree[leaf].at
	for i := leaf; i > 1; i /= 2 {
		if tree[i^1].at == at {
			return true
		}
	}
	return false
}
