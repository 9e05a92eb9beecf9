package service

// LogGroup is the group in which a start of a task makes a stream.
const LogGroup = "/ecs/app"

// logs is Amazon CloudWatch Logs. The log driver of a task makes a stream when the task
// starts, and before that a group if it is told to; then it sends what the task writes.
// Fluent Bit does the same, and may set how long a group keeps its events; other loggers
// look first for a stream that is there.
//
// Sources: botocore 1.44.8 data/logs, CreateLogStream and DescribeLogStreams, for 50 and 25 a
// second; Amazon CloudWatch Logs User Guide, cloudwatch_limits_cwl, for 10 a second each of
// CreateLogGroup and DescribeLogGroups (unverified: from memory); Moby daemon/logger/awslogs
// and Fluent Bit plugins/out_cloudwatch_logs for the calls and their order. PutLogEvents has a
// quota for an account (botocore 1.44.8 data/logs), whose number is not known here, nor is that
// of PutRetentionPolicy. The event in the flow is of 1970, which the API answers with 200: it
// was too old.
var logs = jsonAPI(Row{
	Name: "logs", Title: "CloudWatch Logs", Host: "logs." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "", ""}},
	Flows: []Flow{
		call("log-stream", "log streams", logsTarget+"CreateLogStream", 50, `{"logGroupName":"`+LogGroup+`","logStreamName":"app/app/`+EndpointID+`"}`),
		call("log-group", "log groups", logsTarget+"CreateLogGroup", 10, `{"logGroupName":"`+LogGroup+`"}`),
		call("log-groups", "lists of log groups", logsTarget+"DescribeLogGroups", 10, `{"logGroupNamePrefix":"`+LogGroup+`"}`),
		call("log-streams", "lists of log streams", logsTarget+"DescribeLogStreams", 25, `{"logGroupName":"`+LogGroup+`"}`),
		call("log-retention", "retention policies", logsTarget+"PutRetentionPolicy", 0, `{"logGroupName":"`+LogGroup+`","retentionInDays":14}`),
		call("log-events", "log events", logsTarget+"PutLogEvents", 0, `{"logGroupName":"`+LogGroup+`","logStreamName":"app/app/`+EndpointID+`","logEvents":[{"timestamp":0,"message":"app"}]}`),
	},
	Plain: LogStreamRoute | LogGroupRoute | LogRetentionRoute,
})

const logsTarget = "Logs_20140328."
