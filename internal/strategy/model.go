package strategy

// ModelVersion is the version of the presets, of the random streams, of what
// limits decide and of how calls are judged. Two reports of different models are
// never silently compared. In version 2 a change of a limit gives nothing away, the
// first use of a client looks at what it has loaded, and a call is judged by the
// expiry of what it gets. In version 3 connections are kept and break, and the
// presets are those of the releases of 2026-11. In version 4 the credentials of a task
// are issued when it starts, not when the run begins.
const ModelVersion = 4
