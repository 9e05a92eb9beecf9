package main

import (
	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/reports"
)

// report renders past reports again, several merged into one.
func (p *program) report() *cobra.Command {
	var out outputs
	var cases []string
	c := &cobra.Command{
		Use:   "report FILE...",
		Short: "Render a JSON report again, or several merged",
		Long: `Render a report that was written as JSON in another format. Several reports
of one profile are merged: counts and histograms add up, percentiles are
computed anew and never averaged. Figures over many seeds come from the
report with the most seeds. Gates are shown as they were judged, and a failed
gate does not change the exit code.

A histogram in the format hgrm is that of the first case; --case chooses
another.`,
		Args: command.Args(1, -1, "one or more report files"),
	}
	out.flags(c)
	out.lookFlags(c)
	c.Flags().StringArrayVar(&cases, "case", nil, "render the case of this `name` only; may be repeated")
	c.AddCommand(p.reportSchema())
	c.RunE = func(_ *cobra.Command, files []string) error {
		sinks, err := out.plan(p.stdout)
		if err != nil {
			return err
		}
		if err := spare(sinks, files...); err != nil {
			return err
		}
		var all []*reports.Report
		for _, name := range files {
			r, err := readReport(name)
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		merged := all[0]
		if len(all) > 1 {
			if merged, err = reports.Merge(all); err != nil {
				return command.Usage(err, "")
			}
		}
		if merged.ControlPlane() {
			if err := out.ofControl(sinks); err != nil {
				return err
			}
		}
		if len(cases) > 0 {
			if merged, err = merged.Only(cases); err != nil {
				return command.Usage(err, "--case takes the name of a case, as in JSON")
			}
		}
		return p.write(merged, sinks)
	}
	return c
}

// reportSchema prints the schema of reports.
func (p *program) reportSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of reports",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(reports.Schema())
			return err
		},
	}
}

func readReport(name string) (*reports.Report, error) {
	f, shown, err := openInput(name)
	if err != nil {
		return nil, command.Unreadable(name, err)
	}
	defer f.Close()
	r, err := reports.Read(shown, f)
	if err != nil {
		return nil, command.Usage(err, "")
	}
	return r, nil
}
