import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/manifest/settings.ts';
import { described, memoryTree } from './support.ts';

describe('severities of trueup.yaml', () => {
  it('are rules in their order', async () => {
    const text = `
severities:
  - { address: local/service.web, field_path: "$.networking.ports.*.host_ip", severity: info, impact: only for tests }
  - { type: volume, field_path: "$['labels']['com.example.a']", severity: error }
  - { field_path: $.run_state, severity: critical }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics)).toEqual([]);
    expect(settings.severities).toEqual([
      {
        environment: 'local',
        address: 'service.web',
        type: null,
        fields: ['networking', 'ports', null, 'host_ip'],
        severity: 'info',
        impact: 'only for tests',
      },
      {
        environment: null,
        address: null,
        type: 'volume',
        fields: ['labels', 'com.example.a'],
        severity: 'error',
        impact: null,
      },
      { environment: null, address: null, type: null, fields: ['run_state'], severity: 'critical', impact: null },
    ]);
  });

  it('are judged with the nearest right name', async () => {
    const text = `
severities:
  - { field_path: $.lables, severity: info }
  - { type: service, field_path: $.networking.ports.*.hostip, severity: info }
  - { type: volume, field_path: $.networking, severity: info }
  - { field_path: $.role.of, severity: info }
  - { field_path: "$..labels", severity: info }
  - { field_path: labels, severity: info }
  - { field_path: $, severity: info }
  - { type: volume, address: service.web, field_path: $.labels, severity: info }
  - { address: web, field_path: $.labels, severity: info }
  - { field_path: $.labels, severity: hint }
  - { field_path: $.labels }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));
    const wrong = text.split('\n').slice(0, 10).join('\n');
    const more = await loadSettings(memoryTree({ 'trueup.yaml': wrong }));

    expect(settings.severities).toEqual([]);
    expect(more.settings.severities).toEqual([]);
    expect(described(diagnostics)).toEqual([
      'trueup.yaml:11:16 error invalid_settings: address must be an address such as `service.web` or `local/service.web`, not "web"',
      'trueup.yaml:12:39 error invalid_settings: severity must not be "hint" (allowed: info, warning, error, critical)',
      'trueup.yaml:13:5 error invalid_settings: "severity" is missing in severities[10]',
    ]);
    expect(described(more.diagnostics)).toEqual([
      'trueup.yaml:3:19 error invalid_settings: no resource has a field "lables" there (did you mean "labels"?)',
      'trueup.yaml:4:34 error invalid_settings: no service has a field "hostip" there (did you mean "host_ip"?)',
      'trueup.yaml:5:33 error invalid_settings: no volume has a field "networking" there (fields: adopted, deletion_policy, drift, driver, driver_opts, engine, external, labels, metadata, name, protect, type)',
      'trueup.yaml:6:19 error invalid_settings: no resource has a field "of" there (nothing lies below that)',
      ...[
        '7:19 error invalid_settings: "$..labels"',
        '8:19 error invalid_settings: "labels"',
        '9:19 error invalid_settings: "$"',
      ].map(
        (what) =>
          `trueup.yaml:${what} is no path of names (write such as \`$.labels\`, \`$.networking.ports.*.host_ip\` or \`$.labels['com.example.build']\`)`,
      ),
      'trueup.yaml:10:13 error invalid_settings: service.web is a service, not a volume (leave the type out: the address says it)',
    ]);
  });
});
