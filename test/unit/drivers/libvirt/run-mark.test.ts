import { describe, expect, it } from 'vitest';
import { runMarkCommand, runMarkOf } from '../../../../src/drivers/libvirt/run-mark.ts';
import { parseXml } from '../../../../src/drivers/libvirt/xml/parse.ts';

describe('the mark of a run', () => {
  it.each([true, false])('says when it began, and whether its console is its own: %s', (hasOwnConsole) => {
    const at = '2026-01-01T00:00:00.000Z';
    const mark = runMarkCommand('demo-box', at, hasOwnConsole).at(-1) ?? '';
    const live = mark.replace('<run', '<run xmlns="https://trueup.dev/libvirt/1/run"');

    expect(runMarkOf(parseXml(`<domain><metadata>${live}</metadata></domain>`))).toEqual({ at, hasOwnConsole });
    expect(runMarkOf(parseXml('<domain><metadata/></domain>'))).toBeNull();
  });
});
