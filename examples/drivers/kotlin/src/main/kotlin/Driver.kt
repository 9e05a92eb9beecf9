import aws.sdk.kotlin.runtime.auth.credentials.DefaultChainCredentialsProvider
import aws.sdk.kotlin.runtime.auth.credentials.EcsCredentialsProvider
import aws.sdk.kotlin.runtime.auth.credentials.ImdsCredentialsProvider
import aws.smithy.kotlin.runtime.auth.awscredentials.CachedCredentialsProvider
import aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProvider
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ObjectNode
import kotlin.system.exitProcess
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch

private val json = ObjectMapper()

/**
 * Makes credentials providers: those of the default chain, or of one provider of it behind
 * the cache that the chain has.
 */
private fun providers(name: String): () -> CredentialsProvider = when (name) {
    "chain" -> ({ DefaultChainCredentialsProvider() })
    "container" -> ({ CachedCredentialsProvider(EcsCredentialsProvider()) })
    "imds" -> ({ CachedCredentialsProvider(ImdsCredentialsProvider()) })
    else -> throw IllegalArgumentException("provider is chain, container or imds, not $name")
}

private fun version(): String =
    Regex("aws-config-jvm-(.*)\\.jar").find(DefaultChainCredentialsProvider::class.java.protectionDomain.codeSource.location.path)
        ?.groupValues?.get(1) ?: "unknown"

@Synchronized
private fun put(line: ObjectNode) {
    println(line)
    System.out.flush()
}

private suspend fun resolve(call: Long, provider: CredentialsProvider): ObjectNode {
    val result = json.createObjectNode().put("result", call)
    try {
        val credentials = provider.resolve()
        result.put("ok", true).put("access_key_id", credentials.accessKeyId)
        credentials.expiration?.let { result.put("expires", it.toString()) }
    } catch (e: Exception) {
        result.put("ok", false).put("error", e.toString())
    }
    return result
}

/**
 * A process that resolves credentials with the AWS SDK for Kotlin when it is told to. It
 * speaks JSON lines: {"resolve":N} on stdin, {"result":N,...} on stdout. Calls that are open
 * at once run in coroutines of their own. It ends with stdin.
 */
fun main(args: Array<String>) {
    val make = providers(args.getOrElse(0) { "chain" })
    put(json.createObjectNode().put("protocol", 1).put("sdk", "aws-sdk-kotlin").put("version", version()))
    val calls = CoroutineScope(Dispatchers.IO)
    var provider = make()
    generateSequence(::readLine).forEach { line ->
        val said = json.readTree(line)
        if (!said.path("resolve").isIntegralNumber) {
            System.err.println("driver: not understood: $line")
            return@forEach
        }
        if (said.path("client").asText() == "new") {
            provider = make()
        }
        val with = provider
        calls.launch { put(resolve(said["resolve"].asLong(), with)) }
    }
    exitProcess(0) // whatever calls are still open
}
