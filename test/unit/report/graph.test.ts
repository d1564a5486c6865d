import { describe, expect, it } from 'vitest';
import { renderDot, renderMermaid } from '../../../src/report/graph.ts';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { change, desired, environment, removal } from '../../support/builders.ts';

const SHOP = environment([
  desired('web', {
    dependencies: [
      { address: 'service.api', condition: 'service_healthy', restart: true, criticality: 'required' },
      { address: 'service.cache', condition: 'service_started', restart: false, criticality: 'optional' },
    ],
  }),
  desired('api', { uses: ['volume.data'] }),
  desired('cache'),
  desired('data', { type: 'volume' }),
]);

const CHANGES = [change('service.api'), removal('service.old')];

describe('renderMermaid', () => {
  it('draws resources, conditions on edges, and what a plan does to them', () => {
    expect(renderMermaid(SHOP, CHANGES)).toBe(
      [
        'flowchart LR',
        '  n0["service.api"]',
        '  n1["service.cache"]',
        '  n2["service.old"]',
        '  n3["service.web"]',
        '  n4["volume.data"]',
        '  n0 --> n4',
        '  n3 -->|"service_healthy, restart"| n0',
        '  n3 -.->|"service_started, optional"| n1',
        '  classDef restart fill:#fce8b2,color:#000',
        '  classDef delete fill:#f4c7c3,color:#000',
        '  class n0 restart',
        '  class n2 delete',
      ].join('\n'),
    );
  });

  it('writes hostile names as entities, so that they stay labels', () => {
    const hostile = environment([desired('"]; click n0 "javascript:x`*<b>\n#&\\end')]);

    expect(renderMermaid(hostile)).toBe(
      [
        'flowchart LR',
        '  n0["service.#34;#93;#59; click n0 #34;javascript:x#96;#42;#60;b#62;#92;n#35;#38;#92;end"]',
      ].join('\n'),
    );
  });
});

const ALONG = [
  change('service.api', {
    action: 'replace',
    impact: { ...NO_IMPACT, restarts: ['service.api', 'service.web'], reconnects: ['service.cache', 'service.web'] },
  }),
];

describe('what a plan takes along', () => {
  it('has a dashed frame in Mermaid, and is told by its class', () => {
    expect(renderMermaid(SHOP, ALONG).split('\n').slice(-6)).toEqual([
      '  classDef replace fill:#e1bee7,color:#000',
      '  classDef reconnects fill:#ffffff,color:#000,stroke-dasharray:4 3',
      '  classDef restarts fill:#fff8e1,color:#000,stroke-dasharray:4 3',
      '  class n0 replace',
      '  class n1 reconnects',
      '  class n2 restarts',
    ]);
  });

  it('has a dashed frame in DOT', () => {
    expect(renderDot(SHOP, ALONG).split('\n').slice(3, 7)).toEqual([
      '  n0 [label="service.api", style=filled, fillcolor="#e1bee7"]',
      '  n1 [label="service.cache", style="filled,dashed", fillcolor="#ffffff"]',
      '  n2 [label="service.web", style="filled,dashed", fillcolor="#fff8e1"]',
      '  n3 [label="volume.data"]',
    ]);
  });
});

describe('renderDot', () => {
  it('draws the same graph for Graphviz', () => {
    expect(renderDot(SHOP, CHANGES)).toBe(
      [
        'digraph "local" {',
        '  rankdir=LR',
        '  node [shape=box]',
        '  n0 [label="service.api", style=filled, fillcolor="#fce8b2"]',
        '  n1 [label="service.cache"]',
        '  n2 [label="service.old", style=filled, fillcolor="#f4c7c3"]',
        '  n3 [label="service.web"]',
        '  n4 [label="volume.data"]',
        '  n0 -> n4',
        '  n3 -> n0 [label="service_healthy, restart"]',
        '  n3 -> n1 [label="service_started, optional", style=dashed]',
        '}',
      ].join('\n'),
    );
  });

  it('keeps hostile names inside their quotes', () => {
    expect(
      renderDot(environment([desired('a"];b\\N\n')], { name: 'x" {' }))
        .split('\n')
        .slice(0, 4),
    ).toEqual(['digraph "x\\" {" {', '  rankdir=LR', '  node [shape=box]', '  n0 [label="service.a\\"];b\\\\N\\\\n"]']);
  });
});
