/**
 * Texts that may be secret, and the marks that stand for sealed ones while an environment is being resolved. A mark is
 * a string that no manifest can hold, so everything that handles strings handles it, and nothing can leak.
 */
import { type Sealer, type Secret, UNRESOLVED_SECRET } from '../model/secret.ts';

export interface Text {
  readonly plain: string;
  readonly isSecret: boolean;
  /** False when it is built from a secret that this command does not know. */
  readonly isKnown: boolean;
  /** Whether something about it has been reported, so that it must not be looked at further. */
  readonly isWrong: boolean;
}

export const EMPTY: Text = { plain: '', isSecret: false, isKnown: true, isWrong: false };

export const WRONG: Text = { ...EMPTY, isWrong: true };

export function plainText(plain: string): Text {
  return { ...EMPTY, plain };
}

/** Secrecy is contagious: one secret part makes the whole text secret. */
export function joinTexts(parts: readonly Text[]): Text {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return {
    plain: parts.map((part) => part.plain).join(''),
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

export class SecretTexts {
  readonly #sealer: Sealer | null;
  readonly #leaves: Secret[] = [];
  readonly #declarations = new WeakMap<Secret, SecretDeclaration>();

  /** Without a sealer every secret stays unresolved. */
  constructor(sealer: Sealer | null) {
    this.#sealer = sealer;
  }

  /** The mark that stands for the text, or the text itself when it is no secret. */
  seal(text: Text, declaration: SecretDeclaration | null = null): string {
    if (!text.isSecret) return text.plain;
    const { $secret } = text.isKnown && this.#sealer !== null ? this.#sealer.seal(text.plain) : UNRESOLVED_SECRET;
    const leaf: Secret = { $secret };
    if (declaration !== null) this.#declarations.set(leaf, declaration);
    this.#leaves.push(leaf);
    return `\0secret:${this.#leaves.length - 1}\0`;
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
