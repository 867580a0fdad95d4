// The real program as a child process: started, listened to, and stopped by its own id.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../../target/debug/cloakroom", import.meta.url));

/** How long a start may take, in milliseconds. */
const PATIENCE = 30_000;

/** @typedef {Record<string, string>} Settings */

/** @returns {string} */
function binary() {
  return process.env["CLOAKROOM_BIN"] ?? BUILT;
}

/**
 * Nothing of the test's own environment reaches the program but these settings.
 * @param {string[]} args
 * @param {Settings} settings
 * @param {string} folder
 */
function begin(args, settings, folder) {
  return spawn(binary(), args, { cwd: folder, env: settings, stdio: ["pipe", "pipe", "pipe"] });
}

/** A program that goes on until it is told to stop. */
export class Program {
  /**
   * @param {string[]} args
   * @param {Settings} settings
   * @param {string} folder
   */
  constructor(args, settings, folder) {
    this.said = "";
    this.log = "";
    this.child = begin(args, settings, folder);
    this.child.stdin.end();
    this.child.stdout.setEncoding("utf8").on("data", (text) => {
      this.said += text;
    });
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.log += text;
    });
    this.ended = once(this.child, "exit");
    // Who waits for the end hears of a failed start; nobody else has to.
    this.ended.catch(() => {});
  }

  /**
   * What the first group of a pattern matches in what the program says, as soon as it says it.
   * @param {RegExp} pattern
   * @returns {Promise<string>}
   */
  async hears(pattern) {
    const late = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const found = pattern.exec(this.said)?.[1];
      if (found !== undefined) return found;
      if (this.child.exitCode !== null) {
        throw new Error(`The program ended with ${this.child.exitCode}:\n${this.said}${this.log}`);
      }
      try {
        await Promise.race([once(this.child.stdout, "data", { signal: late }), this.ended]);
      } catch (cause) {
        throw new Error(`The program did not say ${pattern}:\n${this.said}${this.log}`, { cause });
      }
    }
  }

  /** Asks it to end, and waits until it has. */
  async stop() {
    if (this.child.exitCode === null) this.child.kill("SIGTERM");
    const [code] = await this.ended;
    if (code !== 0) throw new Error(`The program ended with ${code}:\n${this.log}`);
  }
}

/**
 * Runs a command to its end.
 * @param {string[]} args
 * @param {Settings} settings
 * @param {string} folder
 * @param {string} input
 */
export async function run(args, settings, folder, input) {
  const child = begin(args, settings, folder);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  }
  child.stdin.end(input);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`cloakroom ${args.join(" ")} ended with ${code}:\n${said}`);
}
