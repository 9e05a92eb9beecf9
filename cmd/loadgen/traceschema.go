package main

import (
	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/trace"
)

// traceSchema prints the schema of the trace format.
func (p *program) traceSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a line of a trace",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(trace.Schema())
			return err
		},
	}
}
