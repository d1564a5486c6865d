import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../src/model/plan.ts';
import type { PlanFindingsKind } from '../../../../src/report/formats/findings.ts';
import { findingsReport, mistakesReport } from '../../../../src/report/formats/findings-report.ts';
import { renderJunit } from '../../../../src/report/formats/junit.ts';
import { change, diagnostic, plan } from '../../../support/builders.ts';
import { hostileText } from '../../../support/formats/hostile-text.ts';
import { hostilePlan, hugePlan, richPlan } from '../../../support/formats/rich-plan.ts';
import { xmlElements, type XmlElement } from '../../../support/formats/xml-events.ts';

function junit(plans: readonly Plan[], kind: PlanFindingsKind = 'plan'): string {
  return renderJunit(findingsReport(kind, plans, (text) => text));
}

/** What GitLab and the reporters of GitHub rely on. */
function assertReadable(xml: string): readonly XmlElement[] {
  const elements = xmlElements(xml);
  const parents: Readonly<Record<string, string>> = {
    testsuites: '',
    testsuite: 'testsuites',
    testcase: 'testsuites/testsuite',
    failure: 'testsuites/testsuite/testcase',
    error: 'testsuites/testsuite/testcase',
    skipped: 'testsuites/testsuite/testcase',
    'system-out': 'testsuites/testsuite/testcase',
  };
  expect(elements.filter(({ name, parents: above }) => above.join('/') !== parents[name])).toEqual([]);
  const count = (name: string): number => elements.filter((element) => element.name === name).length;
  expect(elements[0]?.attributes).toMatchObject({
    tests: String(count('testcase')),
    failures: String(count('failure')),
    errors: String(count('error')),
  });
  const cases = elements.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes);
  expect(new Set(cases.map(({ classname, name }) => `${classname}\n${name}`)).size).toBe(cases.length);
  expect(
    cases.filter(({ classname, name, time }) => classname === undefined || name === undefined || time !== '0'),
  ).toEqual([]);
  return elements;
}

