import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * How an application that uses the AWS SDK for Java v2 gets its credentials:
 * from the mock, whose path is in $MOCKIMDS.
 */
class CredentialsTest {
  private final Properties before = (Properties) System.getProperties().clone();
  private static final String MOCKIMDS = System.getenv("MOCKIMDS");
  private Process server;
  private String admin;

  // excerpt: java
  // mockimds runs the mock, and gives the SDK its environment: as the system properties
  // that stand for it, aws.someName for AWS_SOME_NAME. The mock ends when the pipe to its
  // stdin closes; what it says on stderr is shown.
  void mockimds(String... args) throws IOException {
    var command = new ArrayList<>(List.of(
        MOCKIMDS, "--print-env=json", "--admin", "127.0.0.1:0", "--until-stdin-closes"));
    command.addAll(List.of(args));
    server = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    var greeting = JsonNode.parser().parse(server.inputReader().readLine()).asObject();
    admin = greeting.get("admin").asString();
    greeting.get("environment").asObject().forEach((name, value) -> {
      String property = Pattern.compile("_(.)").matcher(name.substring(4).toLowerCase())
          .replaceAll(letter -> letter.group(1).toUpperCase());
      System.setProperty("aws." + property, value.asString());
    });
  }

  // statuses are those of the requests that the mock has seen.
  List<String> statuses() throws IOException {
    try (var answer = URI.create(admin + "/v1/requests").toURL().openStream()) {
      return JsonNode.parser().parse(answer).field("requests").get().asArray().stream()
          .map(request -> request.field("status").get().asNumber()).toList();
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

  /** It tries again after a 503, and not after a 429. */
  @Test
  void howManyRequests() throws IOException {
    mockimds("--answers", "503,503,ok");
    start();
    assertEquals(List.of("503", "503", "200"), statuses());
  }
}
