// A program in the background of a test: started, listened to, and ended by its own id.
import { spawn } from "node:child_process";
import { once } from "node:events";

/** How long a start may take, in milliseconds. */
export const PATIENCE = 60_000;

export class Background {
  /**
   * @param {string} path
   * @param {string[]} args
   * @param {Record<string, string>} [environment] besides what all of them need
   */
  constructor(path, args, environment = {}) {
    const { PATH = "" } = process.env;
    this.path = path;
    this.said = "";
    // In a group of its own, as browsers are several processes.
    this.child = spawn(path, args, {
      detached: true,
      env: { PATH, LANG: "en_GB.UTF-8", TZ: "UTC", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.said += text;
        this.child.emit("said");
      });
    }
    this.ended = once(this.child, "exit");
    this.ended.catch(() => {});
  }

  /**
   * What the first group of a pattern matches in what it says, as soon as it says it.
   * @param {RegExp} pattern
   * @returns {Promise<string>}
   */
  async hears(pattern) {
    const late = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const found = pattern.exec(this.said)?.[1];
      if (found !== undefined) return found;
      if (this.child.exitCode !== null) throw new Error(`${this.path} has ended:\n${this.said}`);
      try {
        await Promise.race([once(this.child, "said", { signal: late }), this.ended]);
      } catch (cause) {
        throw new Error(`${this.path} did not say ${pattern}:\n${this.said}`, { cause });
      }
    }
  }

  /** With all that it has started. What it keeps is of no use afterwards, so it is not asked. */
  async stop() {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
    await this.ended;
  }
}
