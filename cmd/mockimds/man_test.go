package main

import (
	"flag"
	"testing"

	"tenement/cmd/internal/command/manual"
)

var manDir = flag.String("man", "", "write the manual pages into this directory")

// TestMan: every command has a manual page, which names its flags.
func TestMan(t *testing.T) { manual.Write(t, root(), *manDir) }
