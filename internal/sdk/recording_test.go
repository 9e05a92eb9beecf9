package sdk_test

import (
	"time"

	"tenement/internal/sdk"
)

// recording is what one real client did to the answers that it got. The format is
// that of testdata/recordings/README.md.
type recording struct {
	where   string // file:line
	preset  sdk.Preset
	answers map[string][]answer // by leg
	kept    bool                // the endpoint keeps connections
	perCall bool                // the application builds a client for each call
	nothing string              // how a call ends that hands out no key: ok or error
	runs    int                 // how often it was recorded
	differs string              // why the preset does something else; "" if it does not
	slack   slack
	batches []batch
}

// slack is by how much a time can have been recorded too short or too long.
type slack struct {
	early, late time.Duration
	mean        time.Duration // by how much the mean of a gap can be too long
	took        time.Duration // by how much each call can have ended too late
}
