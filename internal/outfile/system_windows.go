package outfile

import (
	"os"
	"path/filepath"
)

// descriptor returns nil: on Windows no path stands for an open file.
func descriptor(string) (*os.File, error) { return nil, nil }

// creatable returns an error if no file can be created in a directory. There is
// no way to ask, so it creates one and removes it.
func creatable(dir string) error {
	f, err := temporary(filepath.Join(dir, "probe"), private)
	if err != nil {
		return err
	}
	_ = f.Close()
	return os.Remove(f.Name())
}
