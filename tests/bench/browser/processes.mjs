// What the kernel says of processes. Linux.
// @ts-check
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second. */
const TICK = 10;

/**
 * Processor time that a process has used, in milliseconds: its own and the kernel's for it.
 * @param {number} pid
 */
export function processorTime(pid) {
  // After the name, which may have spaces, the twelfth and the thirteenth: utime and stime.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/**
 * @param {number} pid
 * @param {"VmRSS" | "VmHWM"} what now, or at its peak
 * @returns {number} bytes
 */
export function memory(pid, what) {
  const found = new RegExp(`^${what}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1]) * 1024;
}

/**
 * What a page's process has in memory; Chromium keeps some in reserve, and may let one go, which then has nothing.
 * @param {number} pid
 */
export function residentOf(pid) {
  try {
    return memory(pid, "VmRSS");
  } catch {
    return 0;
  }
}

/**
 * Bytes that a process has exchanged with a port, over the connections that are still open.
 * @param {number} pid
 * @param {string} port
 */
export function exchanged(pid, port) {
  const text = execFileSync("ss", ["-tinpHO", "dst", "127.0.0.1", "and", "dport", "=", port], { encoding: "utf8" });
  const own = text.split("\n").filter((line) => line.includes(`pid=${pid},`));
  const sum = (/** @type {string} */ name) =>
    own.reduce((total, line) => total + Number(new RegExp(`\\b${name}:(\\d+)`).exec(line)?.[1] ?? 0), 0);
  return sum("bytes_sent") + sum("bytes_received");
}
