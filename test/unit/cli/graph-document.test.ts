import { describe, expect, it } from 'vitest';
import { graphDocument } from '../../../src/cli/graph-document.ts';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { change, desired, environment, removal } from '../../support/builders.ts';

describe('graphDocument', () => {
  it('tells what a plan does to each resource, and which changes take it along', () => {
    const shop = environment([
      desired('web', {
        dependencies: [{ address: 'service.db', condition: 'service_healthy', restart: true, criticality: 'required' }],
      }),
      desired('db', { uses: ['network.internal'] }),
      desired('internal', { type: 'network' }),
    ]);
    const changes = [
      change('network.internal', { action: 'replace', impact: { ...NO_IMPACT, reconnects: ['service.db'] } }),
      change('service.cache', { action: 'replace', impact: { ...NO_IMPACT, restarts: ['service.web'] } }),
      removal('service.old'),
    ];

    const along = { restarts_with: [], reconnects_with: [] };
    expect(graphDocument(shop, changes)).toEqual({
      format_version: '1.0',
      environment: 'local',
      resources: [
        { address: 'network.internal', type: 'network', engine: 'process', action: 'replace', ...along },
        {
          address: 'service.db',
          type: 'service',
          engine: 'process',
          action: null,
          ...along,
          reconnects_with: ['network.internal'],
        },
        {
          address: 'service.web',
          type: 'service',
          engine: 'process',
          action: null,
          ...along,
          restarts_with: ['service.cache'],
        },
        { address: 'service.cache', type: 'service', engine: 'process', action: 'replace', ...along },
        { address: 'service.old', type: 'service', engine: 'process', action: 'delete', ...along },
      ],
      dependencies: [
        { from: 'service.db', to: 'network.internal', condition: null, restart: false, criticality: 'required' },
        {
          from: 'service.web',
          to: 'service.db',
          condition: 'service_healthy',
          restart: true,
          criticality: 'required',
        },
      ],
    });
  });
});
