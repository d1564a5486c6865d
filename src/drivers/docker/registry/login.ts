/** A login as it travels: from where it is kept to the header of a pull. */

export interface Login {
  /** The value of `X-Registry-Auth`; `null` for a pull without a login. */
  readonly header: string | null;
  /** What must not be printed. */
  readonly secrets: readonly string[];
  /** Why a login that is configured cannot be used. */
  readonly problem: string | null;
}

export interface LoginOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** As the engine takes them, but for where they are valid. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string }
  | { readonly registrytoken: string };
