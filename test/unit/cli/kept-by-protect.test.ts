import { describe, expect, it } from 'vitest';
import { isKeptByProtect } from '../../../src/cli/snapshot/kept-by-protect.ts';
import { desired, environment, source } from '../../support/builders.ts';

function said(isProtected: boolean): readonly (string | boolean)[] {
  const texts: string[] = [];
  const resource = desired('box', { type: 'vm', protect: isProtected });
  const named = { resource, environment: environment([resource], { locate: () => source(7) }) };
  const isKept = isKeptByProtect({ complain: (text) => texts.push(text) }, named);
  return [isKept, ...texts];
}

describe('a VM that is protected', () => {
  it('is skipped, and the line that says so is named', () => {
    expect(said(true)).toEqual([true, 'local/vm.box stays as it is: it is protected (environments/local/web.yaml:7).']);
  });

  it('is not where nothing says so', () => {
    expect(said(false)).toEqual([false]);
  });
});
