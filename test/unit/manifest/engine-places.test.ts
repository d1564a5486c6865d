import { expect, test } from 'vitest';
import { described, loadOne, loadText } from './support.ts';

const SERVICE = 'services: { web: { container: { image: "a:1" } } }';

test('an engine that runs on another one is where that one is', async () => {
  const environment = await loadOne(
    `engines: { far: { driver: docker, host: "ssh://me@far" }, nodes: { driver: kind, engine: far } }\n${SERVICE}`,
  );

  expect(environment.engines['nodes']?.settings).toEqual({ engine: 'far', host: 'ssh://me@far' });
});

test.each([
  ['{ nodes: { driver: kind, engine: dokcer } }', 'no other engine "dokcer" is declared (did you mean "docker"?)'],
  ['{ nodes: { driver: kind, engine: nodes } }', 'no other engine "nodes" is declared'],
  ['{ nodes: { driver: kind, engine: docker, host: "unix:///x" } }', 'engines.nodes has both "engine" and "host"'],
])('%s is refused at its line', async (engines, expected) => {
  const { diagnostics } = await loadText(`engines: ${engines}\n${SERVICE}`);

  expect(described(diagnostics).join('\n')).toContain(expected);
});
