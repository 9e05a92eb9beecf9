package outfile

import "os"

// descriptor returns nil: on Windows no path stands for an open file.
func descriptor(string) (*os.File, error) { return nil, nil }

// ofProcess returns false: on Windows no path stands for an open file.
func ofProcess(string) bool { return false }

// writable returns an error if a file that exists cannot be written.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// creatable returns an error if no file can be created beside path. There is no
// way to ask, so it creates a temporary file and removes it. If the process is
// killed in between, the next one that writes path removes it.
func creatable(path string) error {
	clean(path)
	f, err := temporary(path, private)
	if err != nil {
		return err
	}
	_ = f.Close()
	existing.mu.Lock()
	defer existing.mu.Unlock()
	delete(existing.names, f.Name())
	return os.Remove(f.Name())
}
