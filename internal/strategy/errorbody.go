package strategy

import (
	"bytes"
	"encoding/json"
	"strings"

	"tenement/internal/service"
)

// ErrorBody is how a client reads a body that came with a status other than 200.
func ErrorBody(body []byte) BodyKind {
	text := bytes.TrimSpace(body)
	if len(text) == 0 || text[0] != '{' && text[0] != '"' || !json.Valid(text) {
		return BodyText
	}
	var e struct {
		Code string `json:"code"`
		Type string `json:"__type"` // of AWS JSON protocols; it may follow a namespace and #
	}
	if json.Unmarshal(text, &e) == nil && (throttleCodes[e.Code] || throttleCodes[e.Type[strings.LastIndexByte(e.Type, '#')+1:]]) {
		return BodyThrottleJSON
	}
	return BodyErrorJSON
}

// throttleCodes are the error codes that SDKs treat as throttling.
// Source: aws-sdk-go-v2 aws/retry/standard.go (DefaultThrottleErrorCodes).
var throttleCodes = map[string]bool{
	"Throttling": true, "ThrottlingException": true, "ThrottledException": true,
	"RequestThrottledException": true, "TooManyRequestsException": true,
	"ProvisionedThroughputExceededException": true, "TransactionInProgressException": true,
	"RequestLimitExceeded": true, "BandwidthLimitExceeded": true, "LimitExceededException": true,
	"RequestThrottled": true, "SlowDown": true, "PriorRequestNotComplete": true,
	"EC2ThrottledException": true,
}

// Needs reports whether credentials that lack this field are unusable to a
// client.
func Needs(field string) bool {
	switch field {
	case service.AccessKeyID, service.SecretAccessKey, service.SessionToken, service.Expiration:
		return true
	}
	return false
}
