// The token file, which many processes and languages share.

import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import { ExposedError, type TokenStore } from "./store.js";

/** The user's `cache` or `config` folder of this program. */
export function folder(kind: "cache" | "config"): string {
  const { env } = process;
  const home = homedir();
  const base = (): string => {
    if (process.platform === "win32") return (kind === "cache" ? env["LOCALAPPDATA"] : env["APPDATA"]) || home;
    if (kind === "config") return env["XDG_CONFIG_HOME"] || join(home, ".config");
    return env["XDG_CACHE_HOME"] || (process.platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache"));
  };
  return join(base(), "pegcount");
}

/** A token in a file of mode 0600, and a `.lock` file beside it. */
export class FileStore implements TokenStore {
  readonly path: string;
  readonly #lock: string;

  constructor(path: string) {
    this.path = path;
    this.#lock = `${path}.lock`;
  }

  /** The record. A file that is open to others, or theirs, is not read: `ExposedError`. */
  load(): Promise<string | null> {
    return unless("ENOENT", readPrivate(this.path));
  }

  async lock(owner: string, takeover: string | null): Promise<string> {
    if (takeover !== null && (await read(this.#lock)) === takeover) {
      await this.#replace(this.#lock, owner);
    } else if (await this.#create(owner)) {
      return owner;
    }
    // Between two that take over at once, the last rename wins: so look.
    return (await read(this.#lock)) ?? "";
  }

  save(record: string): Promise<void> {
    return this.#replace(this.path, record);
  }

  async unlock(owner: string): Promise<void> {
    if ((await read(this.#lock)) === owner) await unlink(this.#lock);
  }

  /** Forgets the token. Answers whether there was one. */
  async clear(): Promise<boolean> {
    return (await unless("ENOENT", unlink(this.path).then(() => true))) ?? false;
  }

  async #create(owner: string): Promise<boolean> {
    await this.#folder();
    const file = await unless("EEXIST", open(this.#lock, "wx", 0o600));
    if (file === null) return false;
    try {
      await file.writeFile(owner);
    } finally {
      await file.close();
    }
    return true;
  }

  async #replace(path: string, text: string): Promise<void> {
    await this.#folder();
    // A name of its own for each writer; mode 0600 before the first byte.
    const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
    const file = await open(temporary, "wx", 0o600);
    try {
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
  }

  async #folder(): Promise<void> {
    await mkdir(dirname(this.path), { mode: 0o700, recursive: true });
  }
}

/** The text of a file; null if there is none. */
export function read(path: string): Promise<string | null> {
  return unless("ENOENT", readFile(path, "utf8"));
}

async function readPrivate(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    // On Windows there is neither a mode nor such an owner.
    const user = process.geteuid?.();
    if (user !== undefined) {
      const { mode, uid } = await file.stat();
      const shown = `mode ${(mode & 0o7777).toString(8).padStart(4, "0")}`;
      if ((mode & 0o077) !== 0) throw new ExposedError(`${path} has ${shown}, which lets others at the token: chmod 600 ${path}`);
      if (uid !== user && uid !== 0) {
        throw new ExposedError(`${path} (${shown}) belongs to another user: make it yours, then chmod 600 ${path}`);
      }
    }
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function unless<T>(code: string, done: Promise<T>): Promise<T | null> {
  try {
    return await done;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return null;
    throw error;
  }
}
