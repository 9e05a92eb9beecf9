package command

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/spf13/cobra"
)

// full is a device without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWhatCannotBePrintedIsAnError(t *testing.T) {
	for _, flag := range []string{"--help", "--version"} {
		root := &cobra.Command{Use: "tool", RunE: func(*cobra.Command, []string) error { return nil }}
		Root(root)
		if err := Execute(context.Background(), root, []string{flag}, full{}, io.Discard); !errors.Is(err, errFull) {
			t.Errorf("%s: got error %v, want %v", flag, err, errFull)
		}
	}
}
