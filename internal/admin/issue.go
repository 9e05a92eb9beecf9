package admin

import (
	"net/http"
	"time"
)

// issued is the answer to POST /v1/credentials.
type issued struct {
	Hosts []issuedAt `json:"hosts"`
}

// issuedAt is when the credentials of a host expire.
type issuedAt struct {
	Host       int    `json:"host"`
	Expiration string `json:"expiration"` // as documents tell it
}

// issue issues new credentials to all tasks of all hosts, with so much life left, or
// with a whole lifetime.
func (a *API) issue(_ *http.Request, body []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left, err := a.format.ReadLife(body)
	if err != nil {
		return http.StatusBadRequest, nil, err
	}
	all := issued{[]issuedAt{}}
	for _, h := range a.hosts {
		at, expires := h.handler.Issue(left)
		a.requests.note(h, at, newDocuments)
		all.Hosts = append(all.Hosts, issuedAt{h.number, h.began.Add(expires).UTC().Format(time.RFC3339)})
	}
	return http.StatusOK, all, nil
}
