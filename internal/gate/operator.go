package gate

import "fmt"

// operator compares a figure with a bound.
type operator struct {
	name  string
	holds func(figure, bound float64) bool
	// can reports whether a figure from low to high would hold.
	can func(low, high, bound float64) bool
}

// operators are tried in this order: <= before <.
var operators = []operator{
	{"<=", func(x, y float64) bool { return x <= y }, func(low, _, y float64) bool { return low <= y }},
	{">=", func(x, y float64) bool { return x >= y }, func(_, high, y float64) bool { return high >= y }},
	{"==", func(x, y float64) bool { return x == y }, func(low, high, y float64) bool { return low <= y && y <= high }},
	{"!=", func(x, y float64) bool { return x != y }, func(low, high, y float64) bool { return low != y || high != y }},
	{"<", func(x, y float64) bool { return x < y }, func(low, _, y float64) bool { return low < y }},
	{">", func(x, y float64) bool { return x > y }, func(_, high, y float64) bool { return high > y }},
}

// operator is that of the gate; an unknown one is an error.
func (g *Gate) operator() (operator, error) {
	for _, op := range operators {
		if op.name == g.Op {
			return op, nil
		}
	}
	return operator{}, fmt.Errorf("unknown operator %q", g.Op)
}

// Holds reports whether a figure meets the gate with this bound. An unknown operator is
// an error.
func (g *Gate) Holds(figure, bound float64) (bool, error) {
	op, err := g.operator()
	if err != nil {
		return false, err
	}
	return op.holds(figure, bound), nil
}

// Sure reports whether every figure from low to high gives the same answer, so that it
// does not matter which of them is the true one. == and != are always sure: they are
// about the figure that was counted.
func (g *Gate) Sure(low, high, bound float64) bool {
	op, err := g.operator()
	if err != nil || op.name == "==" || op.name == "!=" {
		return true
	}
	return op.holds(low, bound) == op.holds(high, bound)
}

// CanHold reports whether some figure from low to high would meet the gate.
func (g *Gate) CanHold(low, high, bound float64) bool {
	op, err := g.operator()
	return err == nil && op.can(low, high, bound)
}
