// How an application that uses the AWS SDK for JavaScript v3 gets its
// credentials: from the mock, whose path is in $MOCKIMDS.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { defaultProvider } from "@aws-sdk/credential-provider-node";

// excerpt: javascript
// mockimds runs the mock until the test ends, and gives it its environment.
async function mockimds(t, ...args) {
  const server = spawn(process.env.MOCKIMDS, ["--print-env", ...args]);
  t.after(() => server.kill());
  const [said] = await once(server.stdout, "data");
  for (const [, name, value] of String(said).matchAll(/export (\w+)=(.+)/g)) {
    process.env[name] = value;
    t.after(() => delete process.env[name]);
  }
}
// end excerpt

// services are what the mock can be, with a limit that one start uses up.
const services = [
  { service: "ecs", limit: "1/h,1" },
  { service: "eks-pod-identity", limit: "1/h,1" },
  { service: "imds", limit: "1/h,3" }, // a token, the role, its credentials
];

// start does what a starting application does. A provider of its own has an
// empty cache.
const start = () => defaultProvider()();

for (const { service, limit } of services) {
  test(`${service}: the credentials are the mock's`, async (t) => {
    await mockimds(t, "--service", service);
    assert.match((await start()).accessKeyId, /^ASIAFAKE.*EXAMPLE$/);
  });

  test(`${service}: throttled for an hour, the SDK gives up`, async (t) => {
    await mockimds(t, "--service", service, "--limit", limit);
    await start();
    await assert.rejects(start, { name: "CredentialsProviderError" });
  });
}

// The SDK waits a second before it tries again, and then there is a token.
test("ecs: throttled for a second, the SDK tries again", async (t) => {
  await mockimds(t, "--limit", "1/s,1");
  await start();
  const begun = performance.now();
  assert.match((await start()).accessKeyId, /^ASIAFAKE.*EXAMPLE$/);
  assert.ok(performance.now() - begun > 900, "it had no need to wait");
});
