// The two ways to run Cloakroom that every promise is tested in.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowOrigins } from "./cors.js";
import { Program, run } from "./program.js";

/**
 * @typedef {import("./program.js").Settings} Settings
 * @typedef {"embedded" | "postgres"} Setup
 *
 * What stands between a store and all who use it: told where the store is, it says where they find it.
 * @typedef {{open: (store: string) => Promise<string>, close: () => Promise<void>}} Between
 *
 * @typedef {object} Person
 * @property {string} name
 * @property {string} email
 * @property {string} password
 * @property {"member" | "admin"} role
 */

const ANY_PORT = "127.0.0.1:0";
const BUCKET = "cloakroom-e2e";

/** A Cloakroom with all that it needs, in a folder of its own. */
export class Server {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    /** @type {Settings} */
    this.settings = {};
    /** @type {(() => Promise<void>)[]} what is to be ended, the last begun first */
    this.endings = [() => rm(folder, { recursive: true })];
    this.url = "";
    this.storeOrigin = "";
    /** The store itself, where it is a process of its own. @type {import("./cors.js").Bucket | undefined} */
    this.bucket = undefined;
    /** @type {(sql: string) => void} runs a statement on the database, beside the program */
    this.execute = (sql) => sqlite(join(folder, "data", "cloakroom.db"), sql);
  }

  /**
   * @param {string[]} args
   * @param {Settings} settings
   */
  begin(args, settings) {
    const program = new Program(args, settings, this.folder);
    this.endings.push(() => program.stop());
    return program;
  }

  /** @param {Settings} settings */
  async serve(settings) {
    this.settings = settings;
    this.program = this.begin([], settings);
    this.url = await this.program.hears(/^Cloakroom listening on (\S+) \(\S+\)$/m);
    this.storeOrigin = await this.program.hears(/^Store at (\S+)$/m);
  }

  /** The link that creates the first account. Said only where there is none yet. */
  async setUpLink() {
    return (await this.program?.hears(/^\s+(http\S+\/set-up\?key=\S+)$/m)) ?? "";
  }

  /** @param {Person} person */
  async createUser({ name, email, password, role }) {
    const args = ["user", "create", "--email", email, "--name", name, "--password-stdin"];
    if (role === "admin") args.push("--admin");
    await run(args, this.settings, this.folder, `${password}\n`);
  }

  /** As if every password had been given too long ago to count. */
  forgetWhenPasswordsWereGiven() {
    this.execute("UPDATE sessions SET authenticated_at = NULL");
  }

  /** Ends everything, whatever of it cannot be ended. */
  async stop() {
    /** @type {unknown[]} */
    const problems = [];
    for (const end of this.endings.toReversed()) await end().catch((problem) => problems.push(problem));
    if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join("\n"));
  }
}

/**
 * @param {Setup} setup
 * @param {Settings} [settings] added to the set-up's own
 * @param {Between} [between] needs a store in a process of its own, which it then has in every set-up
 * @returns {Promise<Server>}
 */
export async function openServer(setup, settings = {}, between) {
  const server = new Server(await mkdtemp(join(tmpdir(), "cloakroom-e2e-")));
  try {
    if (setup === "postgres") await serveWithPostgres(server, settings, between);
    else if (between) await serveWithStore(server, settings, between);
    else await serveAlone(server, settings);
  } catch (problem) {
    await server.stop().catch(() => {});
    throw problem;
  }
  return server;
}

/**
 * Nothing configured but the ports, which must not be taken.
 * @param {Server} server
 * @param {Settings} extra
 */
async function serveAlone(server, extra) {
  await server.serve({ BIND: ANY_PORT, STORE_BIND: ANY_PORT, ...extra });
}

/**
 * A database on a server, and a store in a process of its own: what production looks like.
 * @param {Server} server
 * @param {Settings} extra
 * @param {Between} [between]
 */
async function serveWithPostgres(server, extra, between) {
  const { url, drop } = createDatabase();
  server.endings.push(drop);
  server.execute = (sql) => psql(url, sql);
  await serveWithStore(server, { DATABASE_URL: url, DATA_DIR: join(server.folder, "app"), ...extra }, between);
}

/**
 * @param {Server} server
 * @param {Settings} settings
 * @param {Between} [between]
 */
async function serveWithStore(server, settings, between) {
  const keys = { R2_ACCESS_KEY_ID: "e2e-access-key", R2_SECRET_ACCESS_KEY: randomUUID(), R2_BUCKET_NAME: BUCKET };
  const store = server.begin(["store"], { ...keys, STORE_BIND: ANY_PORT, DATA_DIR: join(server.folder, "store") });
  const endpoint = await store.hears(/^Store listening on (\S+)$/m);
  if (between) server.endings.push(() => between.close());
  const known = (await between?.open(endpoint)) ?? endpoint;
  await server.serve({ ...keys, R2_ENDPOINT: known, BIND: ANY_PORT, ...settings });
  const { R2_ACCESS_KEY_ID: accessKeyId, R2_SECRET_ACCESS_KEY: secretAccessKey } = keys;
  server.bucket = { endpoint, bucket: BUCKET, accessKeyId, secretAccessKey };
  await allowOrigins(server.bucket, [server.url, server.url.replace("localhost", "127.0.0.1")]);
}

function createDatabase() {
  const base = process.env["CLOAKROOM_TEST_POSTGRES"];
  if (!base) {
    throw new Error(
      "CLOAKROOM_TEST_POSTGRES names no PostgreSQL server. See tests/e2e/README.md, or run with --project=embedded.",
    );
  }
  const name = `cloakroom_e2e_${randomUUID().replaceAll("-", "")}`;
  const url = new URL(base);
  url.pathname = `/${name}`;
  psql(base, `CREATE DATABASE ${name}`);
  return { url: url.href, drop: async () => psql(base, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/**
 * @param {string} url
 * @param {string} sql
 */
function psql(url, sql) {
  execFileSync("psql", ["--no-psqlrc", "--quiet", "--dbname", url, "--command", sql], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Python's own, as Node.js has none before version 22. */
const SQLITE =
  "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=10); db.execute(sys.argv[2]); db.commit()";

/**
 * @param {string} file
 * @param {string} sql
 */
function sqlite(file, sql) {
  execFileSync("python3", ["-c", SQLITE, file, sql], { stdio: ["ignore", "ignore", "pipe"] });
}
