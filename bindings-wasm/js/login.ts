// Logging a user in at the log-in page, with PKCE, and which grant fits.

import type { ClientOptions } from "./client.js";
import { asking } from "./errors.js";
import type { Core } from "./modules.js";
import { loadCore } from "./modules.js";
import { snake } from "./plain.js";
import { platform } from "./platform.js";

/** Where a log-in leads: what is not given comes, in Node, from the environment or a profile. */
type Place = Pick<ClientOptions, "region" | "clientId" | "profile" | "apiUrl" | "loginUrl">;

/** What the log-in page is asked for. */
export interface LoginOptions extends Place {
  /** Where the page sends the user: one that is registered with the client. */
  redirectUri: string;
  /** The short name of the organisation; with `provider`, its identity provider, it skips the page's own log-in. */
  org?: string | undefined;
  provider?: string | undefined;
  /** Ask for the password even where the browser is logged in. */
  prompt?: boolean | undefined;
  /** The organisation to act in, for users of partners. */
  target?: string | undefined;
}

/** A log-in as it is kept until the user comes back. State and verifier are secrets of this log-in. */
export interface KeptLogin extends Place {
  url: string;
  state: string;
  verifier: string;
  redirectUri: string;
}

/**
 * The log-in of a user: send the user to `url`, and make a client of what `finish` gives.
 *
 * Where the program does not stay, `JSON.stringify(login)` is what to keep, and `Login.resume` goes on from it.
 */
export class Login {
  /** The log-in page. */
  readonly url: string;
  /** What comes back. */
  readonly state: string;
  readonly #kept: KeptLogin;
  readonly #core: Core;

  /** Begins a log-in. Nothing is sent. */
  static async begin(options: LoginOptions): Promise<Login> {
    const { region, profile, apiUrl, loginUrl, clientId, ...wish } = options;
    const place = { region, profile, apiUrl, loginUrl, clientId };
    const core = await loadCore();
    const { environment, pegcountToml, gcToml } = await platform().surroundings(core.variables());
    const randomness = crypto.getRandomValues(new Uint8Array(48));
    const begun = asking(() =>
      core.beginLogin(snake(wish), randomness, snake(place), environment, pegcountToml, gcToml),
    ) as Pick<KeptLogin, "url" | "state" | "verifier">;
    return Login.resume({ ...place, redirectUri: options.redirectUri, ...begun });
  }

  /** Goes on with a log-in that was kept. */
  static async resume(kept: KeptLogin): Promise<Login> {
    return new Login(kept, await loadCore());
  }

  /** @internal `Login.begin` and `Login.resume` make them. */
  constructor(kept: KeptLogin, core: unknown) {
    this.#kept = kept;
    this.#core = core as Core;
    this.url = kept.url;
    this.state = kept.state;
  }

  /**
   * Takes the address at which the user came back and gives the options of a client, for one `Client.create`. A
   * confidential client adds its `clientSecret`. Throws where the address is not this log-in's, or tells of a refusal.
   */
  finish(cameBack: string | URL): ClientOptions {
    const { url: _, state, verifier: codeVerifier, ...place } = this.#kept;
    return { ...place, code: asking(() => this.#core.finishLogin(String(cameBack), state)), codeVerifier };
  }

  /** All of it, to be kept where nobody else can read it. */
  toJSON(): KeptLogin {
    return this.#kept;
  }
}

/** Who asks, and what he has. Nothing said means a program that runs by itself on a server. */
export interface Situation {
  /** A person sits in front of it and can log in. */
  interactive?: boolean | undefined;
  /** It can keep a secret from those who use it: true unless told. */
  canKeepSecret?: boolean | undefined;
  browser?: boolean | undefined;
  /** The organisation's identity provider gives it SAML assertions. */
  saml?: boolean | undefined;
  /** The grant that was thought of: why it fits, or does not. */
  wanted?: string | undefined;
}

/** Which grant fits, and how to set it up. */
export interface Advice {
  readonly grant: "client_credentials" | "authorization_code" | "pkce" | "saml2_bearer";
  readonly why: string;
  /** What to set up, in the words of the administration pages. */
  readonly steps: readonly string[];
  readonly caveats: readonly string[];
  readonly willNotWork: readonly string[];
  /** The whole as a text. */
  toString(): string;
}

/** Says which grant fits a situation, and why. */
export async function advise(situation: Situation = {}): Promise<Advice> {
  const core = await loadCore();
  const { will_not_work: willNotWork, text, ...rest } = asking(() => core.advise(snake(situation))) as Omit<
    Advice,
    "willNotWork" | "toString"
  > & { will_not_work: string[]; text: string };
  return { ...rest, willNotWork, toString: () => text };
}
