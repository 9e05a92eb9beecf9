// mockimds in the tests of programs for Node, 20 or newer. No dependencies. A copy in a
// package that is not of "type": "module" is to be called mockimds.mjs.
//
//   import { mockimds, gaps } from "./mockimds.js";
//
//   test("throttled", async (t) => {
//     const mock = await mockimds(t, "--limit", "1/h,1");
//     ... // an SDK gets its credentials from the mock
//     const requests = await mock.requests("credentials");
//     assert.deepEqual(requests.map((r) => r.status), [200, 429]);
//   });
//
// The program is $MOCKIMDS, or mockimds on the PATH. Its flags are those of
// `mockimds --help`.
import { spawn } from "node:child_process";
import { request } from "node:http";
import { devNull } from "node:os";

// The mock prints its address within milliseconds; a busy machine takes longer.
const startTimeout = 30_000;
const stopTimeout = 15_000;

// What would lead an SDK to other credentials than the mock's. A region, a proxy and
// the settings of retries stay as they are.
const elsewhere = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
];

/**
 * Runs the mock until the test ends, with the environment of its first task. T is the
 * context of a test, or anything with an `after` that takes a function.
 */
export async function mockimds(t, ...args) {
  const mock = await start(...args);
  t.after(() => mock.close());
  t.after(setEnvironment(mock.environment));
  return mock;
}

/** Sets an environment, and returns a function that sets back what it was. */
export function setEnvironment(variables) {
  const nowhere = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
  const wanted = { ...Object.fromEntries(elsewhere.map((name) => [name])), ...nowhere, ...variables };
  const before = Object.keys(wanted).map((name) => [name, process.env[name]]);
  const set = ([name, value]) => (value === undefined ? delete process.env[name] : (process.env[name] = value));
  Object.entries(wanted).forEach(set);
  return () => before.forEach(set);
}

/** Runs the mock until it is closed, or until this process ends. Rejects with what it says if it does not start. */
export async function start(...args) {
  const program = process.env.MOCKIMDS ?? "mockimds";
  const child = spawn(program, ["--print-env=json", "--admin", "127.0.0.1:0", "--until-stdin-closes", ...args]);
  child.stdin.on("error", () => {}); // it has ended: its exit says so
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-(1 << 20))));
  const line = await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`mockimds said nothing for ${startTimeout / 1000} s\n${said}`));
    }, startTimeout);
    const settle = (how) => (value) => {
      clearTimeout(late);
      how(value);
    };
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
      if (out.includes("\n")) settle(resolve)(out);
    });
    child.on("error", (error) => settle(reject)(new Error(`${program} cannot be run (${error.message}): set MOCKIMDS to its path`)));
    child.on("close", (code) => settle(reject)(new Error(`mockimds did not start: exit code ${code}\n${said}`)));
  });
  return new Mock(child, JSON.parse(line), () => said);
}

/** A mock that serves. */
class Mock {
  #child;
  #since = 0;

  constructor(child, greeting, stderr) {
    this.#child = child;
    this.address = greeting.address;
    this.admin = greeting.admin;
    this.environment = greeting.environment; // of the first task
    this.tasks = greeting.tasks; // each with its environment
    this.tokenFile = greeting.environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
    this.stderr = stderr; // what the mock has said on stderr
  }

  /** Ends the mock. Once is enough, and twice does no harm. */
  async close() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const late = setTimeout(() => child.kill("SIGKILL"), stopTimeout);
    child.kill();
    child.stdin.end();
    await ended;
    clearTimeout(late);
  }

  /**
   * The requests since the start or the last reset, the first one first: at (seconds
   * since the start), outcome, status (undefined if there was no answer), method, path,
   * route, task (undefined for a stranger), agent, token (whether it showed one).
   */
  async requests(route) {
    const query = new URLSearchParams({ since: this.#since, ...(route && { route }) });
    const answer = await this.call("GET", `/v1/requests?${query}`);
    if (answer.dropped > 0) {
      throw new Error(`${answer.dropped} requests are no longer remembered: look earlier, or give --requests FILE`);
    }
    // The log has them as they are answered.
    return answer.requests.map((r) => ({ ...r, at: r.at_s })).sort((a, b) => a.at - b.at);
  }

  /** Begins the list of requests anew, and leaves all else as it is. */
  async forget() {
    this.#since = (await this.call("GET", "/v1/requests?limit=0")).next;
  }

  /** What the next requests get that no limit refuses, such as "429,429,ok". */
  answer(answers, { routes, name = "answers" } = {}) {
    return this.fault({ fault: name, kind: "answers", answers: answers.split(","), ...(routes && { routes }) });
  }

  /** Adds a fault, with the keys that a profile has: {fault: "x", kind: "status", status: 503, count: 7}. */
  fault(fault) {
    return this.call("POST", "/v1/hosts/all/faults", fault);
  }

  /** Ends a fault. */
  lift(name) {
    return this.call("DELETE", `/v1/hosts/all/faults/${name}`);
  }

  /** Changes a limit, such as "40/s" and 60. What is left carries over. */
  limit(rate, burst, name = "limit") {
    return this.call("PUT", `/v1/hosts/all/limits/${name}`, { rate, burst });
  }

  /** Issues new credentials to all tasks, with so much life left, such as "90s". */
  issue(expiresIn) {
    return this.call("POST", "/v1/credentials", expiresIn ? { expires_in: expiresIn } : {});
  }

  /** Restarts the agent: its port is closed for a while, then it has no credentials for another. */
  restart(down = "1s", pending = "0s") {
    return this.fault({ fault: "restart", kind: "restart", for: down, pending });
  }

  /** Begins anew: limits, faults, counts and requests are as at the start. */
  reset() {
    this.#since = 0;
    return this.call("POST", "/v1/reset", { limits: "initial" });
  }

  /** Asks the admin API, which docs/operating.md describes. No proxy is asked. */
  call(method, path, body) {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const headers = { "Content-Length": Buffer.byteLength(text) };
      const asking = request(this.admin + path, { method, headers, agent: false, timeout: startTimeout }, (answer) => {
        let got = "";
        answer.setEncoding("utf8");
        answer.on("data", (piece) => (got += piece));
        answer.on("error", reject);
        answer.on("end", () => {
          if (answer.statusCode >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode}\n${got}`));
          else resolve(JSON.parse(got));
        });
      });
      asking.on("timeout", () => asking.destroy(new Error(`${method} ${path}: no answer`)));
      asking.on("error", reject);
      asking.end(text);
    });
  }
}

/** The seconds from each request to the next: the rhythm of a client. */
export function gaps(requests) {
  return requests.slice(1).map((after, i) => after.at - requests[i].at);
}
