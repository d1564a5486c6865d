import { describe, expect, it } from 'vitest';
import { checkObligation, OBLIGATIONS } from '../../support/contract.ts';
import { simulatedHarness } from '../../support/simulated/contract-harness.ts';
import { DEFECTS } from './defects.ts';

describe('the contract suite turns down a driver that', () => {
  for (const { name, breaks, wrap } of DEFECTS) {
    it(name, async () => {
      const promises = Object.values(OBLIGATIONS).flat();

      for (const broken of breaks) {
        const promise = promises.find((candidate) => candidate.name === broken);
        if (promise === undefined) throw new Error(`the contract has no such promise: ${broken}`);
        await expect(checkObligation(promise, () => simulatedHarness(wrap), { patienceMs: 300 })).rejects.toThrow();
      }
    });
  }
});
