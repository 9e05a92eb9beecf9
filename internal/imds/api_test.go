package imds

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// wrongMember is the answer of ECR to what its model does not allow.
func wrongMember(member, constraint string) string {
	return `{"__type":"InvalidParameterException","message":"Invalid parameter at '` + member + `' failed to satisfy constraint: '` + constraint + `'"}`
}

// The answers to requests with what is no name of a parameter, and with what is no path.
const (
	wrongName = `{"__type":"ValidationException","message":"Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of ` +
		`sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_"}`
	wrongPath = `{"__type":"ValidationException","message":"The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". ` +
		`It can't be prefixed with \\\"aws\\\" or \\\"ssm\\\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). ` +
		`Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_."}`
)

// aStream is a stream in an answer.
func aStream(name string) string {
	return `{"arn":"arn:aws:logs:us-west-2:111122223333:log-group:/ecs/app:log-stream:` + name + `","creationTime":1767225600000,"logStreamName":"` + name + `","storedBytes":0}`
}

// anImage is the image of a repository with an ID.
func anImage(id string) string {
	text, _ := json.Marshal(manifest)
	return `{"imageId":{` + id + `},"imageManifest":` + fakes.ReplaceAllString(string(text), "FAKE") + `,"imageManifestMediaType":"` + manifestType + `","registryId":"111122223333","repositoryName":"team/app"}`
}

// aParameter is a parameter in an answer.
func aParameter(name, selector, value string) string {
	if selector != "" {
		selector = `"Selector":"` + selector + `",`
	}
	return `{"ARN":"arn:aws:ssm:us-west-2:111122223333:parameter/` + strings.TrimPrefix(name, "/") + `","DataType":"text","LastModifiedDate":FAKE,"Name":"` + name +
		`",` + selector + `"Type":"SecureString","Value":"` + value + `","Version":1}`
}

// apiBegan is when the servers of these tests began.
var apiBegan = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newAPI is a server of an API, with what is behind it.
func newAPI(s service.Service, c APIConfig) *Handler {
	task := Identify(1, 0, "app", 0)
	task.Source = netip.MustParseAddr("192.0.2.1")
	return New(Config{Service: s, Seed: 1, Tasks: []Task{task}, Began: apiBegan, API: c})
}

