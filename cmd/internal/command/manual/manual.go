// Package manual makes the manual pages of a program. Only tests import it, so
// that its dependencies are in no program.
package manual

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"tenement/internal/release"
)

// Write writes a page for the program's command and each command below it into
// dir, or into a temporary directory if dir is empty. It fails the test if a page
// lacks one of the command's flags.
func Write(t *testing.T, root *cobra.Command, dir string) {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	header := doc.GenManHeader{Section: "1", Source: "Tenement " + release.Version(), Manual: "Tenement"}
	root.DisableAutoGenTag = true
	if err := doc.GenManTree(root, &header, dir); err != nil {
		t.Fatal(err)
	}
	each(root, func(c *cobra.Command) {
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		page, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			return
		}
		for _, line := range strings.Split(c.LocalFlags().FlagUsages(), "\n") {
			_, flag, ok := strings.Cut(line, "--")
			if flag, _, _ = strings.Cut(flag, " "); ok && !strings.Contains(string(page), fmt.Sprintf(`--%s\fP`, flag)) {
				t.Errorf("%s: got no --%s", name, flag)
			}
		}
	})
}

// each calls f for a command and every visible command below it.
func each(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			each(sub, f)
		}
	}
}
