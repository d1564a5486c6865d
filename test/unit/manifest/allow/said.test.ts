/** What is said of a repo that is not the operator's: all of it at once, and nothing that leads nowhere. */
import { describe, expect, it } from 'vitest';
import { HARMLESS } from '../../../hostile/escape.ts';
import { loadForeign, policyOf } from './support.ts';

const PLAIN = `${HARMLESS.join('\n')}\n`;

async function said(files: Readonly<Record<string, string>>, policy: string | null = null): Promise<readonly string[]> {
  const { diagnostics, environments } = await loadForeign({ files }, await policyOf(policy));
  expect(environments).toEqual([]);
  return diagnostics.map(({ source, summary }) => `${source?.file}: ${summary}`);
}

async function adviceOn(name: string, policy: string | null = null): Promise<string> {
  const files = { 'environments/demo/a.yaml': `${PLAIN}environment_variables: { V: "\${${name}}" }\n` };
  const { diagnostics } = await loadForeign({ files }, await policyOf(policy));
  return diagnostics.find(({ code }) => code === 'unset_variable')?.detail ?? '';
}

function environments(count: number, text: (index: number) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`environments/e${n + 10}/a.yaml`, text(n)]));
}

describe('a repo of somebody else is told', () => {
  it('of a process that it may not have any, and not what a container would need', async () => {
    const files = { 'environments/demo/a.yaml': 'services:\n  web: { process: { command: [id] } }\n' };

    expect(await said(files)).toEqual([
      'environments/demo/a.yaml: web.process is not allowed in a repo that is not yours',
    ]);
  });

  it('of too many environments beside whatever else is wrong', async () => {
    const found = await said(environments(11, (n) => (n === 3 ? `${PLAIN}engines: {}\n` : PLAIN)));

    expect(found).toEqual([
      'environments: 11 environments are more than the 10 that are allowed in a repo that is not yours',
      'environments/e13/a.yaml: engines is not allowed in a repo that is not yours',
    ]);
  });

  it('of no more environments than it may have', async () => {
    const found = await said(environments(40, () => 'engines: {}\n'));

    expect(found).toHaveLength(1 + 10);
  });

  it('of settings that do not count beside whatever else is wrong', async () => {
    const found = await said({ 'trueup.yaml': '', 'environments/demo/a.yaml': `${PLAIN}engines: {}\n` });

    expect(found).toEqual([
      'environments/demo/a.yaml: engines is not allowed in a repo that is not yours',
      'trueup.yaml: trueup.yaml is not read in a repo that is not yours',
    ]);
  });

  it('of a variable that is not set only ways to set it that count', async () => {
    const listing = 'format_version: 1\nextends: default\nvariables: [REGION]\n';

    expect(await adviceOn('HOME')).toBe(
      'set it under `variables`, or write ${HOME:-default}: of yours a repo that is not yours reads what its policy lists alone',
    );
    expect(await adviceOn('REGION', listing)).toBe(
      'set it with --var REGION=…, under `variables` or in the environment of trueup, or write ${REGION:-default}',
    );
  });
});
