package imds

import "net/http"

// authError is an error of EKS Auth, as the Pod Identity agent hands it on.
type authError struct {
	status               int
	code, message, fault string
}

// errInvalidToken is what EKS Auth says of a token that its cluster did not
// sign.
var errInvalidToken = authError{http.StatusBadRequest, "InvalidTokenException", "The token is invalid.", "client"}

// authErrors are the errors of EKS Auth by status, for a fault that gives only a
// status. Of the codes that share a status it has the one that clients most likely
// meet; AccessDeniedException has status 400 in the model of the service. The
// messages are ours, because EKS Auth documents none.
// Source: boto/botocore botocore/data/eks-auth/2023-11-26/service-2.json.
var authErrors = map[int]authError{
	http.StatusBadRequest:         {http.StatusBadRequest, "AccessDeniedException", "The role cannot be assumed.", "client"},
	http.StatusForbidden:          {http.StatusForbidden, "AccessDeniedException", "The role cannot be assumed.", "client"},
	http.StatusNotFound:           {http.StatusNotFound, "ResourceNotFoundException", "There is no association for the service account.", "client"},
	http.StatusTooManyRequests:    {http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded", "client"},
	http.StatusServiceUnavailable: {http.StatusServiceUnavailable, "ServiceUnavailableException", "The service is unavailable.", "server"},
}
