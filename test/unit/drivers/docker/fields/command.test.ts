/** Entrypoint and command, whose meaning engines tie together. */
import { describe, expect, it } from 'vitest';
import { createBody, serviceFrom } from '../../../../../src/drivers/docker/fields/service.ts';
import type { Json } from '../../../../../src/model/json.ts';
import { kept } from './engine-memory.ts';
import { NOW } from '../engine-facts.ts';
import { bodyContext, differences, FURNISHED, paths, PLAIN, serviceConfig, viewOf } from './scene.ts';

const NOTHING = { networks: [], volumes: [] };

function container(entrypoint: Json, command: Json): ReturnType<typeof serviceConfig> {
  return serviceConfig({ container: { entrypoint, command } });
}

describe('what is sent', () => {
  it.each([
    ['nothing', null, null, {}],
    ['a command alone', null, ['x'], { Cmd: ['x'] }],
    ['an entrypoint alone', ['x'], null, { Entrypoint: ['x'], Cmd: [] }],
    [
      'an entrypoint as the image has it',
      ['/bin/echo', 'ep'],
      null,
      { Entrypoint: ['/bin/echo', 'ep'], Cmd: ['c1', 'c2'] },
    ],
    ['no entrypoint at all', [], null, { Entrypoint: [''], Cmd: ['c1', 'c2'] }],
    ['no entrypoint, and a command', [''], ['x'], { Entrypoint: [''], Cmd: ['x'] }],
    ['an empty command', null, [], { Entrypoint: ['/bin/echo', 'ep'], Cmd: [] }],
    ['an entrypoint and an empty command', ['x'], [], { Entrypoint: ['x'], Cmd: [] }],
  ])('for %s says what is meant', (_, entrypoint, command, expected) => {
    const config = container(entrypoint, command);

    const { Entrypoint, Cmd } = createBody(config, bodyContext(config, { image: FURNISHED }));

    expect({ Entrypoint, Cmd }).toEqual({ Entrypoint: undefined, Cmd: undefined, ...expected });
  });

  it('is nothing to run where nothing is meant, and not what the image has', () => {
    const config = container(null, []);

    const { Entrypoint, Cmd } = createBody(
      config,
      bodyContext(config, { image: { ...PLAIN, Config: { Cmd: ['sh'] } } }),
    );

    expect({ Entrypoint, Cmd }).toEqual({ Entrypoint: [''], Cmd: [] });
  });
});

describe('what differs', () => {
  it.each([
    ['an entrypoint that is taken away', container(['x'], null), container(null, null), ['entrypoint']],
    ['an entrypoint that comes', container(null, null), container(['x'], null), ['entrypoint']],
    ['a command that is taken away', container(null, ['x']), container(null, null), ['command']],
    ['a command that is emptied', container(null, null), container(null, []), ['command']],
    ['an entrypoint that is declared as it was', container(null, null), container(['/bin/echo', 'ep'], null), []],
  ])('is %s', (_, from, to, fields) => {
    const inspect = kept({ body: createBody(from, bodyContext(from, { image: FURNISHED })), image: FURNISHED });
    const reading = serviceFrom(inspect, viewOf(FURNISHED, NOTHING, NOW));

    const found = paths(differences('service', to, reading)).toSorted();

    expect(found).toEqual(fields.map((field) => `$['container']['${field}']`).toSorted());
  });
});
