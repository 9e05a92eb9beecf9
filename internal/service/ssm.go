package service

// ParameterName is the name of the parameter that a start of a task asks for.
const ParameterName = "app"

// ssm is the parameter store of AWS Systems Manager.
//
// Sources: AWS General Reference, ssm, "Parameter Store": 40 transactions a second that
// GetParameter, GetParameters and GetParametersByPath share, unless higher throughput is
// enabled; botocore 1.43.11 data/ssm for names.
var ssm = jsonAPI(Row{
	Name: "ssm", Title: "the SSM parameter store", Host: "ssm." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_SSM", "", ""}},
	Flows: []Flow{
		call("parameters", "parameters", "AmazonSSM.GetParameters", 40, `{"Names":["`+ParameterName+`"],"WithDecryption":true}`),
	},
})
