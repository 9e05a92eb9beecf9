// A driver of the AWS SDKs for JavaScript: it resolves credentials when it is told
// to, as an application's API call would, and prints what the application would see.
// JSON lines on stdin and stdout; the argument names a provider:
//
//   chain      v3, the default chain (the default)
//   http       v3, fromHttp as a client's credentials
//   container  v3, fromContainerMetadata as a client's credentials
//   v2         version 2, the default chain
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const onECS = process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI !== undefined ||
  process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI !== undefined;

/** A v3 client, whose config holds the memo that every API call asks. */
async function v3(credentials) {
  const { STSClient } = await import("@aws-sdk/client-sts");
  return () => {
    const client = new STSClient({ region: "us-east-1", ...credentials?.() });
    return async () => {
      const c = await client.config.credentials();
      return { access_key_id: c?.accessKeyId, expires: c?.expiration?.toISOString() };
    };
  };
}

/** A v2 client, whose config resolves the chain and keeps the provider that it found. */
function v2() {
  process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
  // After a failure on ECS the chain goes on to IMDS, which is another service.
  if (onECS) process.env.AWS_EC2_METADATA_DISABLED = "true";
  const AWS = require("aws-sdk");
  return () => {
    const client = new AWS.STS({ region: "us-east-1" });
    return () => new Promise((resolve, reject) => {
      // Every API call begins so: it looks for credentials, and words their error.
      client.getCallerIdentity().build((err) => {
        if (err) return reject(err);
        const { accessKeyId, expireTime } = client.config.credentials;
        resolve({ access_key_id: accessKeyId, expires: expireTime });
      });
    });
  };
}

const name = process.argv[2] ?? "chain";
let build;
switch (name) {
  case "chain":
    build = await v3();
    break;
  case "http": {
    const { fromHttp } = await import("@aws-sdk/credential-provider-http");
    build = await v3(() => ({ credentials: fromHttp() }));
    break;
  }
  case "container": {
    const { fromContainerMetadata } = await import("@smithy/credential-provider-imds");
    build = await v3(() => ({ credentials: fromContainerMetadata() }));
    break;
  }
  case "v2":
    build = v2();
    break;
  default:
    console.error(`driver: unknown provider ${name}: chain, http, container or v2`);
    process.exit(2);
}

const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
// The release that people install: the providers come with a client.
const version = require(name === "v2" ? "aws-sdk/package.json" : "@aws-sdk/client-sts/package.json").version;
say({ protocol: 1, sdk: name === "v2" ? "aws-sdk-js-v2" : "aws-sdk-js-v3", version });

let client;
async function resolve(fresh) {
  if (fresh || !client) client = build();
  return client();
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue;
  const ask = JSON.parse(line);
  resolve(ask.client === "new").then(
    (got) => say({ result: ask.resolve, ok: true, ...got }),
    (err) => say({ result: ask.resolve, ok: false, error: `${err.name}: ${err.message}` }),
  );
}
process.exit(0);
