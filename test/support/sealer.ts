/** A sealer for tests that look at engines directly: recognisable, and the same for the same text. */
import type { Sealer } from '../../src/model/secret.ts';

export const SEALER: Sealer = { seal: (plain) => ({ $secret: `sealed ${plain}` }) };
