package sdk

import "tenement/internal/service"

// dialect is how a user of an SDK writes what can be done around any of them.
type dialect struct {
	shared string // one client for the process
	own    string // a provider in place of the SDK's
}

// dialects are those of the SDKs, by the names of their presets without versions.
var dialects = map[string]dialect{
	"botocore": {
		shared: `session = boto3.Session()  # once for the process; every client from session.client(...)`,
		own:    `session._session.register_component("credential_provider", CredentialResolver([RetryingProvider()]))`,
	},
	"aws-sdk-cpp": {
		shared: `static const auto provider = Aws::MakeShared<Aws::Auth::DefaultAWSCredentialsProviderChain>("app"); // for every client`,
		own:    `class RetryingProvider : public Aws::Auth::AWSCredentialsProvider { ... };  Aws::S3::S3Client client(Aws::MakeShared<RetryingProvider>("app"));`,
	},
	"aws-sdk-go-v1": {
		shared: `var sess = session.Must(session.NewSession()) // once for the process; every client from it`,
		own:    `aws.NewConfig().WithCredentials(credentials.NewCredentials(&retryingProvider{}))`,
	},
	"aws-sdk-go-v2": {
		shared: `cfg, err := config.LoadDefaultConfig(ctx) // once for the process; every client from cfg`,
		own:    `config.WithCredentialsProvider(aws.NewCredentialsCache(aws.CredentialsProviderFunc(fetchWithRetries)))`,
	},
	"aws-sdk-java-v1": {
		shared: `AmazonS3ClientBuilder.standard().withCredentials(DefaultAWSCredentialsProviderChain.getInstance())`,
		own:    `AmazonS3ClientBuilder.standard().withCredentials(new RetryingProvider())`,
	},
	"aws-sdk-java-v2": {
		shared: `static final AwsCredentialsProvider PROVIDER = DefaultCredentialsProvider.builder().build(); // for every client`,
		own:    `S3Client.builder().credentialsProvider(new RetryingProvider())`,
	},
	"aws-sdk-js-v2": {
		shared: `AWS.config.credentials = new AWS.ECSCredentials() // once for the process`,
		own:    `AWS.config.credentials = new RetryingCredentials() // extends AWS.Credentials, with a refresh of its own`,
	},
	"aws-sdk-js-v3": {
		shared: `export const credentials = fromNodeProviderChain(); // one memoized provider for every client`,
		own:    `new S3Client({ credentials: fetchWithRetries }) // an async function`,
	},
	"aws-sdk-kotlin": {
		shared: `val provider = DefaultChainCredentialsProvider() // once for the process; credentialsProvider = provider`,
		own:    `S3Client.fromEnvironment { credentialsProvider = CachedCredentialsProvider(RetryingProvider()) }`,
	},
	"aws-sdk-net": {
		shared: `static readonly AWSCredentials Credentials = new GenericContainerCredentials(); // for every client`,
		own:    `new AmazonS3Client(new RetryingCredentials()) // : RefreshingAWSCredentials`,
	},
	"aws-sdk-php": {
		shared: `$sdk = new Aws\Sdk(['credentials' => CredentialProvider::memoize($provider)]); // one for the process`,
		own:    `new S3Client(['credentials' => CredentialProvider::memoize($fetchWithRetries)])`,
	},
	"aws-sdk-ruby": {
		shared: `Aws.config.update(credentials: Aws::ECSCredentials.new)`,
		own:    `Aws.config.update(credentials: RetryingCredentials.new) # includes Aws::RefreshingCredentials`,
	},
	"aws-sdk-rust": {
		shared: `let config = aws_config::load_defaults(BehaviorVersion::latest()).await; // once; every client from &config`,
		own:    `aws_config::defaults(..).credentials_provider(RetryingProvider) // impl ProvideCredentials`,
	},
	"minio-go": {
		shared: `var creds = credentials.NewIAM("") // once for the process, in every minio.Options`,
		own:    `credentials.New(&retryingProvider{})`,
	},
}

// OwnProvider is the name of the setting that puts a provider of one's own in the place
// of the SDK's.
const OwnProvider = "own provider"

// around are the settings that users of any SDK have.
func around(p *Preset) []Setting {
	d := dialects[parse(p.Name).sdk]
	all := []Setting{{
		Name: "one client", Option: "one client, or one provider, for the process", Code: d.shared,
		Moves: []Move{{"group.client", "{value}"}}, Values: []string{"per-process"}, Effort: CodeChange,
	}, {
		Name: "task cache", Option: "one cache for the processes of a task: a file or a sidecar that credential_process reads",
		Code: `credential_process = /usr/local/bin/cached-credentials  # in ~/.aws/config`,
		// Who writes the file fetches once, however many read it.
		Moves: []Move{{"cache.scope", "{value}"}, {"flight", "join"}}, Values: []string{"task"}, Effort: CodeChange,
		Source: "AWS SDKs and Tools Reference Guide, process credential provider",
	}, {
		Name: "static keys", Option: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
		Code:  "AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…  # keys that nothing renews",
		Moves: move("cache"), Values: []string{"static"}, Effort: ConfigLine,
		Source: "AWS SDKs and Tools Reference Guide, environment variables",
	}}
	if p.Service == service.IMDS {
		return all // a provider of one's own would have to keep session tokens too
	}
	const retries = `{exponential: {base: 200ms, cap: 10s, jitter: full, attempts: 4}, retry_on: [429, 5xx, timeout, connection]}`
	const anyOrder, inOrder = false, true
	part := func(what, path string, ordered bool, values ...string) Setting {
		return Setting{
			Name: "own " + what, Option: "in it: " + what, Code: d.own, Moves: move(path), Values: values, Ordered: ordered,
			Effort: CodeChange, Change: OwnProvider, Needs: OwnProvider,
		}
	}
	return append(all,
		Setting{
			Name: OwnProvider, Option: "a provider of your own in place of the SDK's, which asks the endpoint and tries again", Code: d.own,
			Moves: []Move{{"retry", retries}, {"quota", "none"}}, Values: []string{"4 tries, 200ms to 10s, full jitter"}, Effort: CodeChange, Change: OwnProvider,
		},
		part("tries", "retry.exponential.attempts", inOrder, "2", "3", "5", "6", "8", "10", "12", "16", "20"),
		part("first wait", "retry.exponential.base", inOrder, "50ms", "100ms", "400ms", "800ms", "1500ms", "3s"),
		part("longest wait", "retry.exponential.cap", inOrder, "4s", "6s", "15s", "20s", "30s"),
		part("jitter", "retry.exponential.jitter", anyOrder, "none", "equal", "decorrelated"),
		part("retry budget", "budget", anyOrder, "finagle", "{ratio: 10%, floor: 3}"),
		part("breaker", "breaker", anyOrder, "polly", "{failures: 5, open: 5s}"),
		part("negative cache", "cache.negative", anyOrder, "{for: 1s}", "{for: 5s}", "{for: 30s}"),
		part("early refresh", "cache.early", anyOrder, "1", "2"),
	)
}
