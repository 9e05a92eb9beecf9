// What a test can say with mockimds, of the AWS SDK for JavaScript v3: copy from here.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { gaps, mockimds, start as startMock } from "./mockimds.js";

// start does what a starting application does. A provider of its own has an empty
// cache.
const start = () => defaultProvider()();
const fake = /^ASIAFAKE.*EXAMPLE$/;
const failure = { name: "CredentialsProviderError" };
const statuses = (requests) => requests.map((r) => r.status);

// eventually waits for a condition. Half a minute is for a busy machine.
async function eventually(condition, seconds = 30) {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    assert.ok(performance.now() < end, "it did not happen");
    await sleep(50);
  }
}

for (const service of ["ecs", "eks-pod-identity", "imds"]) {
  test(`${service}: the credentials are the mock's`, async (t) => {
    const mock = await mockimds(t, "--service", service);
    assert.match((await start()).accessKeyId, fake);
    assert.deepEqual((await mock.requests("credentials")).map((r) => r.outcome), ["served"]);
  });
}

test("throttled on the second call", async (t) => {
  const mock = await mockimds(t, "--limit", "1/h,1");
  await start();
  await mock.forget();
  await assert.rejects(start, failure); // what the application sees
  const requests = await mock.requests("credentials");
  assert.deepEqual(statuses(requests), [429, 429, 429, 429, 429]); // how many requests
  // In which rhythm: a second apart, and then the next provider of the chain at once.
  assert.ok(gaps(requests).slice(0, 3).every((gap) => gap > 0.95), `got ${gaps(requests)}`);
});

test("throttled twice, and then served", async (t) => {
  const mock = await mockimds(t, "--answers", "429,429,ok");
  assert.match((await start()).accessKeyId, fake);
  assert.deepEqual(statuses(await mock.requests()), [429, 429, 200]);
});

test("answers while it serves", async (t) => {
  const mock = await mockimds(t);
  await start();
  await mock.forget();
  await mock.answer("503,ok");
  await start();
  assert.deepEqual(statuses(await mock.requests()), [503, 200]);
});

test("rotation", async (t) => {
  // With less than five minutes left the provider refreshes in the background.
  const mock = await mockimds(t, "--expires-in", "90s");
  const provider = defaultProvider();
  const old = await provider();
  await mock.issue();
  await eventually(async () => (await provider()).accessKeyId !== old.accessKeyId);
  await mock.forget();
  await provider();
  assert.deepEqual(await mock.requests(), []); // six hours are left
});

test("a container is a hop too far", async (t) => {
  const mock = await mockimds(t, "--service", "imds", "--tokens", "required", "--hops", "2");
  await assert.rejects(start, failure);
  const token = await mock.requests("token");
  assert.ok(token.length > 0 && token.every((r) => r.outcome === "lost" && r.status === undefined), JSON.stringify(token));
  assert.ok(!(await mock.requests()).some((r) => r.outcome === "served"));
});

test("with a hop limit of two", async (t) => {
  const mock = await mockimds(t, "--service", "imds", "--tokens", "required", "--hops", "2", "--hop-limit", "2");
  assert.match((await start()).accessKeyId, fake);
  assert.ok((await mock.requests("credentials")).every((r) => r.token));
});

test("an agent restart", async (t) => {
  const mock = await mockimds(t);
  await mock.restart("1h");
  await assert.rejects(start, failure); // five tries in four seconds
  assert.ok(!(await mock.requests()).some((r) => r.outcome === "served"));
  await mock.lift("restart");
  assert.match((await start()).accessKeyId, fake);
});

test("after a restart there are no credentials yet", async (t) => {
  const mock = await mockimds(t, "--pending", "1h");
  await assert.rejects(start, failure);
  assert.deepEqual(new Set(statuses(await mock.requests())), new Set([503]));
});

test("pod token rotation", async (t) => {
  // Kubelet replaces a token before it expires: of one that lives 20 s, after 16 to 19 s.
  const mock = await mockimds(t, "--service", "eks-pod-identity", "--token-lifetime", "20s");
  const token = () => readFile(mock.tokenFile, "ascii");
  const first = await token();
  await start();
  await eventually(async () => (await token()) !== first);
  const { exp } = JSON.parse(Buffer.from(first.split(".")[1], "base64url"));
  await eventually(() => Date.now() > (exp + 1) * 1000);
  const refused = await fetch(`${mock.address}/v1/credentials`, { headers: { Authorization: first } });
  assert.equal(refused.status, 400);
  await mock.forget();
  await start(); // it reads the file again
  assert.deepEqual(statuses(await mock.requests()), [200]);
});

test("reset", async (t) => {
  const mock = await mockimds(t);
  await mock.limit("1/h", 1);
  await mock.answer("503,503,503,503,503,503");
  await mock.reset();
  for (let i = 0; i < 3; i++) await start();
  assert.deepEqual(statuses(await mock.requests()), [200, 200, 200]);
});

test("one that does not start says why", async (t) => {
  await assert.rejects(mockimds(t, "--limit", "none"), /exit code 2\nmockimds: --limit/);
});

test("one that is not there", async (t) => {
  const before = process.env.MOCKIMDS;
  process.env.MOCKIMDS = "/nowhere/mockimds";
  t.after(() => (process.env.MOCKIMDS = before));
  await assert.rejects(mockimds(t), /set MOCKIMDS/);
});

test("the environment comes and goes", async (t) => {
  process.env.AWS_ACCESS_KEY_ID = "mine";
  t.after(() => delete process.env.AWS_ACCESS_KEY_ID);
  await t.test("inside", async (inside) => {
    await mockimds(inside);
    assert.equal(process.env.AWS_ACCESS_KEY_ID, undefined);
    assert.match((await start()).accessKeyId, fake);
  });
  assert.equal(process.env.AWS_ACCESS_KEY_ID, "mine");
  assert.equal(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, undefined);
});

test("a killed test runner leaves no orphan", async () => {
  const program = `import { start } from "./mockimds.js"; console.log((await start()).address); process.kill(process.pid, "SIGKILL");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: new URL(".", import.meta.url), stdio: ["ignore", "pipe", "inherit"] });
  let address = "";
  for await (const text of child.stdout) address += text;
  await eventually(() => fetch(address.trim()).then(() => false, () => true));
});

test("one that is closed twice", async () => {
  const mock = await startMock();
  await mock.close();
  await mock.close();
});
