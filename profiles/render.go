package profiles

import (
	"io"

	"tenement/internal/strategy"
)

// WriteStrategy writes a strategy as a profile would, without what need not be
// said. Read back, it gives the same strategy, but for its name.
func WriteStrategy(w io.Writer, s strategy.Strategy) error { return render(s).writeYAML(w) }

func render(s strategy.Strategy) *node {
	return clientForm().write(client{Strategy: s}, false)
}
