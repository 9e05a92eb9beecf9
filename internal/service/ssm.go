package service

// ParameterName is the name of the parameter that a start of a task asks for.
const ParameterName = "app"

// ssm is the parameter store of AWS Systems Manager. A start of a task asks for parameters
// together; programs ask for one, or for all below a path.
//
// Sources: AWS General Reference, ssm, "Parameter Store": 40 transactions a second that
// GetParameter, GetParameters and GetParametersByPath share, unless higher throughput is
// enabled; botocore 1.43.11 data/ssm for names.
var ssm = jsonAPI(Row{
	Name: "ssm", Title: "the SSM parameter store", Host: "ssm." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_SSM", "", ""}},
	Flows: []Flow{
		call("parameters", "parameters", ssmTarget+"GetParameters", 40, `{"Names":["`+ParameterName+`"],"WithDecryption":true}`),
		call("parameter", "single parameters", ssmTarget+"GetParameter", 40, `{"Name":"`+ParameterName+`","WithDecryption":true}`),
		call("parameter-path", "parameters below a path", ssmTarget+"GetParametersByPath", 40, `{"Path":"/","WithDecryption":true}`),
	},
	Limit: Limit{Scope: "host"}, // they share it
})

const ssmTarget = "AmazonSSM."
