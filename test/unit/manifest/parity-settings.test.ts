import { describe, expect, it } from 'vitest';
import { CONDITION_NAMES } from '../../../src/diff/parity/conditions.ts';
import { loadSettings } from '../../../src/manifest/settings.ts';
import { memberAt } from '../../../src/model/json.ts';
import { readSchema } from '../../support/schemas.ts';
import { described, memoryTree } from './support.ts';

describe('parity of trueup.yaml', () => {
  it('is rules, waivers and pairs in their order, each with its line', async () => {
    const text = `
parity:
  reference: staging
  rules:
    - { id: image-minor, severity: error }
    - { id: own, types: [service], field_paths: ["$.labels.team", $.status.health, $.effective.labels, $], when: differs }
  waivers:
    - { address: volume.data, reason: not here }
    - { between: [b, a], address: service.web, field_path: container.image, reason: r, owner: o, until: 2027-01-31 }
  pairs: [[a/service.web, b/service.front]]
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics)).toEqual([]);
    const { parity } = settings;
    const lines = [...parity.rules, ...parity.waivers, ...parity.pairs].map(({ source }) => source?.start.line);
    expect(lines).toEqual([5, 6, 8, 9, 10]);
    expect(JSON.parse(JSON.stringify(parity, (key, value: unknown) => (key === 'source' ? undefined : value)))).toEqual(
      {
        reference: 'staging',
        rules: [
          { id: 'image-minor', severity: 'error' },
          {
            id: 'own',
            types: ['service'],
            field_paths: ['$.labels.team', '$.status.health', '$.effective.labels', '$'],
            when: 'differs',
          },
        ],
        waivers: [
          { between: null, address: 'volume.data', field_path: null, reason: 'not here', owner: null, until: null },
          {
            between: ['b', 'a'],
            address: 'service.web',
            field_path: '$.container.image',
            reason: 'r',
            owner: 'o',
            until: '2027-01-31',
          },
        ],
        pairs: [{ left: 'a/service.web', right: 'b/service.front' }],
      },
    );
  });

  it('is judged with the nearest right name', async () => {
    const text = `
parity:
  rules:
    - { id: a, field_paths: [$.lables] }
    - { id: b, types: [volume], field_paths: [$.networking] }
    - { id: c, field_paths: ['labels:x', $.effective.lables] }
  waivers:
    - { address: network.n, field_path: $.container, reason: r }
    - { between: [a, a], address: service.web, reason: r }
  pairs: [[a/service.web, a/service.front]]
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect({ ...settings.parity, reference: null }).toEqual({ rules: [], waivers: [], pairs: [], reference: null });
    expect(described(diagnostics).map((line) => line.replace(/ \(fields: .*\)$/, ' (fields: …)'))).toEqual([
      'trueup.yaml:4:30 error invalid_settings: no resource has a field "lables" there (did you mean "labels"?)',
      'trueup.yaml:5:47 error invalid_settings: no volume has a field "networking" there (fields: …)',
      'trueup.yaml:6:30 error invalid_settings: "labels:x" is no path of names (write such as `container.image` or `$.container.image`, `$.networking.ports.*.host_port` or `$.labels[\'com.example.build\']`)',
      'trueup.yaml:6:42 error invalid_settings: no resource has a field "lables" there (did you mean "labels"?)',
      'trueup.yaml:8:41 error invalid_settings: no network has a field "container" there (fields: …)',
      'trueup.yaml:9:18 error invalid_settings: "a" stands there twice (name two environments, or leave `between` out for every pair)',
      'trueup.yaml:10:11 error invalid_settings: both are services of "a" (write one of each of two environments)',
    ]);
  });

  it('fits the schema, which knows every condition there is', async () => {
    const text = `
parity:
  rules: [{ id: A, when: sometimes, severity: fatal }]
  waivers: [{ address: web, until: soon }]
  pairs: [[web, front]]
`;
    const { diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(diagnostics.map(({ source }) => `${source?.start.line}:${source?.start.column}`)).toEqual([
      '3:17',
      '3:26',
      '3:47',
      '4:13',
      '4:24',
      '4:36',
      '5:12',
      '5:17',
    ]);
    const when = memberAt(readSchema('settings'), '$defs', 'parity_rule', 'properties', 'when');
    expect(memberAt(when, 'enum')).toEqual(CONDITION_NAMES);
  });
});
