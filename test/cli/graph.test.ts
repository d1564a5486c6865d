import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { xmlElements } from '../support/formats/xml-events.ts';

const SHOP = {
  'environments/local/environment.yaml': `
services:
  db: { process: { command: [sleep, "600"] }, storage: { volumes: [data] } }
  api: { process: { command: [sleep, "600"] }, dependencies: [db] }
  mailer: { process: { command: [sleep, "600"] }, dependencies: { api: { criticality: optional } } }
volumes: { data: }
`,
};

interface Graph {
  readonly resources: readonly { readonly address: string }[];
  readonly dependencies: unknown;
}

describe('trueup graph', () => {
  it('draws an environment as Mermaid', async () => {
    await using repo = await scratchRepo(SHOP);

    const { status, stdout } = await repo.trueup(['graph']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^flowchart LR\n/);
    expect(stdout).toContain('["service.db"]');
    expect(stdout).toContain('-.->');
  });

  it('draws it as DOT', async () => {
    await using repo = await scratchRepo(SHOP);

    const { stdout } = await repo.trueup(['graph', 'local', '--format', 'dot']);

    expect(stdout).toMatch(/^digraph "local" \{/);
    expect(stdout).not.toContain('fillcolor');
  });

  it('draws a resource with what it depends on', async () => {
    await using repo = await scratchRepo(SHOP);

    const { stdout } = await repo.trueup(['graph', 'api', '--output', 'json']);

    const { resources, dependencies } = JSON.parse(stdout) as Graph;
    expect(resources.map(({ address }) => address)).toEqual(['service.api', 'service.db', 'volume.data']);
    expect(dependencies).toEqual([
      { from: 'service.api', to: 'service.db', condition: 'service_started', restart: false, criticality: 'required' },
      { from: 'service.db', to: 'volume.data', condition: null, restart: false, criticality: 'required' },
    ]);
  });

  it('colours with --plan what a plan would change', async () => {
    await using repo = await scratchRepo(SHOP);

    const { stdout } = await repo.trueup(['graph', '--plan', '--format', 'dot']);

    expect(stdout.match(/fillcolor/g)).toHaveLength(4);
  });

  it('draws it as SVG, with what a plan would change', async () => {
    await using repo = await scratchRepo(SHOP);

    const { status, stdout } = await repo.trueup(['graph', '--plan', '--format', 'svg']);

    expect(status).toBe(0);
    const texts = xmlElements(stdout).filter(({ name }) => name === 'text');
    expect(texts.filter(({ text }) => text === '+ will be created')).toHaveLength(4);
    expect(texts.map(({ text }) => text)).toContain('Plan for local');
  });

  it('asks which one when there are several environments', async () => {
    await using repo = await scratchRepo({ ...SHOP, 'environments/other/environment.yaml': 'type: local\n' });

    const { status, stderr } = await repo.trueup(['graph']);

    expect(status).toBe(64);
    expect(stderr).toContain('local, other');
  });

  it('suggests the nearest name for a wrong one', async () => {
    await using repo = await scratchRepo(SHOP);

    const { status, stderr } = await repo.trueup(['graph', 'locla']);

    expect(status).toBe(64);
    expect(stderr).toContain('did you mean "local"?');
  });
});