describe('renderJunit', () => {
  it('has a failing test case for each change, an error for what forbids to go on, the rest skipped', () => {
    const xml = junit([richPlan(), plan({ environment: 'staging', unchanged: 3 })]);

    assertReadable(xml);
    expect(xml).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="trueup plan" tests="12" failures="3" errors="3" time="0">',
        '  <testsuite name="trueup.plan.local" tests="11" failures="3" errors="3" skipped="5" time="0">',
        '    <testcase classname="trueup.plan.local" name="volume.old" time="0">',
        '      <failure message="will be removed (no longer declared)" type="change/delete_because_no_resource_config">will be removed (no longer declared)',
        'severity: critical',
        'its data will be lost</failure>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="service.api" file="environments/local/web.yaml" line="3" time="0">',
        '      <failure message="will be replaced (cannot be changed in place)" type="change/replace_because_cannot_update">will be replaced (cannot be changed in place)',
        'severity: error',
        'also restarts service.web',
        'drops connections',
        'is down meanwhile',
        'container.image: &quot;api:1.4&quot; → &quot;api:1.5&quot; (forces replacement; changed outside of git; It runs another version.) environments/local/web.yaml:9:7',
        'environment_variables.TOKEN: (secret) → (secret, changed) (forces restart; changed in git and outside) environments/local/web.yaml:9:7',
        'labels.team: (not set) → &quot;core&quot; environments/local/web.yaml:9:7',
        'environments/local/web.yaml:3:3</failure>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="service.web" file="environments/local/web.yaml" line="3" time="0">',
        '      <failure message="will be created (does not exist yet)" type="change/missing">will be created (does not exist yet)',
        'severity: info',
        'process.command: [&quot;node&quot;, &quot;web.js&quot;]',
        'environments/local/web.yaml:3:3</failure>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="engine_unreachable: docker does not answer, and nothing on it was compared: connect ENOENT" time="0">',
        '      <error message="docker does not answer, and nothing on it was compared: connect ENOENT" type="engine_unreachable">docker does not answer, and nothing on it was compared: connect ENOENT</error>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="diagnostic/unknown_key: unknown key &quot;comand&quot;; did you mean &quot;command&quot;?" file="environments/local/web.yaml" line="3" time="0">',
        '      <error message="unknown key &quot;comand&quot;; did you mean &quot;command&quot;?" type="diagnostic/unknown_key">unknown key &quot;comand&quot;; did you mean &quot;command&quot;?',
        'environments/local/web.yaml:3:7</error>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="conflict: service.x on process: the name &quot;shop-x-1&quot; is taken by local/service.x of the checkout /home/kim/shop" file="environments/local/web.yaml" line="3" time="0">',
        '      <error message="service.x on process: the name &quot;shop-x-1&quot; is taken by local/service.x of the checkout /home/kim/shop" type="conflict">service.x on process: the name &quot;shop-x-1&quot; is taken by local/service.x of the checkout /home/kim/shop',
        'environments/local/web.yaml:3:3</error>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="withheld/protected: volume.data is protected" time="0">',
        '      <skipped message="volume.data is protected">volume.data is protected</skipped>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="frozen: service.db is frozen until 2026-01-31T12:00:00.000Z, by kim@host: looking at it" time="0">',
        '      <skipped message="service.db is frozen until 2026-01-31T12:00:00.000Z, by kim@host: looking at it">service.db is frozen until 2026-01-31T12:00:00.000Z, by kim@host: looking at it</skipped>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="ignored: service.api labels.build: 2 differences ignored (set by CI)" time="0">',
        '      <skipped message="service.api labels.build: 2 differences ignored (set by CI)">service.api labels.build: 2 differences ignored (set by CI)</skipped>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="ignored: service.mailer drifted: its drift policy is ignore" time="0">',
        '      <skipped message="service.mailer drifted: its drift policy is ignore">service.mailer drifted: its drift policy is ignore</skipped>',
        '    </testcase>',
        '    <testcase classname="trueup.plan.local" name="everything else" time="0">',
        '      <skipped message="Not everything could be compared">Not everything could be compared',
        '7 resources as declared</skipped>',
        '    </testcase>',
        '  </testsuite>',
        '  <testsuite name="trueup.plan.staging" tests="1" failures="0" errors="0" skipped="0" time="0">',
        '    <testcase classname="trueup.plan.staging" name="everything else" time="0">',
        '      <system-out>3 resources as declared</system-out>',
        '    </testcase>',
        '  </testsuite>',
        '</testsuites>',
      ].join('\n'),
    );
  });

  it('has a failing test case for each resource that drifted', () => {
    const elements = assertReadable(junit([richPlan()], 'drift'));

    const failures = elements.filter(({ name }) => name === 'failure').map(({ attributes }) => attributes);
    expect(failures).toEqual([
      { message: 'is gone (changed outside of git)', type: 'drift/missing' },
      { message: 'is in no manifest (shop-stray-1) (cause unknown)', type: 'drift/undeclared' },
      { message: 'differs', type: 'drift/differs' },
    ]);
  });

  it('has the mistakes because of which there is no plan', () => {
    const elements = assertReadable(renderJunit(mistakesReport('plan', [diagnostic(), diagnostic()], (text) => text)));

    expect(elements.filter(({ name }) => name === 'error')).toHaveLength(2);
  });

  it('tells two changes of one address apart', () => {
    const twice = [change('service.web'), change('service.web', { name: 'shop-web-2' })];

    assertReadable(junit([plan({ changes: twice })]));
  });

  it('tells environments apart whose names are the same once they are shortened', () => {
    const name = 'x'.repeat(250);

    assertReadable(junit([plan({ environment: name }), plan({ environment: `${name}2` })]));
  });

  it('counts 5,000 changes', () => {
    expect(assertReadable(junit([hugePlan(5000)]))[0]?.attributes['failures']).toBe('5000');
  });

  it('is well-formed with every character that there is', () => {
    for (let plane = 0; plane < 17; plane += 1) {
      const characters = Array.from({ length: 0x10000 }, (_none, low) =>
        String.fromCodePoint(plane * 0x10000 + low),
      ).join('');
      const report = findingsReport('plan', [plan({ changes: [change('service.web')] })], (text) => text);
      const environments = report.environments.map((environment) => ({
        ...environment,
        remarks: [{ rule: 'conflict', level: 'error' as const, text: characters, source: null }],
      }));

      assertReadable(renderJunit({ ...report, environments }));
    }
  });

  test.prop([hostileText(), fc.constantFrom<PlanFindingsKind>('plan', 'drift')], { numRuns: 100 })(
    'lets no text of others be anything but text',
    (text, kind) => {
      assertReadable(junit([hostilePlan(text), plan({ environment: `${text}2` })], kind));
    },
  );
});
