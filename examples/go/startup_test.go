package credentials

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"tenement/imdstest"
)

// configOf is the configuration of a client of an AWS API, in a bubble or outside of one.
func configOf(srv *imdstest.Server, attempts int) aws.Config {
	return aws.Config{
		Region: "us-west-2", BaseEndpoint: &srv.URL, HTTPClient: srv.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("ASIAFAKE", "none", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts })
		},
	}
}

// calls are what a start of a task asks the AWS APIs for.
var calls = []struct {
	service string
	do      func(ctx context.Context, c aws.Config) error
}{
	{"ecr", func(ctx context.Context, c aws.Config) error {
		_, err := ecr.NewFromConfig(c).GetAuthorizationToken(ctx, nil)
		return err
	}},
	{"secretsmanager", func(ctx context.Context, c aws.Config) error {
		_, err := secretsmanager.NewFromConfig(c).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("app")})
		return err
	}},
	{"ssm", func(ctx context.Context, c aws.Config) error {
		_, err := ssm.NewFromConfig(c).GetParameters(ctx, &ssm.GetParametersInput{Names: []string{"app"}, WithDecryption: aws.Bool(true)})
		return err
	}},
	{"logs", func(ctx context.Context, c aws.Config) error {
		_, err := cloudwatchlogs.NewFromConfig(c).CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{
			LogGroupName: aws.String("/ecs/app"), LogStreamName: aws.String("app/1"),
		})
		return err
	}},
}

// codeOf is the code of an error of an API, "" if it is none.
func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// The errors that AWS returns are what the SDK makes of the mock's.
func TestErrorsOfEveryCall(t *testing.T) {
	for _, call := range calls {
		t.Run(call.service, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imdstest.New(t, imdstest.Service(call.service), imdstest.Limit("1/h", 1))
				if err := call.do(t.Context(), configOf(srv, 1)); err != nil {
					t.Fatalf("got %v", err)
				}
				begun := time.Now()
				err := call.do(t.Context(), configOf(srv, 3))
				if codeOf(err) != "ThrottlingException" || len(srv.Requests()) != 4 || time.Since(begun) == 0 {
					t.Errorf("throttled: got %v after %d requests, want three tries", err, len(srv.Requests()))
				}
			})
			synctest.Test(t, func(t *testing.T) {
				srv := imdstest.New(t, imdstest.Service(call.service))
				srv.FailWith(400, "AccessDeniedException", 0)
				if err := call.do(t.Context(), configOf(srv, 3)); codeOf(err) != "AccessDeniedException" || len(srv.Requests()) != 1 {
					t.Errorf("denied: got %v after %d requests, want one try", err, len(srv.Requests()))
				}
				srv.Heal()
				srv.Fail(500, 2)
				if err := call.do(t.Context(), configOf(srv, 3)); err != nil {
					t.Errorf("failed twice: got %v, want the third answer", err)
				}
			})
		})
	}
}

// What is missing has an error of its own, which the SDK has a type for.
func TestMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := configOf(imdstest.New(t, imdstest.Service("secretsmanager"), imdstest.Secret("other", "")), 3)
		_, err := secretsmanager.NewFromConfig(c).GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("app")})
		var missing *secretstypes.ResourceNotFoundException
		if !errors.As(err, &missing) || missing.ErrorMessage() != "Secrets Manager can't find the specified secret." {
			t.Errorf("got %v", err)
		}

		c = configOf(imdstest.New(t, imdstest.Service("ssm"), imdstest.Parameter("there", "value")), 3)
		got, err := ssm.NewFromConfig(c).GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"there", "app"}})
		if err != nil || len(got.Parameters) != 1 || *got.Parameters[0].Value != "value" || len(got.InvalidParameters) != 1 || got.InvalidParameters[0] != "app" {
			t.Errorf("got %+v, %v", got, err)
		}

		c = configOf(imdstest.New(t, imdstest.Service("ecr"), imdstest.Repository("team/other")), 3)
		_, err = ecr.NewFromConfig(c).BatchGetImage(t.Context(), &ecr.BatchGetImageInput{
			RepositoryName: aws.String("app"), ImageIds: []ecrtypes.ImageIdentifier{{ImageTag: aws.String("latest")}},
		})
		var repository *ecrtypes.RepositoryNotFoundException
		if !errors.As(err, &repository) {
			t.Errorf("got %v", err)
		}
	})
}

