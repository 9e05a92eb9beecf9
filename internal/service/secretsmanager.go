package service

// SecretID is the name of the secret that a start of a task asks for.
const SecretID = "app"

// secretsManager is AWS Secrets Manager. A start of a task asks for the values of secrets;
// libraries that keep them ask first which version is current.
//
// Sources: AWS announcement of 2025-03-04, "AWS Secrets Manager increases API requests per
// second limits", and its user guide, reference_limits, for 10,000 a second; botocore
// 1.43.11 data/secretsmanager for names. That the calls share the quota is from memory
// (unverified).
var secretsManager = jsonAPI(Row{
	Name: "secretsmanager", Title: "Secrets Manager", Host: "secretsmanager." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_SECRETS_MANAGER", "", ""}},
	Flows: []Flow{
		call("secret", "secrets", "secretsmanager.GetSecretValue", 10_000, `{"SecretId":"`+SecretID+`"}`),
		call("secret-info", "descriptions of secrets", "secretsmanager.DescribeSecret", 10_000, `{"SecretId":"`+SecretID+`"}`),
	},
	Limit: Limit{Scope: "host"},
})
