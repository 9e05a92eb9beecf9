package sdk

// The settings of the SDKs for JavaScript, PHP, Python and Ruby.

// javaScriptV2Retries are those of AWS.ECSCredentials.
func javaScriptV2Retries() []Setting {
	const (
		option = "new AWS.ECSCredentials: "
		source = "aws/aws-sdk-js lib/credentials/ecs_credentials.js, lib/credentials/remote_credentials.js, lib/util.js (calculateRetryDelay)"
		change = "ECSCredentials"
	)
	return []Setting{
		{
			Name: "tries", Option: option + "maxRetries", Code: `AWS.config.credentials = new AWS.ECSCredentials({ maxRetries: {retries} })`, Change: change, Source: source,
			Moves: move("retry.exponential.attempts"), Values: []string{"1", "2", "3", "5", "6", "8", "10", "12"}, Ordered: true, Effort: CodeChange,
		},
		{
			Name: "first wait", Option: option + "retryDelayOptions.base", Code: `AWS.config.credentials = new AWS.ECSCredentials({ retryDelayOptions: { base: {milliseconds} } })`, Change: change, Source: source,
			Moves: move("retry.exponential.base"), Values: []string{"50ms", "200ms", "500ms", "1s", "2s"}, Ordered: true, Effort: CodeChange,
		},
		{
			Name: "response timeout", Option: option + "httpOptions.timeout", Code: `AWS.config.credentials = new AWS.ECSCredentials({ httpOptions: { timeout: {milliseconds} } })`, Change: change, Source: source,
			Moves: move("timeouts.response"), Values: []string{"500ms", "2s", "5s"}, Ordered: true, Effort: CodeChange,
		},
	}
}

// javaScriptV3Retries are those of fromHttp. Where chain says so, today's is the default
// chain, which gives way to it: no second provider is asked, and a refresh holds the calls.
func javaScriptV3Retries(chain bool) []Setting {
	const (
		option = "credentials: fromHttp: "
		source = "aws/aws-sdk-js-v3 packages/credential-provider-http/src/fromHttp/fromHttp.ts, retry-wrapper.ts"
		change = "fromHttp"
	)
	with := func(moves ...Move) []Move {
		if chain {
			return append([]Move{{"retry.fixed.other_link", "none"}, {"cache.refresh.mode", "block"}, {"first_use", "2"}}, moves...)
		}
		return moves
	}
	return []Setting{
		{
			Name: "tries", Option: option + "maxRetries", Code: `new S3Client({ credentials: fromHttp({ maxRetries: {retries} }) })`, Change: change, Source: source,
			Moves: with(move("retry.fixed.attempts")...), Values: []string{"2", "3", "5", "6", "8", "10"}, Ordered: true, Effort: CodeChange,
		},
		{
			Name: "wait", Option: option + "timeout", Code: `new S3Client({ credentials: fromHttp({ timeout: {milliseconds} }) })`, Change: change, Source: source,
			Moves: with(Move{"retry.fixed.wait", "{value}"}, Move{"timeouts.connect", "{value}"}), Values: []string{"250ms", "500ms", "2s", "4s"}, Ordered: true, Effort: CodeChange,
		},
	}
}

// phpTries are those of the containers' provider, which count for connections alone.
func phpTries() []Setting {
	const source = "aws/aws-sdk-php src/Credentials/EcsCredentialProvider.php (getRetries, getTimeout)"
	return []Setting{
		{
			Name: "tries", Option: "AWS_METADATA_SERVICE_NUM_ATTEMPTS", Code: "AWS_METADATA_SERVICE_NUM_ATTEMPTS={retries}", Source: source,
			Moves: move("retry.fixed.attempts"), Values: []string{"2", "6", "8"}, Ordered: true, Effort: ConfigLine,
		},
		{
			Name: "timeout", Option: "AWS_METADATA_SERVICE_TIMEOUT", Code: "AWS_METADATA_SERVICE_TIMEOUT={seconds}", Source: source,
			Moves: move("timeouts.attempt"), Values: []string{"500ms", "2s", "5s"}, Ordered: true, Effort: ConfigLine,
		},
	}
}

