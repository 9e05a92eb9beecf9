package sdk

// The settings of the SDKs for Go, of MinIO too.

const (
	goV2RetryerSource = "aws/aws-sdk-go-v2 credentials/endpointcreds/provider.go (Options.Retryer), aws/retry/standard.go (StandardOptions)"
	goV2Retryer       = "Retryer"
)

// goV2Retries are those of a Retryer for the containers' provider. From 1.48 on the
// waits after a throttle are a class of their own.
func goV2Retries(classes bool) []Setting {
	const (
		option = "config.WithEndpointCredentialOptions: Retryer"
		code   = `config.WithEndpointCredentialOptions(func(o *endpointcreds.Options) { o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) { %; s.Retryables = append(s.Retryables, retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{429: {}}}) }) })`
	)
	longest := move("retry.exponential.cap")
	if classes {
		longest = append(longest, Move{"retry.classes", "[{on: [429, throttle_code], base: 1s, cap: {value}, jitter: full}]"})
	}
	return []Setting{
		{
			Name: "tries", Option: option, Code: within(code, "s.MaxAttempts = {value}"), Change: goV2Retryer, Source: goV2RetryerSource,
			Moves: move("retry.exponential.attempts"), Values: []string{"1", "2", "4", "5", "6", "8", "10", "12", "16"}, Ordered: true, Effort: CodeChange,
		},
		{
			Name: "longest wait", Option: option, Code: within(code, "s.MaxBackoff = {go}"), Change: goV2Retryer, Source: goV2RetryerSource,
			Moves: longest, Values: []string{"2s", "4s", "8s", "12s", "30s"}, Ordered: true, Effort: CodeChange,
		},
	}
}

// goV2Timeout is the HTTP client of the containers' provider.
func goV2Timeout() []Setting {
	return []Setting{{
		Name: "response timeout", Option: "config.WithEndpointCredentialOptions: HTTPClient",
		Code:  `config.WithEndpointCredentialOptions(func(o *endpointcreds.Options) { o.HTTPClient = awshttp.NewBuildableClient().WithTimeout({go}) })`,
		Moves: move("timeouts.attempt"), Values: []string{"500ms", "1s", "2s", "5s"}, Ordered: true, Effort: CodeChange,
		Source: "aws/aws-sdk-go-v2 credentials/endpointcreds/provider.go (Options.HTTPClient)",
	}}
}

// goV2Window are those of the credentials cache.
func goV2Window() []Setting {
	const source = "aws/aws-sdk-go-v2 aws/credential_cache.go (CredentialsCacheOptions)"
	return []Setting{
		{
			Name: "refresh window", Option: "config.WithCredentialsCacheOptions: ExpiryWindow",
			Code:  `config.WithCredentialsCacheOptions(func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = {go} })`,
			Moves: move("cache.refresh.window"), Values: []string{"1m", "10m", "15m", "30m"}, Ordered: true, Effort: CodeChange, Source: source,
		},
		{
			Name: "window jitter", Option: "config.WithCredentialsCacheOptions: ExpiryWindowJitterFrac",
			Code:  `config.WithCredentialsCacheOptions(func(o *aws.CredentialsCacheOptions) { o.ExpiryWindowJitterFrac = {value} })`,
			Moves: move("cache.refresh.jitter"), Values: []string{"0.2", "0.5", "0.8"}, Ordered: true, Effort: CodeChange, Source: source,
		},
	}
}

// goV2IMDSRetries are those of the IMDS client.
func goV2IMDSRetries() []Setting {
	return []Setting{{
		Name: "tries", Option: "imds.Options: Retryer",
		Code:   `config.WithRetryer(func() aws.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), {value}) })`,
		Moves:  []Move{{"retry.fixed.attempts", "{value}"}, {"session.retry.fixed.attempts", "{value}"}},
		Values: []string{"1", "2", "4", "5"}, Ordered: true, Effort: CodeChange,
		Source: "aws/aws-sdk-go-v2 feature/ec2/imds/api_client.go (Options.Retryer)",
	}}
}

// goV1Retries are those of a session's aws.Config.
func goV1Retries(classes string) []Setting {
	const source = "aws/aws-sdk-go aws/config.go (MaxRetries), aws/client/default_retryer.go"
	all := []Setting{{
		Name: "tries", Option: "aws.Config: MaxRetries", Code: `aws.NewConfig().WithMaxRetries({retries})`,
		Moves: move("retry.exponential.attempts"), Values: []string{"1", "2", "5", "6", "8", "10"}, Ordered: true, Effort: CodeChange, Source: source,
	}}
	if classes == "" {
		return all
	}
	return append(all, Setting{
		Name: "first wait", Option: "aws.Config: Retryer with client.DefaultRetryer.MinThrottleDelay",
		Code:  `request.WithRetryer(aws.NewConfig(), client.DefaultRetryer{NumMaxRetries: 3 /* tries less one */, MinThrottleDelay: {go}})`,
		Moves: []Move{{"retry.classes", classes}}, Values: []string{"250ms", "500ms", "2s", "4s"}, Ordered: true, Effort: CodeChange, Source: source,
	})
}

// goV1Window is that of the endpoint's provider.
func goV1Window() []Setting {
	return []Setting{{
		Name: "refresh window", Option: "endpointcreds.NewCredentialsClient: ExpiryWindow",
		Code:  `endpointcreds.NewCredentialsClient(*sess.Config, sess.Handlers, endpoint, func(p *endpointcreds.Provider) { p.ExpiryWindow = {go} })`,
		Moves: move("cache.refresh.window"), Values: []string{"1m", "10m", "15m"}, Ordered: true, Effort: CodeChange,
	}}
}

// minioRetries are a transport that tries again, and a time limit.
func minioRetries() []Setting {
	return []Setting{
		{
			Name: "response timeout", Option: "credentials.IAM: Client",
			Code:  `credentials.New(&credentials.IAM{Client: &http.Client{Timeout: {go}}})`,
			Moves: move("timeouts.attempt"), Values: []string{"1s", "2s", "5s"}, Ordered: true, Effort: CodeChange,
			Source: "minio/minio-go pkg/credentials/iam_aws.go (IAM.Client)",
		},
		{
			Name: "refresh window", Option: "credentials.IAM: ExpiryWindow",
			Code:  `credentials.New(&credentials.IAM{ExpiryWindow: {go}})`,
			Moves: []Move{{"cache.refresh", "{window: {value}}"}}, Values: []string{"1m", "5m", "15m"}, Ordered: true, Effort: CodeChange,
			Source: "minio/minio-go pkg/credentials/iam_aws.go (IAM.ExpiryWindow)",
		},
	}
}