// post calls an operation.
func post(h http.Handler, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.RemoteAddr = "192.0.2.1:1234"
	if target != "" {
		r.Header.Set(service.TargetHeader, target)
		r.Header.Set("Content-Type", amazonJSON)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// fakes are values that differ with the seed and the time.
var fakes = regexp.MustCompile(`[0-9a-f]{32,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|1[0-9]{9}\.[0-9]{3}|-[0-9a-f]{6}"|"QVdTO[A-Za-z0-9+/=]+`)

// What each call gets, to the byte, with FAKE in place of values that differ.
func TestAPIs(t *testing.T) {
	some := APIConfig{
		Secrets: map[string]string{"app": "", "given": "value", "my-secret": "value"}, Parameters: map[string]string{"/app/key": "", "given": "value"},
		Repositories: []string{"team/app"}, LogGroups: []string{"/ecs/app"},
	}
	for _, test := range []struct {
		name   string
		of     service.Service
		target string
		body   string
		status int
		want   string
	}{
		{"a login", service.ECR, ecrPrefix + "GetAuthorizationToken", "{}", 200,
			`{"authorizationData":[{"authorizationToken":FAKE","expiresAt":FAKE,"proxyEndpoint":"https://111122223333.dkr.ecr.us-west-2.amazonaws.com"}]}`},
		{"a missing repository", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"app","imageIds":[{"imageTag":"latest"}]}`, 400,
			`{"__type":"RepositoryNotFoundException","message":"The repository with name 'app' does not exist in the registry with id '111122223333'"}`},
		{"no repository", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{}`, 400, wrongMember("repositoryName", "must not be null")},
		{"a repository with a short name", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{"repositoryName":"a"}`, 400, wrongMember("repositoryName", "must have length greater than or equal to 2")},
		{"a repository with a long name", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{"repositoryName":"` + strings.Repeat("a", 257) + `"}`, 400,
			wrongMember("repositoryName", "must have length less than or equal to 256")},
		{"an odd repository", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"Team/App","imageIds":[{"imageTag":"latest"}]}`, 400,
			`{"__type":"InvalidParameterException","message":"Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*''"}`},
		{"where a layer is", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{"repositoryName":"team/app","layerDigest":"sha256:00"}`, 200,
			`{"downloadUrl":"https://prod-us-west-2-starport-layer-bucket.s3.us-west-2.amazonaws.com/sha256:00","layerDigest":"sha256:00"}`},
		{"a repository with two hyphens", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{"repositoryName":"a--b__c","layerDigest":"sha256:00"}`, 400,
			`{"__type":"RepositoryNotFoundException","message":"The repository with name 'a--b__c' does not exist in the registry with id '111122223333'"}`},
		{"images", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"team/app","imageIds":[{"imageTag":"v1"},{"imageDigest":"sha256:0A"},{"imageTag":"v2","imageDigest":"sha256:0b"}]}`, 200,
			`{"failures":[],"images":[` + anImage(`"imageDigest":"sha256:FAKE","imageTag":"v1"`) + `,` + anImage(`"imageDigest":"sha256:0A"`) + `,` + anImage(`"imageDigest":"sha256:0b","imageTag":"v2"`) + `]}`},
		{"images that cannot be", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"team/app","imageIds":[{},{"imageDigest":"0a","imageTag":"v1"}]}`, 200,
			`{"failures":[{"failureCode":"MissingDigestAndTag","failureReason":"Invalid request parameters: both tag and digest cannot be null","imageId":{}},` +
				`{"failureCode":"InvalidImageDigest","failureReason":"Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'","imageId":{"imageDigest":"0a","imageTag":"v1"}}],"images":[]}`},
		{"no images", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"team/app","imageIds":[]}`, 400, wrongMember("imageIds", "Member must have length greater than or equal to 1")},
		{"too many images", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"team/app","imageIds":[{}` + strings.Repeat(`,{}`, 100) + `]}`, 400, wrongMember("imageIds", "Member must have length less than or equal to 100")},
		{"images that are no list", service.ECR, ecrPrefix + "BatchGetImage", `{"repositoryName":"team/app","imageIds":"v1"}`, 400, `{"__type":"SerializationException"}`},
		{"layers", service.ECR, ecrPrefix + "BatchCheckLayerAvailability", `{"repositoryName":"team/app","layerDigests":["sha256:00"]}`, 200,
			`{"failures":[],"layers":[{"layerAvailability":"AVAILABLE","layerDigest":"sha256:00","layerSize":2,"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip"}]}`},
		{"layers that cannot be", service.ECR, ecrPrefix + "BatchCheckLayerAvailability", `{"repositoryName":"team/app","layerDigests":["","00"]}`, 200,
			`{"failures":[{"failureCode":"MissingLayerDigest","failureReason":"Invalid request parameters: layer digest cannot be null","layerDigest":""},` +
				`{"failureCode":"InvalidLayerDigest","failureReason":"Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'","layerDigest":"00"}],"layers":[]}`},
		{"where a layer is that cannot be", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{"repositoryName":"team/app","layerDigest":"00"}`, 400,
			`{"__type":"InvalidParameterException","message":"Invalid parameter at 'layerDigest' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+''"}`},
		{"where no layer is", service.ECR, ecrPrefix + "GetDownloadUrlForLayer", `{"repositoryName":"team/app"}`, 400, wrongMember("layerDigest", "must not be null")},
		{"no layers", service.ECR, ecrPrefix + "BatchCheckLayerAvailability", `{"repositoryName":"team/app"}`, 400, wrongMember("layerDigests", "Member must have length greater than or equal to 1")},
		{"too many layers", service.ECR, ecrPrefix + "BatchCheckLayerAvailability", `{"repositoryName":"team/app","layerDigests":[""` + strings.Repeat(`,""`, 100) + `]}`, 400, wrongMember("layerDigests", "Member must have length less than or equal to 100")},
		{"another operation", service.ECR, ecrPrefix + "DescribeRepositories", "{}", 400, `{"__type":"UnknownOperationException"}`},
		{"no operation", service.ECR, "", "{}", 404, "<UnknownOperationException/>\n"},
		{"an operation of another service", service.SSM, "secretsmanager.GetSecretValue", "{}", 400, `{"__type":"UnknownOperationException"}`},
		{"a secret", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"app"}`, 200,
			`{"ARN":"arn:aws:secretsmanager:us-west-2:111122223333:secret:appFAKE,"CreatedDate":FAKE,"Name":"app","SecretString":"not-a-real-secret-FAKE","VersionId":"FAKE","VersionStages":["AWSCURRENT"]}`},
		{"a secret by its ARN", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"arn:aws:secretsmanager:us-west-2:111122223333:secret:given-a1B2c3"}`, 200,
			`{"ARN":"arn:aws:secretsmanager:us-west-2:111122223333:secret:givenFAKE,"CreatedDate":FAKE,"Name":"given","SecretString":"value","VersionId":"FAKE","VersionStages":["AWSCURRENT"]}`},
		{"what there is of a secret", service.SecretsManager, "secretsmanager.DescribeSecret", `{"SecretId":"given"}`, 200,
			`{"ARN":"arn:aws:secretsmanager:us-west-2:111122223333:secret:givenFAKE,"CreatedDate":FAKE,"LastChangedDate":FAKE,"Name":"given","VersionIdsToStages":{"FAKE":["AWSCURRENT"]}}`},
		{"what there is of no secret", service.SecretsManager, "secretsmanager.DescribeSecret", `{}`, 400,
			`{"__type":"ValidationException","message":"1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null"}`},
		{"a secret with a blank", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"my app"}`, 400,
			`{"__type":"ValidationException","message":"Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"}`},
		{"a secret of a service", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"rds!db-1"}`, 400,
			`{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`},
		{"a missing secret", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"none"}`, 400,
			`{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`},
		{"a secret by an ARN without its suffix", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"arn:aws:secretsmanager:us-west-2:111122223333:secret:my-secret"}`, 200,
			`{"ARN":"arn:aws:secretsmanager:us-west-2:111122223333:secret:my-secretFAKE,"CreatedDate":FAKE,"Name":"my-secret","SecretString":"value","VersionId":"FAKE","VersionStages":["AWSCURRENT"]}`},
		{"the current secret", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"given","VersionStage":"AWSCURRENT"}`, 200,
			`{"ARN":"arn:aws:secretsmanager:us-west-2:111122223333:secret:givenFAKE,"CreatedDate":FAKE,"Name":"given","SecretString":"value","VersionId":"FAKE","VersionStages":["AWSCURRENT"]}`},
		{"the secret before", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"given","VersionStage":"AWSPREVIOUS"}`, 400,
			`{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS"}`},
		{"another version of a secret", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":"given","VersionId":"EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE","VersionStage":"AWSCURRENT"}`, 400,
			`{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret value for VersionId: EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"}`},
		{"a secret whose name is a number", service.SecretsManager, "secretsmanager.GetSecretValue", `{"SecretId":7}`, 400, `{"__type":"SerializationException"}`},
		{"what is no JSON", service.SecretsManager, "secretsmanager.GetSecretValue", `{`, 400, `{"__type":"SerializationException"}`},
		{"what is no object", service.SecretsManager, "secretsmanager.GetSecretValue", `7`, 400, `{"__type":"SerializationException"}`},
		{"parameters, one of which is missing", service.SSM, "AmazonSSM.GetParameters", `{"Names":["/app/key","none","arn:aws:ssm:us-west-2:111122223333:parameter/given"]}`, 200,
			`{"InvalidParameters":["none"],"Parameters":[{"ARN":"arn:aws:ssm:us-west-2:111122223333:parameter/app/key","DataType":"text","LastModifiedDate":FAKE,"Name":"/app/key","Type":"SecureString","Value":"not-a-real-parameter-FAKE","Version":1},` +
				`{"ARN":"arn:aws:ssm:us-west-2:111122223333:parameter/given","DataType":"text","LastModifiedDate":FAKE,"Name":"given","Type":"SecureString","Value":"value","Version":1}]}`},
		{"too many parameters", service.SSM, "AmazonSSM.GetParameters", `{"Names":["1","2","3","4","5","6","7","8","9","10","11"]}`, 400,
			`{"__type":"ValidationException","message":"1 validation error detected: Value '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10"}`},
		{"no parameters", service.SSM, "AmazonSSM.GetParameters", `{"Names":[]}`, 400,
			`{"__type":"ValidationException","message":"1 validation error detected: Value '[]' at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1"}`},
		{"a parameter with a slash that its name has not", service.SSM, "AmazonSSM.GetParameter", `{"Name":"/given"}`, 200, `{"Parameter":` + aParameter("given", "", "value") + `}`},
		{"a parameter with a slash at its end", service.SSM, "AmazonSSM.GetParameter", `{"Name":"/app/key/"}`, 400, wrongName},
		{"parameters in the order of their names", service.SSM, "AmazonSSM.GetParameters", `{"Names":["given:1","/app/key:2"," /app/key "]}`, 200,
			`{"InvalidParameters":["/app/key:2"],"Parameters":[` + aParameter("/app/key", "", "not-a-real-parameter-FAKE") + `,` + aParameter("given", ":1", "value") + `]}`},
		{"a parameter with a blank", service.SSM, "AmazonSSM.GetParameters", `{"Names":["app key"]}`, 400, wrongName},
		{"a parameter", service.SSM, "AmazonSSM.GetParameter", `{"Name":"arn:aws:ssm:us-west-2:111122223333:parameter/app/key:1"}`, 200,
			`{"Parameter":` + aParameter("/app/key", ":1", "not-a-real-parameter-FAKE") + `}`},
		{"a missing parameter", service.SSM, "AmazonSSM.GetParameter", `{"Name":"none"}`, 400, `{"__type":"ParameterNotFound"}`},
		{"a missing version", service.SSM, "AmazonSSM.GetParameter", `{"Name":"/app/key:2"}`, 400,
			`{"__type":"ParameterVersionNotFound","message":"Systems Manager could not find version 2 of /app/key. Verify the version and try again."}`},
		{"a missing version of an ARN", service.SSM, "AmazonSSM.GetParameter", `{"Name":"arn:aws:ssm:us-west-2:111122223333:parameter/app/key:2"}`, 400,
			`{"__type":"ParameterVersionNotFound","message":"Systems Manager could not find version 2 of /app/key. Verify the version and try again."}`},
		{"a missing label", service.SSM, "AmazonSSM.GetParameter", `{"Name":"given:live"}`, 400,
			`{"__type":"ParameterVersionNotFound","message":"Systems Manager could not find version live of given. Verify the version and try again."}`},
		{"no parameter", service.SSM, "AmazonSSM.GetParameter", `{}`, 400,
			`{"__type":"ValidationException","message":"1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"}`},
		{"what is below a path", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/app/"}`, 200,
			`{"Parameters":[` + aParameter("/app/key", "", "not-a-real-parameter-FAKE") + `]}`},
		{"what is below no more", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/app/key","Recursive":true}`, 200, `{"Parameters":[]}`},
		{"what is at the top", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/"}`, 200, `{"Parameters":[` + aParameter("given", "", "value") + `]}`},
		{"what is below the top, page 1", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","Recursive":true,"MaxResults":1}`, 200,
			`{"NextToken":"YWZ0ZXI6L2FwcC9rZXk","Parameters":[` + aParameter("/app/key", "", "not-a-real-parameter-FAKE") + `]}`},
		{"what is below the top, page 2", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","Recursive":true,"MaxResults":1,"NextToken":"YWZ0ZXI6L2FwcC9rZXk"}`, 200,
			`{"Parameters":[` + aParameter("given", "", "value") + `]}`},
		{"what is secret below the top", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","ParameterFilters":[{"Key":"Type","Option":"BeginsWith","Values":["String","Secure"]},{"Key":"KeyId","Values":["alias/aws/ssm"]}]}`, 200,
			`{"Parameters":[` + aParameter("given", "", "value") + `]}`},
		{"what is no secret below the top", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","ParameterFilters":[{"Key":"Type","Values":["String"]}]}`, 200, `{"Parameters":[]}`},
		{"what has a label", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","ParameterFilters":[{"Key":"Label","Values":["live"]}]}`, 200, `{"Parameters":[]}`},
		{"a filter that is none", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","ParameterFilters":[{"Key":"Name","Values":["a"]}]}`, 400, `{"__type":"InvalidFilterKey"}`},
		{"an option that is none", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","ParameterFilters":[{"Key":"Label","Option":"BeginsWith","Values":["a"]}]}`, 400, `{"__type":"InvalidFilterOption"}`},
		{"a filter without a value", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","ParameterFilters":[{"Key":"Type"}]}`, 400, `{"__type":"InvalidFilterValue"}`},
		{"what is no token", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","NextToken":"7"}`, 400,
			`{"__type":"InvalidNextToken","Message":"The specified token isn't valid."}`},
		{"too many of a path", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"/","MaxResults":11}`, 400,
			`{"__type":"ValidationException","message":"1 validation error detected: Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10"}`},
		{"what is no path", service.SSM, "AmazonSSM.GetParametersByPath", `{"Path":"app"}`, 400, wrongPath},
		{"a stream", service.Logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"app/1"}`, 200, ""},
		{"a stream without its group", service.Logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"none","logStreamName":"app/1"}`, 400,
			`{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}`},
		{"a stream without a name", service.Logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value null at 'logStreamName' failed to satisfy constraint: Member must not be null"}`},
		{"a stream with a long name", service.Logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"` + strings.Repeat("x", 513) + `"}`, 400,
			`{"__type":"InvalidParameterException","message":"Invalid LogGroup or LogStream, both must have length less than or equal to 512."}`},
		{"a stream with a colon", service.Logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"a:b"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*"}`},
		{"a group with a space", service.Logs, "Logs_20140328.CreateLogGroup", `{"logGroupName":"a b"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"}`},
		{"a group that is there", service.Logs, "Logs_20140328.CreateLogGroup", `{"logGroupName":"/ecs/app"}`, 400,
			`{"__type":"ResourceAlreadyExistsException","message":"The specified log group already exists"}`},
		{"groups", service.Logs, "Logs_20140328.DescribeLogGroups", `{"logGroupNamePrefix":"/ecs"}`, 200,
			`{"logGroups":[{"arn":"arn:aws:logs:us-west-2:111122223333:log-group:/ecs/app:*","creationTime":1767225600000,"deletionProtectionEnabled":false,"logGroupArn":"arn:aws:logs:us-west-2:111122223333:log-group:/ecs/app","logGroupClass":"STANDARD","logGroupName":"/ecs/app","metricFilterCount":0,"storedBytes":0}]}`},
		{"groups by a part of their names", service.Logs, "Logs_20140328.DescribeLogGroups", `{"logGroupNamePattern":"s/a"}`, 200,
			`{"logGroups":[{"arn":"arn:aws:logs:us-west-2:111122223333:log-group:/ecs/app:*","creationTime":1767225600000,"logGroupArn":"arn:aws:logs:us-west-2:111122223333:log-group:/ecs/app","logGroupClass":"STANDARD","logGroupName":"/ecs/app","metricFilterCount":0}]}`},
		{"no groups", service.Logs, "Logs_20140328.DescribeLogGroups", `{"logGroupNamePattern":"s/b","nextToken":null}`, 200, `{"logGroups":[]}`},
		{"groups by both", service.Logs, "Logs_20140328.DescribeLogGroups", `{"logGroupNamePrefix":"/ecs","logGroupNamePattern":"app"}`, 400,
			`{"__type":"InvalidParameterException","message":"LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."}`},
		{"too many groups", service.Logs, "Logs_20140328.DescribeLogGroups", `{"limit":51}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"}`},
		{"no group at a time", service.Logs, "Logs_20140328.DescribeLogGroups", `{"limit":0}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"}`},
		{"groups after what is no token", service.Logs, "Logs_20140328.DescribeLogGroups", `{"nextToken":"/ecs"}`, 400,
			`{"__type":"InvalidParameterException","message":"The specified nextToken is invalid."}`},
		{"groups after a number", service.Logs, "Logs_20140328.DescribeLogGroups", `{"nextToken":7}`, 400, `{"__type":"SerializationException"}`},
		{"a group of AWS", service.Logs, "Logs_20140328.CreateLogGroup", `{"logGroupName":"AWS/ecs"}`, 400,
			`{"__type":"InvalidParameterException","message":"Log groups starting with AWS/ are reserved for AWS."}`},
		{"streams", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupName":"/ecs/app","logStreamNamePrefix":"a"}`, 200, `{"logStreams":[]}`},
		{"streams of no group", service.Logs, "Logs_20140328.DescribeLogStreams", `{}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null"}`},
		{"streams of a group that is not there", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupIdentifier":"arn:aws:logs:us-west-2:111122223333:log-group:none"}`, 400,
			`{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}`},
		{"streams of a group that is named twice", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupName":"/ecs/app","logGroupIdentifier":"/ecs/app"}`, 400,
			`{"__type":"ValidationException","message":"LogGroup name and LogGroup ARN are mutually exclusive parameters."}`},
		{"streams of an ARN with a star", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupIdentifier":"arn:aws:logs:us-west-2:111122223333:log-group:/ecs/app:*"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*"}`},
		{"streams with a colon", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupName":"/ecs/app","logStreamNamePrefix":":"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'logStreamNamePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*"}`},
		{"streams in an order that is none", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupName":"/ecs/app","orderBy":"Size"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value 'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]"}`},
		{"streams by the last event and by name", service.Logs, "Logs_20140328.DescribeLogStreams", `{"logGroupName":"/ecs/app","orderBy":"LastEventTime","logStreamNamePrefix":"a"}`, 400,
			`{"__type":"InvalidParameterException","message":"Cannot order by LastEventTime with a logStreamNamePrefix."}`},
		{"how long events are kept", service.Logs, "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"/ecs/app","retentionInDays":14}`, 200, ""},
		{"how long events are kept nowhere", service.Logs, "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"none","retentionInDays":14}`, 400,
			`{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}`},
		{"how long events cannot be kept", service.Logs, "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"/ecs/app","retentionInDays":10}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value '10' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: ` +
				`[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]"}`},
		{"no days", service.Logs, "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"/ecs/app"}`, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value null at 'retentionInDays' failed to satisfy constraint: Member must not be null"}`},
		{"half a day", service.Logs, "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"/ecs/app","retentionInDays":0.5}`, 400, `{"__type":"SerializationException"}`},
		{"null", service.Logs, "Logs_20140328.CreateLogGroup", `null`, 400, `{"__type":"SerializationException"}`},
		{"nothing", service.Logs, "Logs_20140328.CreateLogGroup", ``, 400, `{"__type":"SerializationException"}`},
		{"nothing for another operation", service.Logs, "Logs_20140328.DeleteLogGroup", ``, 400, `{"__type":"UnknownOperationException"}`},
		{"what is no JSON for another operation", service.Logs, "Logs_20140328.DeleteLogGroup", `{`, 400, `{"__type":"SerializationException"}`},
		{"events in a stream that is not there", service.Logs, "Logs_20140328.PutLogEvents", `{"logGroupName":"/ecs/app","logStreamName":"none","logEvents":[{"timestamp":1767225600000,"message":"a"}]}`, 400,
			`{"__type":"ResourceNotFoundException","message":"The specified log stream does not exist."}`},
		{"events in a group that is not there", service.Logs, "Logs_20140328.PutLogEvents", `{"logGroupName":"none","logStreamName":"none","logEvents":[{"timestamp":1767225600000,"message":"a"}]}`, 400,
			`{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := post(newAPI(test.of, some), test.target, test.body)
			got := fakes.ReplaceAllString(w.Body.String(), "FAKE")
			if w.Code != test.status || got != test.want {
				t.Errorf("got %d, %s\nwant %d, %s", w.Code, got, test.status, test.want)
			}
			header := w.Header()
			if test.target != "" && (header.Get("Content-Type") != "application/x-amz-json-1.1" || !fakes.MatchString(header.Get("X-Amzn-RequestId"))) {
				t.Errorf("got the headers %v", header)
			}
			if told := NewSecrets().String(w.Body.String()); strings.Contains(told, "not-a-real") || strings.Contains(told, "QVdTOm5vdC1h") {
				t.Errorf("the redactor leaves %s", told)
			}
		})
	}
}

// What is not of the protocol names no operation, and is answered in front of the limiter.
func TestOtherProtocolsAreRefused(t *testing.T) {
	const page, document = "<UnknownOperationException/>\n", `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}`
	for _, test := range []struct {
		name, method, target, kind string
		status                     int
		want, wantKind             string
	}{
		{"of the protocol", "POST", "CreateLogGroup", "application/x-amz-json-1.1", 200, "", amazonJSON},
		{"of the protocol, with a character set", "POST", "CreateLogGroup", "application/x-amz-json-1.1; charset=utf-8", 200, "", amazonJSON},
		{"without a target", "POST", "", "application/x-amz-json-1.1", 400, `{"__type":"UnknownOperationException"}`, amazonJSON},
		{"without a content type", "POST", "CreateLogGroup", "", 404, page, ""},
		{"of a form", "POST", "CreateLogGroup", "application/x-www-form-urlencoded", 404, page, ""},
		{"of JSON 1.0", "POST", "CreateLogGroup", "application/x-amz-json-1.0", 404, page, ""},
		{"of plain JSON", "POST", "CreateLogGroup", "application/json", 404, document, "application/json"},
		{"of plain JSON without a target", "POST", "", "application/json", 404, document, "application/json"},
		{"of another method", "PUT", "CreateLogGroup", "application/x-amz-json-1.1", 404, page, ""},
	} {
		for _, limited := range []bool{false, true} {
			c := Config{Service: service.Logs, API: APIConfig{LogGroups: []string{}}}
			if limited {
				c.Endpoint = throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1e6}, Burst: 1}}, OnExceed: throttle.OnExceed{Status: 429}})
			}
			h := New(c)
			if limited {
				post(h, "Logs_20140328.Unknown", "{}") // takes the only token
			}
			r := httptest.NewRequest(test.method, "/", strings.NewReader(`{"logGroupName":"a"}`))
			if test.target != "" {
				r.Header.Set(service.TargetHeader, "Logs_20140328."+test.target)
			}
			if test.kind != "" {
				r.Header.Set("Content-Type", test.kind)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			status, want := test.status, test.want
			if limited && strings.HasPrefix(test.wantKind, amazonJSON) {
				status, want = 429, `{"__type":"ThrottlingException","message":"Rate exceeded"}`
			}
			if w.Code != status || w.Body.String() != want || w.Header().Get("Content-Type") != test.wantKind || len(w.Header()["X-Amzn-Requestid"]) != 1 {
				t.Errorf("%s, limited %t: got %d, %s, %v", test.name, limited, w.Code, w.Body, w.Header())
			}
		}
	}
}

// squeeze is a text, compressed.
func squeeze(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// CloudWatch Logs takes compressed requests, and no more of them than of others.
func TestCompressedRequests(t *testing.T) {
	const group = `{"logGroupName":"a"}`
	for _, test := range []struct {
		name         string
		of           service.Service
		target       string
		coding, body string
		want         string
	}{
		{"compressed", service.Logs, "Logs_20140328.CreateLogGroup", "gzip", squeeze(group), ""},
		{"not compressed", service.Logs, "Logs_20140328.CreateLogGroup", "gzip", group, "SerializationException"},
		{"cut short", service.Logs, "Logs_20140328.CreateLogGroup", "gzip", squeeze(group)[:20], "SerializationException"},
		{"not said to be", service.Logs, "Logs_20140328.CreateLogGroup", "", squeeze(group), "SerializationException"},
		{"in another way", service.Logs, "Logs_20140328.CreateLogGroup", "deflate", squeeze(group), "SerializationException"},
		{"as long as can be", service.Logs, "Logs_20140328.CreateLogGroup", "gzip", squeeze(group + strings.Repeat(" ", maxInput-len(group))), ""},
		{"longer", service.Logs, "Logs_20140328.CreateLogGroup", "gzip", squeeze(group + strings.Repeat(" ", maxInput-len(group)+1)), "SerializationException"},
		{"events", service.Logs, "Logs_20140328.PutLogEvents", "gzip",
			squeeze(`{"logGroupName":"a","logStreamName":"b","logEvents":[{"timestamp":1,"message":"` + strings.Repeat(`\u001b`, 1<<20-eventBytes) + `"}]}`), "tooOldLogEventEndIndex"},
		{"of another service", service.SSM, "AmazonSSM.GetParameters", "gzip", squeeze(`{"Names":["a"]}`), "SerializationException"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body))
		r.Header.Set(service.TargetHeader, test.target)
		r.Header.Set("Content-Type", amazonJSON)
		if test.coding != "" {
			r.Header.Set("Content-Encoding", test.coding)
		}
		w := httptest.NewRecorder()
		newAPI(test.of, APIConfig{}).ServeHTTP(w, r)
		if got := w.Body.String(); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s: got %d, %s", test.name, w.Code, got)
		}
	}
}

const ecrPrefix = "AmazonEC2ContainerRegistry_V20150921."

// Everything is there where nobody says what is, as often as it is made.
func TestEverythingIsThere(t *testing.T) {
	for _, s := range []service.Service{service.ECR, service.SecretsManager, service.SSM, service.Logs} {
		h := newAPI(s, APIConfig{})
		for _, f := range s.Row().Flows {
			target, _ := s.Row().Target(f.Legs[0].Path)
			if w := post(h, target, f.Legs[0].Body); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"InvalidParameters":["`) {
				t.Errorf("%s: got %d, %s", target, w.Code, w.Body)
			}
			// A program that knows paths alone asks for the path that stands for it.
			r := httptest.NewRequest(http.MethodPost, f.Legs[0].Path, nil)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != http.StatusOK {
				t.Errorf("%s: got %d, %s", f.Legs[0].Path, w.Code, w.Body)
			}
		}
	}
}

// A client that sends all of a request before it reads gets its answer, however long that
// request is, and whether or not it is one that the server knows.
func TestLongRequestsAreAnswered(t *testing.T) {
	const target = "\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Logs_20140328."
	body := strings.Repeat(" ", 24<<20) // more than the system takes for a server that reads nothing
	for _, test := range []struct {
		of     service.Service
		head   string
		status int
	}{
		{service.Logs, "POST / HTTP/1.1" + target + "CreateLogStream", 400},
		{service.Logs, "POST / HTTP/1.1" + target + "Unknown", 400},
		{service.Logs, "POST / HTTP/1.1", 404},
		{service.Logs, "POST / HTTP/1.1\r\nContent-Type: application/json\r\nX-Amz-Target: Logs_20140328.CreateLogStream", 404},
		{service.Logs, "PUT / HTTP/1.1" + target + "CreateLogStream", 404},
		{service.Logs, "POST / HTTP/1.0\r\nConnection: close", 404},
		{service.ECRDocker, "GET /v2/app/tags/list HTTP/1.1\r\nConnection: close", 404},
		{service.S3, "GET /key HTTP/1.1\r\nConnection: close", 200},
	} {
		server := httptest.NewServer(newAPI(test.of, APIConfig{}))
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "%s\r\nHost: api\r\nContent-Length: %d\r\n\r\n%s", test.head, len(body), body); err != nil {
			t.Errorf("%s: %v", test.head, err)
		}
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || r.StatusCode != test.status {
			t.Errorf("%s: got %+v, %v, want %d", test.head, r, err, test.status)
		}
		_ = conn.Close()
		server.Close()
	}
}

