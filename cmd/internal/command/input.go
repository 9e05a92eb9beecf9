package command

import (
	"errors"

	"github.com/spf13/pflag"
)

// Input is how a command tells what is wrong with a document of the user's.
type Input struct {
	all bool
}

// Flags defines --all-errors.
func (i *Input) Flags(f *pflag.FlagSet) {
	f.BoolVar(&i.all, "all-errors", false, "print everything that is wrong with a profile, not only the first 20 errors")
}

// Refuse is the usage error for a document. Of an error that is several, such as
// form.Errors, it has all if the user wants all.
func (i *Input) Refuse(err error) error {
	var several interface{ All() string }
	if i.all && errors.As(err, &several) {
		err = errors.New(several.All())
	}
	return Usage(err, "")
}
