// The token file, which many processes and languages share.

import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, readdir, rename, stat, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import { ExposedError, type TokenStore } from "./store.js";

/** What follows the name of the file, or of its lock, in the name of a temporary one. */
const LEFTOVER = /^(\.lock)?\.[0-9]+\.[0-9a-f]{8}$/;

/** What was written so many milliseconds before may still be in use. */
const YOUNG = 60_000;

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

  async save(record: string): Promise<void> {
    await this.#replace(this.path, record);
    // What cannot be seen or removed stays: the token is saved.
    await this.#tidy().catch(() => {});
  }

  async unlock(owner: string): Promise<void> {
    if ((await read(this.#lock)) === owner) await unlink(this.#lock);
  }

  /** Forgets the token. Answers whether there was one. */
  async clear(): Promise<boolean> {
    return (await unless("ENOENT", unlink(this.path).then(() => true))) ?? false;
  }

  /** Makes the lock: at once with its owner, so that whoever dies meanwhile leaves no lock that is nobody's. */
  async #create(owner: string): Promise<boolean> {
    const temporary = await this.#temporary(this.#lock, owner);
    const made = link(temporary, this.#lock).catch((error: unknown) => {
      if (hasCode(error, "EEXIST")) throw error;
      // Without hard links, it is there before its owner is.
      return write(this.#lock, owner);
    });
    try {
      return (await unless("EEXIST", made.then(() => true))) ?? false;
    } finally {
      // If it cannot be removed, the next that saves will do it.
      await unlink(temporary).catch(() => {});
    }
  }

  async #replace(path: string, text: string): Promise<void> {
    const temporary = await this.#temporary(path, text);
    try {
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
  }

  /** Writes a text to a file with a name of its own beside another. */
  async #temporary(path: string, text: string): Promise<string> {
    await this.#folder();
    const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
    await write(temporary, text);
    return temporary;
  }

  /** Removes what processes left behind that died while they wrote: it may hold a token. */
  async #tidy(): Promise<void> {
    const [around, name] = [dirname(this.path), basename(this.path)];
    const { mtimeMs: saved } = await stat(this.path);
    for (const file of await readdir(around)) {
      if (!file.startsWith(name) || !LEFTOVER.test(file.slice(name.length))) continue;
      const path = join(around, file);
      if (saved - (await stat(path)).mtimeMs > YOUNG) await unlink(path);
    }
  }

  async #folder(): Promise<void> {
    await mkdir(dirname(this.path), { mode: 0o700, recursive: true });
  }
}

/** Makes a file of mode 0600 that must not be there, with its whole text or not at all. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await unlink(path);
    throw error;
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
    if (hasCode(error, code)) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
