/** A parity with something of everything, and texts in it that would do harm where they are not escaped. */
import type {
  ConfigurationDiffReport,
  ParityDifference,
  ParityDifferenceMetadata,
  ServiceDiff,
  ServiceDiffMetadata,
} from '../../../src/model/parity.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { COMMIT, source } from '../builders.ts';

const ID = '01KGA000000000000000000001';

const STAGING = 'environments/staging/web.yaml';

function parityDifference(
  service: string,
  field: readonly string[],
  {
    metadata = {},
    ...overrides
  }: Omit<Partial<ParityDifference>, 'metadata'> & { readonly metadata?: Partial<ParityDifferenceMetadata> } = {},
): ParityDifference {
  return {
    service_diff_id: `${ID}/${service}`,
    field_path: fieldPath(...field),
    source_value: 'here',
    target_value: 'there',
    type: 'value_mismatch',
    severity: 'warning',
    metadata: {
      impact_description: 'the two behave otherwise',
      auto_fixable: true,
      rule: 'value',
      reason: 'a value that is no secret and of no host',
      recommendation: 'write the same on both sides',
      source_at: source(4, 5),
      target_at: source(6, 5, STAGING),
      waiver: null,
      ...metadata,
    },
    ...overrides,
  };
}

function serviceDiff(
  name: string,
  {
    metadata = {},
    ...overrides
  }: Omit<Partial<ServiceDiff>, 'metadata'> & { readonly metadata?: Partial<ServiceDiffMetadata> } = {},
): ServiceDiff {
  return {
    report_id: ID,
    service_name: name,
    status: 'different',
    differences: [],
    impact_level: 'medium',
    metadata: { recommendation: null, source_at: source(3, 3), target_at: source(5, 3, STAGING), ...metadata },
    ...overrides,
  };
}

const WAIVER = { reason: 'until the new mailer is there', owner: 'ops', until: '2026-12-31' };

/** The text stands in names, values, reasons and labels. */
export function sampleParity(text = '\u001b[31m@team <b>x</b>'): ConfigurationDiffReport {
  return {
    id: ID,
    timestamp: '2026-01-31T10:20:30.456Z',
    source_environment: 'local',
    target_environment: 'staging',
    overall_status: 'incompatible',
    service_diffs: [
      serviceDiff('web', {
        impact_level: 'critical',
        differences: [
          parityDifference('web', ['container', 'image'], {
            source_value: 'app:1.4',
            target_value: 'app:2.0',
            severity: 'critical',
            metadata: { rule: 'image-major', reason: 'another major version', recommendation: 'take 2.0' },
          }),
          parityDifference('web', ['labels', 'evil'], {
            source_value: null,
            target_value: text,
            type: 'missing_in_source',
          }),
          parityDifference('web', ['environment_variables', 'TOKEN'], {
            source_value: { $secret: 'a' },
            target_value: { $secret: 'b' },
            severity: 'info',
          }),
          parityDifference('web', ['environment_variables', 'MODE'], {
            metadata: { waiver: WAIVER, source_at: null },
          }),
        ],
        metadata: { paired_with: 'frontend', confidence: 0.92, evidence: ['the same image', 'the same ports'] },
      }),
      serviceDiff(`mailer${text}`, {
        status: 'missing_in_target',
        impact_level: 'high',
        metadata: {
          severity: 'error',
          rule: 'service-missing',
          recommendation: 'declare it there',
          target_at: null,
        },
      }),
      serviceDiff('cache', {
        status: 'missing_in_source',
        impact_level: 'none',
        metadata: { severity: 'error', rule: 'service-missing', source_at: null, waiver: WAIVER },
      }),
      serviceDiff('db', { status: 'identical', impact_level: 'none' }),
    ],
    summary: {
      total_services: 4,
      services_identical: 1,
      services_with_differences: 1,
      services_missing_in_source: 1,
      services_missing_in_target: 1,
    },
    metadata: {
      comparison_tool: 'trueup 0.1.0',
      comparison_mode: 'semantic',
      format_version: '1.0',
      labels: { source: 'local', target: `observed/${text}.json` },
      revisions: { source: { commit: COMMIT, dirty: true }, target: null },
      engines: {
        source: [{ name: 'docker', driver: 'docker', version: null }],
        target: [{ name: 'docker', driver: 'docker', version: '27.0' }],
      },
      score: 0.5,
      severities: { info: 1, warning: 2, error: 1, critical: 1 },
      resource_diffs: [
        serviceDiff('volume.data', {
          differences: [parityDifference('volume.data', ['labels', 'tier'], {})],
        }),
      ],
      resource_summary: { total: 1, identical: 0, with_differences: 1, missing_in_source: 0, missing_in_target: 0 },
      waivers: {
        hits: 2,
        expired: [{ ...WAIVER, address: 'service.old', field_path: null, at: source(12, 7, 'trueup.yaml') }],
        unused: [{ ...WAIVER, address: 'service.web', field_path: '$.labels', at: null }],
        covered: [],
      },
      unknown: [{ side: 'target', engine: 'far', reason: `no route ${text}`, addresses: ['service.edge'] }],
    },
  };
}

/** Nothing to tell. */
export function noParity(): ConfigurationDiffReport {
  const whole = sampleParity();
  return {
    ...whole,
    overall_status: 'identical',
    service_diffs: [serviceDiff('db', { status: 'identical', impact_level: 'none' })],
    summary: {
      total_services: 1,
      services_identical: 1,
      services_with_differences: 0,
      services_missing_in_source: 0,
      services_missing_in_target: 0,
    },
    metadata: {
      ...whole.metadata,
      labels: { source: 'local', target: 'local@HEAD' },
      revisions: { source: { commit: COMMIT, dirty: true }, target: { commit: COMMIT, dirty: false } },
      score: 1,
      severities: { info: 0, warning: 0, error: 0, critical: 0 },
      resource_diffs: [],
      resource_summary: { total: 0, identical: 0, with_differences: 0, missing_in_source: 0, missing_in_target: 0 },
      waivers: { hits: 0, expired: [], unused: [], covered: [] },
      unknown: [],
    },
  };
}