// phpCache is a cache that the processes of a task share.
func phpCache() []Setting {
	return []Setting{{
		Name: "APCu cache", Option: "credentials: a PSR-16 or PSR-6 cache",
		Code:  `new S3Client(['credentials' => new Aws\PsrCacheAdapter(new Symfony\Component\Cache\Adapter\ApcuAdapter())])`,
		Moves: []Move{{"group.client", "per-process"}, {"cache.scope", "{value}"}}, Values: []string{"task"}, Effort: CodeChange,
		Source: "aws/aws-sdk-php src/Credentials/CredentialProvider.php (defaultProvider, cache)",
	}}
}

// phpIMDSTries are those of the instances' provider.
func phpIMDSTries() []Setting {
	all := phpTries()
	all[0].Moves = []Move{{"retry.fixed.attempts", "{value}"}, {"session.retry.fixed.attempts", "{value}"}}
	for i := range all {
		all[i].Source = "aws/aws-sdk-php src/Credentials/InstanceProfileProvider.php"
	}
	return all
}

// botocoreIMDSTries are those of the instances' provider.
func botocoreIMDSTries() []Setting {
	const source = "boto/botocore botocore/configprovider.py (metadata_service_num_attempts, metadata_service_timeout)"
	return []Setting{
		{
			Name: "tries", Option: "AWS_METADATA_SERVICE_NUM_ATTEMPTS", Code: "AWS_METADATA_SERVICE_NUM_ATTEMPTS={value}", Source: source,
			Moves:  []Move{{"retry", "{fixed: {wait: 0s, attempts: {value}}, retry_on: [4xx, 5xx, timeout, connection, malformed, empty]}"}},
			Values: []string{"2", "3", "5"}, Ordered: true, Effort: ConfigLine,
		},
		{
			Name: "timeout", Option: "AWS_METADATA_SERVICE_TIMEOUT", Code: "AWS_METADATA_SERVICE_TIMEOUT={seconds}", Source: source,
			Moves:  []Move{{"timeouts.connect", "{value}"}, {"timeouts.response", "{value}"}},
			Values: []string{"2s", "5s"}, Ordered: true, Effort: ConfigLine,
		},
	}
}

// rubyRetries are those of Aws::ECSCredentials, in a provider that the application makes.
func rubyRetries() []Setting {
	const source = "aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/ecs_credentials.rb (retries, backoff)"
	jittered := Setting{
		Name: "jittered backoff", Option: "Aws::ECSCredentials.new(backoff:)", Change: "ECSCredentials", Source: source,
		Code:   `Aws.config.update(credentials: Aws::ECSCredentials.new(backoff: ->(n) { sleep(rand * [{seconds}, 0.2 * 2**n].min) }))`,
		Moves:  []Move{{"retry.exponential.base", "200ms"}, {"retry.exponential.factor", "2"}, {"retry.exponential.cap", "{value}"}, {"retry.exponential.jitter", "full"}},
		Values: []string{"2s", "5s", "10s", "20s"}, Ordered: true, Effort: CodeChange,
	}
	return []Setting{{
		Name: "tries", Option: "Aws::ECSCredentials.new(retries:)", Change: "ECSCredentials", Source: source,
		Code:  `Aws.config.update(credentials: Aws::ECSCredentials.new(retries: {retries}))`,
		Moves: move("retry.exponential.attempts"), Values: []string{"1", "2", "3", "4", "8", "10", "12"}, Ordered: true, Effort: CodeChange,
	}, jittered}
}

// rubyChainRetries are the options of every service client.
func rubyChainRetries() []Setting {
	const source = "aws/aws-sdk-ruby gems/aws-sdk-core/lib/aws-sdk-core/plugins/credentials_configuration.rb"
	return []Setting{
		{
			Name: "tries", Option: "instance_profile_credentials_retries", Code: `Aws.config.update(instance_profile_credentials_retries: {retries})`, Source: source,
			Moves: move("retry.exponential.attempts"), Values: []string{"2", "3", "4", "6", "8", "10"}, Ordered: true, Effort: ConfigLine,
		},
		{
			Name: "timeout", Option: "instance_profile_credentials_timeout", Code: `Aws.config.update(instance_profile_credentials_timeout: {seconds})`, Source: source,
			Moves:  []Move{{"timeouts.connect", "{value}"}, {"timeouts.response", "{value}"}},
			Values: []string{"2s", "5s"}, Ordered: true, Effort: ConfigLine,
		},
	}
}
