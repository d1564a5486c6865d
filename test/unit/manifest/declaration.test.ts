import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { formatSource } from '../../../src/model/source.ts';
import { load, loadOne } from './support.ts';

const BASE = `
abstract: true
variables: { tag: "\${major}.4", major: 1, unused: x }
environment_variables: { TZ: UTC }
services:
  web:
    type: application
    container: { image: "nginx:\${tag}", command: [serve] }
    labels: { team: core, on: "\${HOST:-\${FALLBACK}}" }
`;

const LOCAL = `
extends: ../base
services:
  web:
    labels: { team: edge }
    networking: { ports: ["8080:80"] }
    dependencies: [db]
  db:
    container: { image: "db:\${VERSION}" }
    labels: [a=b]
`;

type Declared = (address: Address, ...names: readonly string[]) => unknown;

async function declarations(): Promise<Declared> {
  const { environments } = await load(
    { 'environments/base/all.yaml': BASE, 'environments/local/main.yaml': LOCAL },
    { variables: { VERSION: '2' }, processEnvironment: { HOST: 'h' } },
  );
  const [local] = environments;
  return (address, ...names) => {
    const found = local?.declarationOf(address, fieldPath(...names)) ?? null;
    if (found === null) return null;
    const { source, inherited_from: from, overrides, variables } = found;
    return {
      at: formatSource(source).replace('environments/', ''),
      ...(from === null ? {} : { from }),
      ...(overrides === null ? {} : { over: formatSource(overrides).replace('environments/', '') }),
      ...(variables.length === 0
        ? {}
        : {
            variables: variables.map(({ name, origin, source: set }) =>
              [name, origin, ...(set === null ? [] : [set.start.line])].join(' '),
            ),
          }),
    };
  };
}

describe('declarationOf', () => {
  it('says where a field is inherited from, and what it overrides', async () => {
    const declared = await declarations();

    expect(declared('service.web', 'container', 'command')).toEqual({
      at: 'base/all.yaml:8:41',
      from: 'environments/base',
    });
    expect(declared('service.web', 'labels', 'team')).toEqual({
      at: 'local/main.yaml:5:15',
      over: 'base/all.yaml:9:15',
    });
    expect(declared('service.db', 'labels', 'a')).toMatchObject({ at: 'local/main.yaml:10:14' });
    expect(declared('service.web', 'environment_variables', 'TZ')).toMatchObject({ at: 'base/all.yaml:4:26' });
  });

  it('names the variables that a value is made of, and where each is set', async () => {
    const declared = await declarations();

    expect(declared('service.web', 'container', 'image')).toMatchObject({
      variables: ['tag manifest 3', 'major manifest 3'],
    });
    expect(declared('service.db', 'container', 'image')).toMatchObject({ variables: ['VERSION command_line'] });
    expect(declared('service.web', 'labels', 'on')).toMatchObject({
      variables: ['HOST process_environment', 'FALLBACK not_set'],
    });
  });

  it('takes a short form for all that it says, and a name for no more than that', async () => {
    const declared = await declarations();

    expect(declared('service.web', 'networking', 'ports', '8080/tcp', 'container_port')).toMatchObject({
      at: 'local/main.yaml:6:27',
    });
    expect(declared('service.web', 'dependencies', 'service.db', 'condition')).toBeNull();
  });

  it('is nothing for a default, for what does not exist, and for what nobody declares', async () => {
    const declared = await declarations();

    expect(declared('service.web', 'container', 'entrypoint')).toBeNull();
    expect(declared('service.web', 'run_state')).toBeNull();
    expect(declared('service.web', 'nothing', 'at all')).toBeNull();
    expect(declared('service.none', 'labels')).toBeNull();
    expect(declared('network.default', 'driver')).toBeNull();
    expect((await loadOne('services: {}')).declarationOf('image.x', fieldPath('reference'))).toBeNull();
  });

  it('knows the image of a service, which nobody declares by itself', async () => {
    const declared = await declarations();

    expect(declared('image.db:2', 'reference')).toMatchObject({ at: 'local/main.yaml:9:18' });
  });
});
