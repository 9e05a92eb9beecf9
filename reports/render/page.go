package render

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"strings"
	"sync"
)

// The library that draws charts, with its licence; uplot/README.md says which.
var (
	//go:embed uplot/uPlot.iife.min.js
	uplotScript string
	//go:embed uplot/uPlot.min.css
	uplotStyle string
	//go:embed uplot/LICENSE
	uplotLicence string
)

// instrumentStyle is the style of what the page's script adds.
//
//go:embed instruments.css
var instrumentStyle string

//go:embed script/*.js
var scripts embed.FS

// scriptParts are the files of the page's script, in their order.
var scriptParts = []string{"base", "view", "instrument", "timeline", "plane", "percentiles", "shares", "edges", "heat", "front", "tables", "main"}

// pageScript is all that the page runs. It is the same for every report: what differs
// stands in the page's JSON.
var pageScript = sync.OnceValue(func() string {
	var b strings.Builder
	b.WriteString("/*\n" + uplotLicence + "\n*/\n" + uplotScript + "\n(() => {\n\"use strict\";\n")
	for _, name := range scriptParts {
		part, err := scripts.ReadFile("script/" + name + ".js")
		if err != nil {
			panic(err) // it is embedded
		}
		b.Write(part)
	}
	b.WriteString("})();\n")
	return b.String()
})

// pagePolicy lets the page run pageScript, use its own style, and load nothing.
var pagePolicy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(pageScript()))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; " +
		"script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
})
