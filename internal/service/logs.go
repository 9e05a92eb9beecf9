package service

// LogGroup is the group in which a start of a task makes a stream.
const LogGroup = "/ecs/app"

// logs is Amazon CloudWatch Logs. The log driver of a task makes a stream when the task
// starts, and before that a group if it is told to; then it sends what the task writes.
//
// Sources: Amazon CloudWatch Logs API Reference, CreateLogStream, for 50 a second; its
// user guide, cloudwatch_limits_cwl, for 10 a second each of CreateLogGroup and
// DescribeLogGroups (unverified: from memory); botocore 1.43.11 data/logs for names; Moby
// daemon/logger/awslogs for the order of calls. PutLogEvents has a quota for an account
// (botocore 1.44.8 data/logs), whose number is not known here. The event in the flow is
// of 1970, which the API answers with 200: it was too old.
var logs = jsonAPI(Row{
	Name: "logs", Title: "CloudWatch Logs", Host: "logs." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "", ""}},
	Flows: []Flow{
		call("log-stream", "log streams", logsTarget+"CreateLogStream", 50, `{"logGroupName":"`+LogGroup+`","logStreamName":"app/app/`+EndpointID+`"}`),
		call("log-group", "log groups", logsTarget+"CreateLogGroup", 10, `{"logGroupName":"`+LogGroup+`"}`),
		call("log-groups", "lists of log groups", logsTarget+"DescribeLogGroups", 10, `{"logGroupNamePrefix":"`+LogGroup+`"}`),
		call("log-events", "log events", logsTarget+"PutLogEvents", 0, `{"logGroupName":"`+LogGroup+`","logStreamName":"app/app/`+EndpointID+`","logEvents":[{"timestamp":0,"message":"app"}]}`),
	},
	Plain: LogStreamRoute | LogGroupRoute,
})

const logsTarget = "Logs_20140328."
