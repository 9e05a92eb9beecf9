package sdk

// The settings of the SDKs for C++, Java, Kotlin, .NET and Rust.

// cppRefresh is how often the containers' provider asks.
func cppRefresh() []Setting {
	return []Setting{{
		Name: "refresh rate", Option: "Aws::Auth::GeneralHTTPCredentialsProvider: refreshRateMs",
		Code:  `Aws::MakeShared<Aws::Auth::GeneralHTTPCredentialsProvider>("app", relativeUri, "", "", "", {milliseconds})`,
		Moves: move("cache.refresh.latest"), Values: []string{"1m", "15m", "30m", "1h"}, Ordered: true, Effort: CodeChange,
		Source: "aws/aws-sdk-cpp src/aws-cpp-sdk-core/include/aws/core/auth/GeneralHTTPCredentialsProvider.h",
	}}
}

// javaTimeout is the time limit of the metadata services.
func javaTimeout(source string) []Setting {
	return []Setting{{
		Name: "timeout", Option: "AWS_METADATA_SERVICE_TIMEOUT", Code: "AWS_METADATA_SERVICE_TIMEOUT={seconds}", Source: source,
		Moves:  []Move{{"timeouts.connect", "{value}"}, {"timeouts.response", "{value}"}},
		Values: []string{"2s", "5s"}, Ordered: true, Effort: ConfigLine,
	}}
}

// javaV2Async refreshes in a thread of its own.
func javaV2Async(provider string) []Setting {
	return []Setting{{
		Name: "refresh behind", Option: provider + ": asyncCredentialUpdateEnabled",
		Code:  provider + `.builder().asyncCredentialUpdateEnabled(true).build()`,
		Moves: move("cache.refresh.mode"), Values: []string{"behind"}, Effort: CodeChange,
		Source: "aws/aws-sdk-java-v2 core/auth/src/main/java/software/amazon/awssdk/auth/credentials/ContainerCredentialsProvider.java",
	}}
}

// kotlinRetries are the waits of the revised retry mode.
func kotlinRetries() []Setting {
	return []Setting{{
		Name: "revised waits", Option: "AWS_NEW_RETRIES_2026", Code: "AWS_NEW_RETRIES_2026=true",
		Moves:  []Move{{"retry.exponential.base", "50ms"}, {"retry.exponential.factor", "2"}},
		Values: []string{"true"}, Effort: ConfigLine,
	}}
}

// kotlinWindow are those of the cache.
func kotlinWindow() []Setting {
	return []Setting{{
		Name: "refresh window", Option: "CachedCredentialsProvider: refreshBufferWindow",
		Code:  `CachedCredentialsProvider(EcsCredentialsProvider(), refreshBufferWindow = {seconds}.seconds)`,
		Moves: move("cache.refresh.window"), Values: []string{"1m", "5m"}, Ordered: true, Effort: CodeChange, Change: "CachedCredentialsProvider",
	}, {
		Name: "longest life", Option: "CachedCredentialsProvider: expireCredentialsAfter",
		Code:  `CachedCredentialsProvider(EcsCredentialsProvider(), expireCredentialsAfter = {seconds}.seconds)`,
		Moves: move("cache.refresh.at_most"), Values: []string{"30m", "1h"}, Ordered: true, Effort: CodeChange, Change: "CachedCredentialsProvider",
	}}
}

// dotNetWindow is how early the containers' provider refreshes.
func dotNetWindow() []Setting {
	return []Setting{{
		Name: "refresh window", Option: "GenericContainerCredentials: PreemptExpiryTime",
		Code:  `new GenericContainerCredentials { PreemptExpiryTime = TimeSpan.FromSeconds({seconds}) }`,
		Moves: move("cache.refresh.window"), Values: []string{"1m", "5m", "30m"}, Ordered: true, Effort: CodeChange,
		Source: "aws/aws-sdk-net sdk/src/Core/Amazon.Runtime/Credentials/RefreshingAWSCredentials.cs (PreemptExpiryTime)",
	}}
}

// rustTimeouts are those of the containers' provider.
func rustTimeouts() []Setting {
	return []Setting{{
		Name: "response timeout", Option: "EcsCredentialsProvider: read_timeout",
		Code:  `aws_config::ecs::EcsCredentialsProvider::builder().read_timeout(Duration::from_millis({milliseconds})).build()`,
		Moves: move("timeouts.response"), Values: []string{"1s", "2s"}, Ordered: true, Effort: CodeChange,
		Source: "smithy-lang/smithy-rs aws/rust-runtime/aws-config/src/ecs.rs",
	}}
}

// rustWindow is that of the identity cache.
func rustWindow() []Setting {
	return []Setting{{
		Name: "refresh window", Option: "IdentityCache: buffer_time",
		Code:  `aws_config::defaults(..).identity_cache(IdentityCache::lazy().buffer_time(Duration::from_secs({seconds})).build())`,
		Moves: move("cache.refresh.window"), Values: []string{"30s", "1m", "5m", "15m"}, Ordered: true, Effort: CodeChange,
		Source: "smithy-lang/smithy-rs rust-runtime/aws-smithy-runtime/src/client/identity/cache/lazy.rs",
	}}
}

// rustIMDSTries are those of the IMDS client.
func rustIMDSTries() []Setting {
	return []Setting{{
		Name: "tries", Option: "aws_config::imds::Client: max_attempts",
		Code:  `aws_config::imds::Client::builder().max_attempts({value}).build()`,
		Moves: move("retry.exponential.attempts"), Values: []string{"1", "2", "6", "8"}, Ordered: true, Effort: CodeChange,
		Source: "smithy-lang/smithy-rs aws/rust-runtime/aws-config/src/imds/client.rs",
	}}
}

const javaV1TimeoutSource = "aws/aws-sdk-java aws-java-sdk-core/src/main/java/com/amazonaws/internal/ConnectionUtils.java"
