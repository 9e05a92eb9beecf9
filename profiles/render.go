package profiles

import (
	"io"

	"go.yaml.in/yaml/v3"

	"tenement/internal/strategy"
)

// Render is a strategy as a profile would write it, without what need not be
// said. Read back, it gives the same strategy, but for its name.
func Render(s strategy.Strategy) *yaml.Node { return render(s).toYAML(0, 0) }

// WriteStrategy writes what Render returns.
func WriteStrategy(w io.Writer, s strategy.Strategy) error { return render(s).writeYAML(w) }

func render(s strategy.Strategy) *node {
	return clientForm().write(client{Strategy: s}, false)
}
