package reports

// Check is check, for tests outside the package.
func (l *Limit) Check() error { return l.check() }

// Check is check, for tests outside the package.
func (f *Fault) Check() error { return f.check() }

// MostParts is how many limits, changes and faults a report may name.
const MostParts = mostParts

// Differing is differing, for tests outside the package.
var Differing = differing

// Diff is diff, for tests outside the package.
var Diff = diff