// Parameters are read one by one and by their path, secrets by their version.
func TestVersions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parameters := ssm.NewFromConfig(configOf(imdstest.New(t, imdstest.Service("ssm"), imdstest.Parameter("/app/a", "1"), imdstest.Parameter("/app/b", "2")), 3))
		one, err := parameters.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/app/a:1")})
		if err != nil || *one.Parameter.Value != "1" || *one.Parameter.Selector != ":1" {
			t.Errorf("got %+v, %v", one, err)
		}
		_, err = parameters.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/app/a:2")})
		var version *ssmtypes.ParameterVersionNotFound
		if !errors.As(err, &version) {
			t.Errorf("got %v", err)
		}
		_, err = parameters.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/app/c")})
		var missing *ssmtypes.ParameterNotFound
		if !errors.As(err, &missing) {
			t.Errorf("got %v", err)
		}
		var values []string
		input := &ssm.GetParametersByPathInput{Path: aws.String("/"), Recursive: aws.Bool(true), MaxResults: aws.Int32(1)}
		for pages := ssm.NewGetParametersByPathPaginator(parameters, input); pages.HasMorePages(); {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page.Parameters {
				values = append(values, *p.Value)
			}
		}
		if !slices.Equal(values, []string{"1", "2"}) {
			t.Errorf("got %v", values)
		}

		secrets := secretsmanager.NewFromConfig(configOf(imdstest.New(t, imdstest.Service("secretsmanager"), imdstest.Secret("app", "hunter2")), 3))
		current, err := secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("app"), VersionStage: aws.String("AWSCURRENT")})
		if err != nil || *current.SecretString != "hunter2" {
			t.Fatalf("got %+v, %v", current, err)
		}
		same, err := secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: current.ARN, VersionId: current.VersionId})
		if err != nil || *same.SecretString != "hunter2" {
			t.Errorf("got %+v, %v", same, err)
		}
		_, err = secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("app"), VersionStage: aws.String("AWSPREVIOUS")})
		var before *secretstypes.ResourceNotFoundException
		if !errors.As(err, &before) || before.ErrorMessage() != "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS" {
			t.Errorf("got %v", err)
		}
	})
}

