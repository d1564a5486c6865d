/** A sealer for tests that look at engines directly: recognisable, and the same for the same text. */
import type { NamingSealer } from '../../src/model/secret.ts';

export const SEALER: NamingSealer = {
  seal: (plain) => ({ $secret: `sealed ${plain}` }),
  name: (text) => `named ${text}`,
};
