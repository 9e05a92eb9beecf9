import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * How an application that uses the AWS SDK for Java v2 gets its credentials:
 * from the mock, whose path is in $MOCKIMDS.
 */
class CredentialsTest {
  private final Properties before = (Properties) System.getProperties().clone();
  private static final String MOCKIMDS = System.getenv("MOCKIMDS");
  private Process server;

  // excerpt: java
  // mockimds runs the mock, and gives the SDK its environment: as the system
  // properties that stand for it, aws.someName for AWS_SOME_NAME.
  void mockimds(String... args) throws IOException {
    var command = new ArrayList<>(List.of(MOCKIMDS, "--print-env"));
    command.addAll(List.of(args));
    server = new ProcessBuilder(command).start();
    byte[] said = new byte[4096];
    int n = server.getInputStream().read(said);
    var variables = Pattern.compile("export AWS_(\\w+)=(.+)");
    for (var v : variables.matcher(new String(said, 0, n)).results().toList()) {
      String name = Pattern.compile("_(.)").matcher(v.group(1).toLowerCase())
          .replaceAll(letter -> letter.group(1).toUpperCase());
      System.setProperty("aws." + name, v.group(2));
    }
  }
  // end excerpt

  @AfterEach
  void stop() {
    server.destroy();
    System.setProperties(before);
  }

  /** Does what a starting application does. A provider of its own has an empty cache. */
  String start() {
    try (var provider = DefaultCredentialsProvider.builder().build()) {
      return provider.resolveCredentials().accessKeyId();
    }
  }

  @ParameterizedTest
  @CsvSource({"ecs", "eks-pod-identity", "imds"})
  void theCredentialsAreTheMocks(String service) throws IOException {
    mockimds("--service", service);
    assertTrue(start().matches("ASIAFAKE.*EXAMPLE"));
  }

  /** With a limit that one start uses up. (IMDS: a token, the role, its credentials.) */
  @ParameterizedTest
  @CsvSource({"ecs, '1/h,1'", "eks-pod-identity, '1/h,1'", "imds, '1/h,3'"})
  void throttledForAnHourTheSdkGivesUp(String service, String limit) throws IOException {
    mockimds("--service", service, "--limit", limit);
    start();
    assertThrows(SdkClientException.class, this::start);
  }
}