// A group has to be there; what is there is not made again, and takes events.
func TestLogStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := cloudwatchlogs.NewFromConfig(configOf(imdstest.New(t, imdstest.Service("logs"), imdstest.LogGroup("/ecs/other")), 3))
		stream := &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("/ecs/app"), LogStreamName: aws.String("app/1")}
		_, err := client.CreateLogStream(t.Context(), stream)
		var missing *logstypes.ResourceNotFoundException
		if !errors.As(err, &missing) {
			t.Errorf("got %v", err)
		}
		group := &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/ecs/app")}
		if _, err := client.CreateLogGroup(t.Context(), group); err != nil {
			t.Errorf("got %v", err)
		}
		if _, err := client.CreateLogStream(t.Context(), stream); err != nil {
			t.Errorf("got %v", err)
		}
		events := &cloudwatchlogs.PutLogEventsInput{
			LogGroupName: stream.LogGroupName, LogStreamName: stream.LogStreamName,
			LogEvents: []logstypes.InputLogEvent{{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String("started")}},
		}
		if put, err := client.PutLogEvents(t.Context(), events); err != nil || put.RejectedLogEventsInfo != nil {
			t.Errorf("got %+v, %v", put, err)
		}
		events.LogStreamName = aws.String("app/2")
		if _, err := client.PutLogEvents(t.Context(), events); !errors.As(err, &missing) {
			t.Errorf("events of a stream that is not there: got %v", err)
		}
		var names []string
		for pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(client, &cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(1)}); pages.HasMorePages(); {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range page.LogGroups {
				names = append(names, *g.LogGroupName)
			}
		}
		if !slices.Equal(names, []string{"/ecs/app", "/ecs/other"}) {
			t.Errorf("got groups %v", names)
		}
		in := &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: stream.LogGroupName, LogStreamNamePrefix: stream.LogStreamName}
		streams, err := client.DescribeLogStreams(t.Context(), in)
		if err != nil || len(streams.LogStreams) != 1 || *streams.LogStreams[0].LogStreamName != "app/1" || streams.NextToken != nil {
			t.Errorf("got %+v, %v", streams, err)
		}
		kept := &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: stream.LogGroupName, RetentionInDays: aws.Int32(14)}
		if _, err := client.PutRetentionPolicy(t.Context(), kept); err != nil {
			t.Errorf("got %v", err)
		}
		kept.RetentionInDays = aws.Int32(10)
		var invalid *logstypes.InvalidParameterException
		if _, err := client.PutRetentionPolicy(t.Context(), kept); !errors.As(err, &invalid) {
			t.Errorf("10 days: got %v", err)
		}
		_, again := client.CreateLogStream(t.Context(), stream)
		_, group2 := client.CreateLogGroup(t.Context(), group)
		var exists *logstypes.ResourceAlreadyExistsException
		if !errors.As(again, &exists) || !errors.As(group2, &exists) {
			t.Errorf("got %v and %v", again, group2)
		}
	})
}

// compress compresses requests, as the agent of CloudWatch does.
func compress(stack *middleware.Stack) error {
	return stack.Build.Add(middleware.BuildMiddlewareFunc("compress", func(
		ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
	) (out middleware.BuildOutput, metadata middleware.Metadata, err error) {
		r := in.Request.(*smithyhttp.Request)
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := io.Copy(z, r.GetStream()); err != nil {
			return out, metadata, err
		}
		if err := z.Close(); err != nil {
			return out, metadata, err
		}
		if in.Request, err = r.SetStream(bytes.NewReader(b.Bytes())); err != nil {
			return out, metadata, err
		}
		in.Request.(*smithyhttp.Request).Header.Set("Content-Encoding", "gzip")
		return next.HandleBuild(ctx, in)
	}), middleware.Before)
}

// Log events may be compressed.
func TestCompressedEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := configOf(imdstest.New(t, imdstest.Service("logs"), imdstest.LogGroup("/ecs/app")), 1)
		client := cloudwatchlogs.NewFromConfig(c, cloudwatchlogs.WithAPIOptions(compress))
		_, err := client.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("/ecs/app"), LogStreamName: aws.String("app/1")})
		if err != nil {
			t.Fatal(err)
		}
		put, err := client.PutLogEvents(t.Context(), &cloudwatchlogs.PutLogEventsInput{
			LogGroupName: aws.String("/ecs/app"), LogStreamName: aws.String("app/1"),
			LogEvents: []logstypes.InputLogEvent{{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String("started")}},
		})
		if err != nil || put.RejectedLogEventsInfo != nil {
			t.Errorf("got %+v, %v", put, err)
		}
	})
}

// Where no packet arrives, only the deadline of the caller ends the call.
func TestBlackHole(t *testing.T) {
	for _, call := range calls {
		synctest.Test(t, func(t *testing.T) {
			srv := imdstest.New(t, imdstest.Service(call.service), imdstest.BlackHole())
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			began := time.Now()
			err := call.do(ctx, configOf(srv, 3))
			var canceled *smithy.CanceledError
			if !errors.As(err, &canceled) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 2*time.Minute {
				t.Errorf("%s: got %v after %v", call.service, err, time.Since(began))
			}
		})
	}
}
