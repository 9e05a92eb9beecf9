package symptom

import (
	"slices"
	"sync"
)

// row is a text that is recognised.
type row struct {
	// text is the phrases of the text in their order, with … between them: whole words,
	// without what differs from one time to the next.
	text   string
	source string // who writes it
	preset string // of package sdk, whose user sees it; "" is none
	leg    Leg
	how    How     // Untold is what the words around it tell
	causes []Cause // nil are those of leg and how
	near   int     // most letters between the phrases; 0 is widest
	// outer texts say only that something else has failed: where that follows, they say
	// nothing.
	outer bool
	// alone texts say what came of a task: no other text wraps them.
	alone bool
	// part texts also stand inside those of others, and say nothing of their own there.
	part bool
	// bare texts are what many programs write: they count only where no other row's text is.
	bare bool
	// addressed texts count only beside the address of a leg: they are words of any log.
	addressed bool
}

// table is the rows: where the texts of two overlap, it is that with the longer phrases.
var table = sync.OnceValue(func() []row {
	all := slices.Concat(startRows, agentRows, podRows, toolRows, sdkRows, awsRows)
	for _, r := range bareRows {
		r.bare = true
		all = append(all, r)
	}
	return all
})

// barriers begin an error text: no row reads on across one.
var barriers = []string{
	"ResourceInitializationError", "CannotPullContainerError", "CannotPullECRContainerError", "CannotPullContainerAuthError", "CannotPullImageManifestError",
	"CannotStartContainerError", "CannotCreateContainerError", "TaskFailedToStart", "DockerTimeoutError", "Essential container in task exited",
	"failed to refresh cached credentials", "CredentialRetrievalError", "NoCredentialProviders", "Traceback (most recent call last)",
}