// As many groups are listed as an answer holds, the rest in the next one.
func TestGroupsAreListed(t *testing.T) {
	all := []string{"other"}
	for i := range 2 * mostGroups {
		all = append(all, fmt.Sprintf("/ecs/%03d", (i*37)%(2*mostGroups)))
	}
	want := slices.Sorted(slices.Values(all[1:]))
	g, token := newLogGroups(all), ""
	for _, want := range [][]string{want[:mostGroups], want[mostGroups:]} {
		in := &input{members: map[string]json.RawMessage{"token": encode(token)}}
		p, wrong, ok := in.listing("size", "token", mostGroups)
		if wrong != "" || !ok {
			t.Fatalf("got %q, %t", wrong, ok)
		}
		g.list(p, "/ecs/", "")
		got, next := p.end()
		if token = next; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if token != "" {
		t.Errorf("after the last page there is %q", token)
	}
}

// Streams have an order, which may be the other one.
func TestStreamsAreListed(t *testing.T) {
	h := newAPI(service.Logs, APIConfig{LogGroups: []string{"/ecs/app"}})
	for _, name := range []string{"b", "app/2", "app/1", "app/3"} {
		post(h, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"`+name+`"}`)
	}
	for _, test := range []struct{ members, want string }{
		{`"limit":2`, aStream("app/1") + "," + aStream("app/2") + `],"nextToken":"YWZ0ZXI6YXBwLzI"}`},
		{`"limit":2,"nextToken":"YWZ0ZXI6YXBwLzI"`, aStream("app/3") + "," + aStream("b") + "]}"},
		{`"limit":3,"descending":true,"orderBy":"LastEventTime"`, aStream("b") + "," + aStream("app/3") + "," + aStream("app/2") + `],"nextToken":"YWZ0ZXI6YXBwLzI"}`},
		{`"limit":3,"descending":true,"nextToken":"YWZ0ZXI6YXBwLzI"`, aStream("app/1") + "]}"},
		{`"logStreamNamePrefix":"app/3"`, aStream("app/3") + "]}"},
	} {
		if w := post(h, "Logs_20140328.DescribeLogStreams", `{"logGroupName":"/ecs/app",`+test.members+`}`); w.Body.String() != `{"logStreams":[`+test.want {
			t.Errorf("%s: got %d, %s", test.members, w.Code, w.Body)
		}
	}
	// Without a list there is the stream that is named.
	if w := post(newAPI(service.Logs, APIConfig{}), "Logs_20140328.DescribeLogStreams", `{"logGroupIdentifier":"/ecs/app","logStreamNamePrefix":"app/9"}`); w.Body.String() != `{"logStreams":[`+aStream("app/9")+"]}" {
		t.Errorf("got %d, %s", w.Code, w.Body)
	}
}

// A group says for how long it keeps events.
func TestRetentionIsKept(t *testing.T) {
	h := newAPI(service.Logs, APIConfig{LogGroups: []string{"/ecs/app"}})
	for _, days := range []string{"14", "3653"} {
		post(h, "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"/ecs/app","retentionInDays":`+days+`}`)
		if w := post(h, "Logs_20140328.DescribeLogGroups", `{}`); !strings.Contains(w.Body.String(), `"retentionInDays":`+days+`,`) {
			t.Errorf("%s: got %s", days, w.Body)
		}
	}
	h.Reset(false)
	if w := post(h, "Logs_20140328.DescribeLogGroups", `{}`); strings.Contains(w.Body.String(), "retention") {
		t.Errorf("got %s", w.Body)
	}
}

// What is made is known until a reset.
func TestLogStreamsAreKnown(t *testing.T) {
	h := newAPI(service.Logs, APIConfig{LogGroups: []string{"/ecs/app"}})
	stream := func(want string) {
		t.Helper()
		if w := post(h, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"1"}`); !strings.Contains(w.Body.String(), want) {
			t.Errorf("got %d, %s, want %q", w.Code, w.Body, want)
		}
	}
	stream("")
	stream("ResourceAlreadyExistsException")
	h.Reset(false)
	stream("")
	stream("ResourceAlreadyExistsException")
}

// Limits and faults are those of all services: a limit has a bucket for each operation,
// and a fault answers with the error of a code.
func TestAPIsAreThrottled(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	task.Source = netip.MustParseAddr("192.0.2.1")
	scope, _ := throttle.ParseScope(service.Logs.Row().Limit.Scope)
	var seen []Request
	h := New(Config{Service: service.Logs, Tasks: []Task{task}, OnRequest: func(r Request) { seen = append(seen, r) }, Endpoint: throttle.New(throttle.Config{
		Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1e6}, Burst: 1, Scope: scope}},
		OnExceed: throttle.OnExceed{Status: service.Logs.Row().Limit.Status}, Groups: 1,
	})})
	for i, want := range []struct {
		target, body string
		status       int
		route        service.Routes
	}{
		{"Logs_20140328.CreateLogStream", "", 200, service.LogStreamRoute},
		{"Logs_20140328.CreateLogGroup", "", 200, service.LogGroupRoute},
		{"Logs_20140328.CreateLogStream", `{"__type":"ThrottlingException","message":"Rate exceeded"}`, 400, service.LogStreamRoute},
	} {
		w := post(h, want.target, `{"logGroupName":"a","logStreamName":"b"}`)
		if w.Code != want.status || w.Body.String() != want.body || len(seen) != i+1 || seen[i].Route != want.route || seen[i].Task == nil || seen[i].Path != "/"+want.target {
			t.Errorf("%s: got %d, %s, and %+v", want.target, w.Code, w.Body, seen)
		}
	}
	if seen[2].Outcome != Throttled || seen[2].Reason != "ThrottlingException" {
		t.Errorf("got %+v", seen[2])
	}
}

// A code alone is the error that it stands for; another text stays as it is.
func TestCodes(t *testing.T) {
	for _, test := range []struct {
		of     service.Service
		path   string
		status int
		text   string
		want   string
	}{
		{service.SSM, "/AmazonSSM.GetParameters", 400, "AccessDeniedException",
			`{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::111122223333:assumed-role/ecsTaskExecutionRole/task is not authorized to perform: ssm:GetParameters on resource: * because no identity-based policy allows the ssm:GetParameters action"}`},
		{service.SSM, "/AmazonSSM.GetParameters", 403, "", "AccessDeniedException"},
		{service.SSM, "/AmazonSSM.GetParameters", 429, "", "ThrottlingException"},
		{service.SSM, "/AmazonSSM.GetParameters", 500, "", `{"__type":"InternalServerError"}`},
		{service.ECR, "/AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", 503, "", `{"__type":"ServiceUnavailableException"}`},
		{service.SecretsManager, "/secretsmanager.GetSecretValue", 500, "", `{"__type":"InternalServiceError"}`},
		{service.SecretsManager, "/secretsmanager.GetSecretValue", 400, "ResourceNotFoundException", `{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`},
		{service.ECR, "/AmazonEC2ContainerRegistry_V20150921.BatchGetImage", 400, "LimitExceededException", `{"__type":"LimitExceededException"}`},
		{service.Logs, "/Logs_20140328.CreateLogGroup", 400, "LimitExceededException", `{"__type":"LimitExceededException","message":"Resource limit exceeded."}`},
		{service.SecretsManager, "/secretsmanager.GetSecretValue", 400, "DecryptionFailure", `{"__type":"DecryptionFailure"}`},
		{service.SecretsManager, "/secretsmanager.GetSecretValue", 400, "no code", "no code"},
		{service.ECRDocker, "/v2/app/manifests/latest", 404, "", `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"Requested image not found"}]}`},
		{service.ECRDocker, "/v2/app/manifests/latest", 403, "", `{"errors":[{"code":"DENIED","message":"Your authorization token has expired. Reauthenticate and try again."}]}`},
		{service.ECRDocker, "/v2/app/manifests/latest", 429, "", `{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}`},
		{service.ECRDocker, "/v2/app/manifests/latest", 401, "UNAUTHORIZED", `{"errors":[{"code":"UNAUTHORIZED","message":"Unauthorized"}]}`},
		{service.S3, "/key", 404, "", "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"},
		{service.S3, "/key", 403, "", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"},
		{service.S3, "/key", 403, "ExpiredToken", "<Error><Code>ExpiredToken</Code><Message>Forbidden</Message></Error>"},
		{service.IMDS, "/latest/meta-data/", 400, "AccessDeniedException", "AccessDeniedException"},
	} {
		if got := string(newAPI(test.of, APIConfig{}).Failure(http.MethodPost, test.path, test.status, test.text)); !strings.Contains(got, test.want) {
			t.Errorf("%s, %d %q: got %s, want %s", test.of, test.status, test.text, got, test.want)
		}
	}
	for of, want := range map[service.Service]string{
		service.SSM: "ThrottlingException", service.ECRDocker: "TOOMANYREQUESTS", service.S3: "SlowDown",
	} {
		h := newAPI(of, APIConfig{})
		if got := string(h.Refusal(http.MethodPost, "/x", 400, "")); !strings.Contains(got, want) {
			t.Errorf("%s: got %s", of, got)
		}
	}
	if got := string(newAPI(service.SSM, APIConfig{}).Refusal(http.MethodPost, "/x", 400, "TooManyRequestsException")); !strings.Contains(got, `"TooManyRequestsException"`) {
		t.Errorf("got %s", got)
	}
}

// The answers of a list are for every call of an API.
func TestAnswersOfAPIs(t *testing.T) {
	answers, err := throttle.ParseAnswers("ok,503,ok,429")
	if err != nil {
		t.Fatal(err)
	}
	h := New(Config{Service: service.ECR, Endpoint: throttle.New(throttle.Config{
		Faults: []throttle.Fault{{Name: "answers", Kind: throttle.AnswersFault, Answers: answers}}, Groups: 1,
	})})
	for _, want := range []int{200, 503, 200, 429, 200} {
		if w := post(h, ecrPrefix+"GetAuthorizationToken", "{}"); w.Code != want {
			t.Errorf("got %d, want %d", w.Code, want)
		}
	}
}

// A pull finds the manifest, and in it a layer whose digest is that of its bytes.
func TestRegistry(t *testing.T) {
	get := func(h *Handler, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	digest := func(b []byte) string {
		sum := sha256.Sum256(b)
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	h := newAPI(service.ECRDocker, APIConfig{Repositories: []string{"team/app", "blobs/manifests/app"}})
	for _, path := range []string{"/v2/blobs/manifests/app/manifests/a", "/v2/blobs/manifests/app/blobs/sha256:00"} {
		if w := get(h, path); w.Code != http.StatusOK {
			t.Errorf("%s: got %d, %s", path, w.Code, w.Body)
		}
	}
	for _, of := range []service.Service{service.ECRDocker, service.S3} {
		for method, want := range map[string]int{http.MethodHead: 200, http.MethodPut: 405, http.MethodPost: 405, "ODD": 405} {
			w := httptest.NewRecorder()
			if newAPI(of, APIConfig{}).ServeHTTP(w, httptest.NewRequest(method, "/v2/team/app/manifests/latest", nil)); w.Code != want {
				t.Errorf("%v %s: got %d", of, method, w.Code)
			}
		}
	}
	w := get(h, "/v2/team/app/manifests/latest")
	var read struct {
		Layers []struct {
			Digest string
			Size   int
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &read); err != nil || w.Code != 200 || w.Header()["Docker-Content-Digest"] != nil {
		t.Fatalf("got %d, %s, %v", w.Code, w.Body, w.Header())
	}
	head := httptest.NewRecorder()
	h.ServeHTTP(head, httptest.NewRequest(http.MethodHead, "/v2/team/app/manifests/latest", nil))
	if got := head.Header().Get("Docker-Content-Digest"); got != digest(w.Body.Bytes()) {
		t.Errorf("got the digest %s of %s", got, w.Body)
	}
	layer := get(h, "/v2/team/app/blobs/"+read.Layers[0].Digest)
	if b := layer.Body.Bytes(); layer.Code != 200 || layer.Header().Get("Docker-Content-Digest") != digest(b) || digest(b) != read.Layers[0].Digest || len(b) != read.Layers[0].Size {
		t.Errorf("got %d, %s for %+v", layer.Code, b, read)
	}
	for path, want := range map[string]int{"/v2/": 200, "/v2/app/manifests/latest": 404, "/v2/app/blobs/sha256:00": 404, "/": 404, "/v2/team/app/tags/list": 404,
		"/v2/team/app/manifests/": 404, "/v2/team/app/manifests/a/b": 404, "/v2/team/app/blobs/": 404, "/v2/team/manifests/app/manifests/a": 404} {
		if w := get(h, path); w.Code != want || w.Header().Get("Docker-Distribution-Api-Version") != "registry/2.0" {
			t.Errorf("%s: got %d, %v", path, w.Code, w.Header())
		}
	}
}

// Where nobody says what is there, every version is, and each keeps its value.
func TestEveryVersionIsThere(t *testing.T) {
	h := newAPI(service.SecretsManager, APIConfig{})
	secret := func(members string) (version, value string, stages []string) {
		t.Helper()
		w := post(h, "secretsmanager.GetSecretValue", `{"SecretId":"app"`+members+`}`)
		var read struct {
			VersionID     string `json:"VersionId"`
			SecretString  string
			VersionStages []string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &read); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: got %d, %s", members, w.Code, w.Body)
		}
		return read.VersionID, read.SecretString, read.VersionStages
	}
	current, value, stages := secret("")
	if !slices.Equal(stages, []string{"AWSCURRENT"}) {
		t.Errorf("got %v", stages)
	}
	if version, again, stages := secret(`,"VersionId":"` + current + `"`); version != current || again != value || !slices.Equal(stages, []string{"AWSCURRENT"}) {
		t.Errorf("got %s, %s, %v, want %s, %s", version, again, stages, current, value)
	}
	before, old, stages := secret(`,"VersionStage":"AWSPREVIOUS"`)
	if before == current || old == value || !slices.Equal(stages, []string{"AWSPREVIOUS"}) {
		t.Errorf("got %s, %s, %v", before, old, stages)
	}
	if version, again, _ := secret(`,"VersionId":"` + before + `"`); version != before || again != old {
		t.Errorf("got %s, %s, want %s, %s", version, again, before, old)
	}
	if _, _, stages := secret(`,"VersionId":"` + before + `"`); !slices.Equal(stages, []string{"AWSPREVIOUS"}) {
		t.Errorf("got %v", stages)
	}
	for version, stage := range map[string]string{current: "AWSPREVIOUS", before: "AWSCURRENT"} {
		w := post(h, "secretsmanager.GetSecretValue", `{"SecretId":"app","VersionId":"`+version+`","VersionStage":"`+stage+`"}`)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"InvalidRequestException"`) {
			t.Errorf("%s with the label of another version: got %d, %s", stage, w.Code, w.Body)
		}
	}
	if w := post(h, "secretsmanager.DescribeSecret", `{"SecretId":"app"}`); !strings.Contains(w.Body.String(), `"`+current+`":["AWSCURRENT"]`) || !strings.Contains(w.Body.String(), `"`+before+`":["AWSPREVIOUS"]`) {
		t.Errorf("got %s, want %s and %s", w.Body, current, before)
	}
	h = newAPI(service.SSM, APIConfig{})
	for target, body := range map[string]string{"GetParameter": `{"Name":"/a/b:7"}`, "GetParameters": `{"Names":["/a/b:7"]}`} {
		if w := post(h, "AmazonSSM."+target, body); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"Version":7`) || !strings.Contains(w.Body.String(), `"Selector":":7"`) {
			t.Errorf("%s: got %d, %s", target, w.Code, w.Body)
		}
	}
	// A name and its ARN are one parameter; a version counts from 1.
	byName, byARN := post(h, "AmazonSSM.GetParameter", `{"Name":"/a/b"}`), post(h, "AmazonSSM.GetParameter", `{"Name":"arn:aws:ssm:us-west-2:111122223333:parameter/a/b"}`)
	if byName.Code != http.StatusOK || byName.Body.String() != byARN.Body.String() {
		t.Errorf("got %s, want %s", byARN.Body, byName.Body)
	}
	if w := post(h, "AmazonSSM.GetParameter", `{"Name":"/a/b:0"}`); !strings.Contains(w.Body.String(), "ParameterVersionNotFound") {
		t.Errorf("got %d, %s", w.Code, w.Body)
	}
	if w := post(h, "AmazonSSM.GetParametersByPath", `{"Path":"/a"}`); !strings.Contains(w.Body.String(), `"Name":"/a/app"`) {
		t.Errorf("got %s", w.Body)
	}
}
