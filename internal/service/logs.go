package service

// LogGroup is the group in which a start of a task makes a stream.
const LogGroup = "/ecs/app"

// logs is Amazon CloudWatch Logs. The log driver of a task makes a stream when the task
// starts, and before that a group if it is told to.
//
// Sources: Amazon CloudWatch Logs API Reference, CreateLogStream, for 50 a second; its
// user guide, cloudwatch_limits_cwl, for 10 a second each of CreateLogGroup and
// DescribeLogGroups (unverified: from memory); botocore 1.43.11 data/logs for names; Moby
// daemon/logger/awslogs for the order of calls.
var logs = jsonAPI(Row{
	Name: "logs", Title: "CloudWatch Logs", Host: "logs." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "", ""}},
	Flows: []Flow{
		call("log-stream", "log streams", logsTarget+"CreateLogStream", 50, `{"logGroupName":"`+LogGroup+`","logStreamName":"app/app/`+EndpointID+`"}`),
		call("log-group", "log groups", logsTarget+"CreateLogGroup", 10, `{"logGroupName":"`+LogGroup+`"}`),
		call("log-groups", "lists of log groups", logsTarget+"DescribeLogGroups", 10, `{"logGroupNamePrefix":"`+LogGroup+`"}`),
	},
	Plain: LogStreamRoute | LogGroupRoute,
})

const logsTarget = "Logs_20140328."
