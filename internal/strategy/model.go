package strategy

// ModelVersion is the version of the presets, of the random streams, of what
// limits decide and of how calls are judged. Two reports of different models are
// never silently compared. In version 2 a change of a limit gives nothing away, the
// first use of a client looks at what it has loaded, a call is judged by the expiry
// of what it gets, and Go resends on kept connections.
const ModelVersion = 2
