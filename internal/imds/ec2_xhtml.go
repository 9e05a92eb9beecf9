package imds

import (
	"fmt"
	"net/http"
	"strconv"
)

// xhtml is a reply as the metadata service's error pages are: a small XHTML
// document that says the status twice. Every page that was captured names
// ISO 8859-1. The one for 404 has 339 bytes and the one for 401 has 343, as here:
// they differ in the blanks before the address of the DTD. The pages of other
// statuses are by analogy with that for 404, of which alone the bytes were recorded
// by a program.
// Source: smithy-lang/smithy-rs
// aws-config/test-data/default-credential-provider-chain (404); captures in
// DataDog/datadog-agent#4857 (401), aws/amazon-cloudwatch-agent#1139 (403) and
// Netflix/ndbench#47 (404).
func xhtml(status int) reply {
	page, ok := pages[status]
	if !ok {
		page = newPage(status)
	}
	return reply{Answer: Answer{Status: status, Body: Text}, fields: htmlText, body: page}
}

// pages are the pages of the statuses that come up without a fault.
var pages = func() map[int][]byte {
	all := make(map[int][]byte)
	for _, status := range []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusExpectationFailed, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
	} {
		all[status] = newPage(status)
	}
	return all
}()

// newPage is the page of a status; the number replaces a name that is missing.
func newPage(status int) []byte {
	title := strconv.Itoa(status)
	if text := http.StatusText(status); text != "" {
		title += " - " + text
	}
	indent := "\t\t "
	if status == http.StatusUnauthorized {
		indent = "\t"
	}
	return fmt.Appendf(nil, page, title, indent)
}

const page = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
%[2]s"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>%[1]s</title>
 </head>
 <body>
  <h1>%[1]s</h1>
 </body>
</html>
`

var htmlText = []field{{"Content-Type", []string{"text/html"}}}
