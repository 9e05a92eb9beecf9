import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;
import com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper;
import com.amazonaws.auth.InstanceProfileCredentialsProvider;
import com.amazonaws.util.VersionInfoUtils;
import java.time.Instant;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.util.VersionInfo;

/** A version of the SDK, and how a client of it is made. */
record Sdk(String name, String version, Supplier<Client> clients) {
  /** What an application gets; expires is null where the SDK does not tell. */
  record Credentials(String accessKeyId, Instant expires) {}

  /** A credentials provider with its cache. */
  interface Client {
    Credentials resolve() throws Exception;
  }

  Client client() {
    return clients.get();
  }

  static Sdk named(String provider) {
    return switch (provider) {
      case "v2" -> v2(() -> DefaultCredentialsProvider.builder().build());
      case "v2:container" -> v2(ContainerCredentialsProvider::create);
      case "v2:imds" -> v2(
          software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider::create);
      case "v1" -> v1(DefaultAWSCredentialsProviderChain::new);
      case "v1:container" -> v1(EC2ContainerCredentialsProviderWrapper::new);
      case "v1:imds" -> v1(() -> new InstanceProfileCredentialsProvider(false));
      default -> throw new IllegalArgumentException(
          "provider is v2 or v1, with :container or :imds behind it, not " + provider);
    };
  }

  private static Sdk v2(Supplier<AwsCredentialsProvider> providers) {
    return new Sdk("aws-sdk-java-v2", VersionInfo.SDK_VERSION, () -> {
      AwsCredentialsProvider provider = providers.get();
      return () -> {
        AwsCredentials credentials = provider.resolveCredentials();
        return new Credentials(credentials.accessKeyId(), credentials.expirationTime().orElse(null));
      };
    });
  }

  private static Sdk v1(Supplier<AWSCredentialsProvider> providers) {
    return new Sdk("aws-sdk-java-v1", VersionInfoUtils.getVersion(), () -> {
      AWSCredentialsProvider provider = providers.get();
      return () -> new Credentials(provider.getCredentials().getAWSAccessKeyId(), null);
    });
  }
}
