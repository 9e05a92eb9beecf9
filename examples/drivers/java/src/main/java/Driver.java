import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A process that resolves credentials with the AWS SDK for Java when it is told to. It
 * speaks JSON lines: {"resolve":N} on stdin, {"result":N,...} on stdout. Calls that are open
 * at once run in threads of their own. It ends with stdin.
 *
 * <p>Its argument is v2 (the default), which asks the default chain of version 2, or v1; with
 * ":container" or ":imds" behind it, that provider alone.
 */
public final class Driver {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final Sdk sdk;
  private Sdk.Client client;

  private Driver(Sdk sdk) {
    this.sdk = sdk;
    this.client = sdk.client();
  }

  public static void main(String[] args) throws IOException {
    Sdk sdk = Sdk.named(args.length > 0 ? args[0] : "v2");
    print(JSON.createObjectNode()
        .put("protocol", 1).put("sdk", sdk.name()).put("version", sdk.version()));
    new Driver(sdk).serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    System.exit(0); // whatever calls are still open
  }

  private void serve(BufferedReader in) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode said = JSON.readTree(line);
      if (!said.path("resolve").isIntegralNumber()) {
        System.err.println("driver: not understood: " + line);
        continue;
      }
      if (said.path("client").asText().equals("new")) {
        client = sdk.client();
      }
      long call = said.get("resolve").asLong();
      Sdk.Client with = client;
      new Thread(() -> print(resolve(call, with))).start();
    }
  }

  private static ObjectNode resolve(long call, Sdk.Client client) {
    ObjectNode result = JSON.createObjectNode().put("result", call);
    try {
      Sdk.Credentials credentials = client.resolve();
      result.put("ok", true).put("access_key_id", credentials.accessKeyId());
      if (credentials.expires() != null) {
        result.put("expires", credentials.expires().toString());
      }
    } catch (Exception e) {
      result.put("ok", false).put("error", e.toString());
    }
    return result;
  }

  private static synchronized void print(ObjectNode line) {
    OUT.println(line);
  }
}
