/**
 * Texts that may be secret, and the marks that stand for sealed ones while an environment is being resolved. A mark is
 * a string that no manifest can hold, so everything that handles strings handles it, and nothing can leak.
 */
import { type Sealer, type Secret, UNRESOLVED_SECRET, unresolvedSecret } from '../model/secret.ts';

export interface Text {
  readonly plain: string;
  /** How it is declared: `plain`, with the source in place of each part that git does not hold. */
  readonly declared: string;
  /** Whether git holds all of it. */
  readonly isHeld: boolean;
  readonly isSecret: boolean;
  /** False when it is built from a secret that this command does not know. */
  readonly isKnown: boolean;
  /** Whether something about it has been reported, so that it must not be looked at further. */
  readonly isWrong: boolean;
}

export const EMPTY: Text = { plain: '', declared: '', isHeld: true, isSecret: false, isKnown: true, isWrong: false };

export const WRONG: Text = { ...EMPTY, isWrong: true };

export function plainText(plain: string): Text {
  return { ...EMPTY, plain, declared: plain };
}

/** Secrecy is contagious: one secret part makes the whole text secret. */
export function joinTexts(parts: readonly Text[]): Text {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return {
    plain: parts.map((part) => part.plain).join(''),
    declared: parts.map((part) => part.declared).join(''),
    isHeld: parts.every((part) => part.isHeld),
    isSecret: parts.some((part) => part.isSecret),
    isKnown: parts.every((part) => part.isKnown),
    isWrong: parts.some((part) => part.isWrong),
  };
}

/** How a secret was declared, for showing it without its value. */
export interface SecretDeclaration {
  readonly source: 'inline' | 'file' | 'command';
  /** The absolute path of the file, or the words of the command; `null` for inline. */
  readonly value: string | readonly string[] | null;
}

const MARK = /^\0secret:(\d+)\0$/;

/** Names what is declared, such that nothing can be told from the name but whether two are the same. */
export type NameDeclared = (declared: string) => string;

export class SecretTexts {
  readonly #sealer: Sealer | null;
  readonly #nameDeclared: NameDeclared | null;
  readonly #leaves: Secret[] = [];
  readonly #declarations = new WeakMap<Secret, SecretDeclaration>();

  /** Without a sealer every secret stays unresolved, and with `nameDeclared` tells how it is declared. */
  constructor(sealer: Sealer | null, nameDeclared: NameDeclared | null = null) {
    this.#sealer = sealer;
    this.#nameDeclared = nameDeclared;
  }

  /** The mark that stands for the text, or the text itself when it is no secret. */
  seal(text: Text, declaration: SecretDeclaration | null = null): string {
    if (!text.isSecret) return text.plain;
    const { $secret } = text.isKnown && this.#sealer !== null ? this.#sealer.seal(text.plain) : this.#unresolved(text);
    const leaf: Secret = { $secret };
    if (declaration !== null) this.#declarations.set(leaf, declaration);
    this.#leaves.push(leaf);
    return `\0secret:${this.#leaves.length - 1}\0`;
  }

  #unresolved({ declared, isKnown }: Text): Secret {
    if (this.#nameDeclared === null) return UNRESOLVED_SECRET;
    const name = this.#nameDeclared(declared);
    // What stands in the manifest itself is known without being fetched.
    return isKnown ? { $secret: name } : unresolvedSecret(name);
  }

  /** The secret behind a mark, or the text itself. */
  leaf(text: string): string | Secret {
    if (!text.startsWith('\0')) return text;
    return this.#leaves[Number(MARK.exec(text)?.[1])] ?? UNRESOLVED_SECRET;
  }

  declarationOf(secret: Secret): SecretDeclaration | null {
    return this.#declarations.get(secret) ?? null;
  }
}
