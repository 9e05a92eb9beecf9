package strategy

import (
	"bytes"
	"encoding/json"
)

// ErrorBody is what a client makes of a body that came with a status other than
// 200.
func ErrorBody(body []byte) BodyKind {
	text := bytes.TrimSpace(body)
	if len(text) == 0 || text[0] != '{' && text[0] != '"' || !json.Valid(text) {
		return BodyText
	}
	var e struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(text, &e) == nil && throttleCodes[e.Code] {
		return BodyThrottleJSON
	}
	return BodyErrorJSON
}

// throttleCodes are the error codes that SDKs take for throttling.
// Source: aws-sdk-go-v2 aws/retry/standard.go (DefaultThrottleErrorCodes).
var throttleCodes = map[string]bool{
	"Throttling": true, "ThrottlingException": true, "ThrottledException": true,
	"RequestThrottledException": true, "TooManyRequestsException": true,
	"ProvisionedThroughputExceededException": true, "TransactionInProgressException": true,
	"RequestLimitExceeded": true, "BandwidthLimitExceeded": true, "LimitExceededException": true,
	"RequestThrottled": true, "SlowDown": true, "PriorRequestNotComplete": true,
	"EC2ThrottledException": true,
}

// Needs reports whether a client takes credentials that lack this field for
// unusable.
func Needs(field string) bool {
	switch field {
	case "AccessKeyId", "SecretAccessKey", "Token", "Expiration":
		return true
	}
	return false
}
