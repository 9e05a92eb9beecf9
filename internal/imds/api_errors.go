package imds

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"tenement/internal/service"
)

// wrong is an error that is the client's.
func (s *jsonAPI) wrong(code, message string) reply {
	return s.failure(http.StatusBadRequest, code, message)
}

// unfit is an error that the service's model does not allow a member. Value is that word, or
// more of it. AWS names all that is wrong with a request, and this the first.
//
// Sources: aws/aws-sdk-kotlin 1469 (2024-11, Secrets Manager) for what is missing;
// remind101/ssm-env 10 (2017-10, SSM) for a list that is too long; localstack/localstack
// 8b9a79f05, tests/aws/services/logs (recorded from AWS on 2026-02-03) for a number;
// fluent-plugins-nursery/fluent-plugin-cloudwatch-logs 140 for an element. A text with a
// pattern was told with its value in 2021 (j256/cloudwatch-logback-appender 34) and is told
// without it in 2026 (vals-ai/Valkyrie 484; getmoto/moto tests/test_logs, verified at AWS).
func (s *jsonAPI) unfit(value, member, constraint string) reply {
	return s.wrong(s.details.invalid, "1 validation error detected: "+value+" at '"+member+"' failed to satisfy constraint: Member must "+constraint)
}

// The ends of errors of unfit.
const (
	notNull  = "not be null"
	atLeast  = "have value greater than or equal to "
	atMost   = "have value less than or equal to "
	tooShort = "have length greater than or equal to "
	tooLong  = "have length less than or equal to "
)

// quoted is the beginning of an error of unfit with the value.
func quoted(value string) string { return "Value '" + value + "'" }

// failure is an error with a status. A code tells SDKs what is wrong; the status does not.
// That AccessDeniedException has a Message is in answers of Secrets Manager (mbta/skate,
// 2020-12) and SSM; for the others it is by analogy. Codes that are in no model have a message
// (ValidationException of Secrets Manager: aws/aws-cli 6053, 2021-03).
func (s *jsonAPI) failure(status int, code, message string) reply {
	body := struct {
		Type  string `json:"__type"`
		Upper string `json:"Message,omitempty"`
		Lower string `json:"message,omitempty"`
	}{Type: code, Lower: message}
	if code == accessDenied || slices.Contains(s.details.upper, code) {
		body.Upper, body.Lower = message, ""
	}
	return reply{
		Answer: Answer{Status: status, Body: ErrorJSON}, fields: amazonFields, body: encode(body), sized: true, reason: code,
	}
}

// accessDenied is the code of a permission that is missing.
const accessDenied = "AccessDeniedException"

// refuse implements surface: a limit refuses with a code that SDKs know as throttling,
// whatever the status.
// Sources: aws/amazon-ecs-agent 498 (2016-08, ECR), anomalyco/sst 4063 (2024-10, SSM) and
// maxbanton/cwh 120 (2023-06, CloudWatch Logs), each with the status 400; Secrets Manager is by
// analogy. Botocore 1.44.8 data/_retry.json has the code.
func (s *jsonAPI) refuse(_ *question, status int) reply {
	return s.failure(status, "ThrottlingException", "Rate exceeded")
}

// fail implements surface.
func (s *jsonAPI) fail(q *question, status int) reply {
	switch {
	case status == http.StatusTooManyRequests:
		return s.refuse(q, status)
	case status == http.StatusServiceUnavailable:
		return s.failure(status, "ServiceUnavailableException", "")
	case status >= http.StatusInternalServerError:
		return s.failure(status, s.details.internal, "")
	}
	return s.failure(status, accessDenied, s.denied(q))
}

// errorCode is how the codes of errors look.
var errorCode = regexp.MustCompile(`^[A-Z][A-Za-z]{2,63}$`)

// coded implements coder: a code comes with the message that the API has for it, as far
// as it is known.
func (s *jsonAPI) coded(q *question, status int, code string) (reply, bool) {
	switch {
	case !errorCode.MatchString(code):
		return reply{}, false
	case code == accessDenied:
		return s.failure(status, code, s.denied(q)), true
	}
	return s.failure(status, code, s.message(code)), true
}

// message is the text of an error whose code a fault names, "" where it is not known. A service's
// own errors have the texts of its operations.
func (s *jsonAPI) message(code string) string {
	if own, known := ownMessages[s.of][code]; known {
		return own
	}
	return messages[code]
}

// messages are the texts of the errors that every service has.
// Sources: those that users report, and mhart/kinesalite for the member. The text of a
// signature goes on with its time and the server's.
var messages = map[string]string{
	"ThrottlingException":         "Rate exceeded",
	"TooManyRequestsException":    "Rate exceeded",
	"ExpiredTokenException":       "The security token included in the request is expired",
	"UnrecognizedClientException": "The security token included in the request is invalid.",
	"InvalidSignatureException":   "Signature expired",
}

// ownMessages are those of the services: of CloudWatch Logs, localstack/localstack 8b9a79f05,
// tests/aws/services/logs (recorded from AWS in 2026-02); of Secrets Manager, missingSecret.
var ownMessages = map[service.Service]map[string]string{
	service.Logs: {
		"LimitExceededException":         "Resource limit exceeded.",
		"ResourceAlreadyExistsException": "The specified log stream already exists",
		"ResourceNotFoundException":      noLogGroup,
	},
	service.SecretsManager: {"ResourceNotFoundException": missingSecret},
}

// denied says which permission is missing, as IAM does.
// Source: IAM User Guide, troubleshoot_access-denied.
func (s *jsonAPI) denied(q *question) string {
	target, _ := s.of.Row().Target(q.path)
	return "User: " + s.place.assumedRole(executionRole) + " is not authorized to perform: " +
		permission(s.of, target) + " on resource: *" +
		" because no identity-based policy allows the " + permission(s.of, target) + " action"
}

// permission is the action that a policy must allow for an operation.
func permission(of service.Service, target string) string {
	_, operation, _ := strings.Cut(target, ".")
	return of.String() + ":" + operation
}

// assumedRole is who calls an API with credentials of a role.
func (p Place) assumedRole(role string) string {
	return "arn:" + p.partition() + ":sts::" + p.account() + ":assumed-role/" + role + "/task"
}
