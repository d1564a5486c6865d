import { fc, test } from '@fast-check/vitest';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import type { PlanFindingsKind } from '../../../../src/report/formats/findings.ts';
import { findingsReport, mistakesReport } from '../../../../src/report/formats/findings-report.ts';
import { renderMarkdown } from '../../../../src/report/formats/markdown/markdown.ts';
import type { Plan } from '../../../../src/model/plan.ts';
import { change, diagnostic, difference, plan } from '../../../support/builders.ts';
import { hostileText } from '../../../support/formats/hostile-text.ts';
import { hostilePlan, hugePlan, richPlan } from '../../../support/formats/rich-plan.ts';
import { xmlElements } from '../../../support/formats/xml-events.ts';

const GITHUB_LIMIT = 65_536;

function markdown(plans: readonly Plan[], kind: PlanFindingsKind = 'plan'): string {
  return renderMarkdown(findingsReport(kind, plans, (text) => text));
}

/** The page that a reader sees, as elements. Well-formed but for tags of ours that HTML writes without an end. */
function rendered(text: string): ReturnType<typeof xmlElements> {
  const html = marked.parse(text, { gfm: true, async: false });
  return xmlElements(`<page>${html.replaceAll('<br>', '<br/>').replaceAll('<details open>', '<details>')}</page>`);
}

describe('renderMarkdown', () => {
  it('shows changes, the most severe first, with why, what differs and what goes down with it', () => {
    expect(markdown([richPlan()])).toBe(
      [
        '<!-- trueup:plan -->',
        '### trueup plan: 1 to create, 1 to replace, 1 to remove; 2 resources restart; data of 1 resource will be lost; 1 environment cannot be applied, or not as a whole',
        '',
        '<details open>',
        '<summary><b><code>local</code></b> at <code>1a2b3c4</code>: 1 to create, 1 to replace, 1 to remove, 7 unchanged; 2 restart</summary>',
        '<ul>',
        '<li><code>-</code> <b><code>volume.old</code></b> will be removed (no longer declared) · critical',
        '<br>its data will be lost',
        '</li>',
        '<li><code>-/+</code> <b><code>service.api</code></b> will be replaced (cannot be changed in place) <code>environments/local/web.yaml:3:3</code> · error',
        '<br><code>also restarts service.web</code>; drops connections; is down meanwhile',
        '<details open><summary>3 differences</summary>',
        '<ul>',
        '<li><code>container.image: "api:1.4" → "api:1.5"</code> (forces replacement; changed outside of git; It runs another version.) <code>environments/local/web.yaml:9:7</code></li>',
        '<li><code>environment_variables.TOKEN: (secret) → (secret, changed)</code> (forces restart; changed in git and outside) <code>environments/local/web.yaml:9:7</code></li>',
        '<li><code>labels.team: (not set) → "core"</code> <code>environments/local/web.yaml:9:7</code></li>',
        '</ul></details>',
        '</li>',
        '<li><code>+</code> <b><code>service.web</code></b> will be created (does not exist yet) <code>environments/local/web.yaml:3:3</code> · info',
        '<details open><summary>1 field</summary>',
        '<ul>',
        '<li><code>process.command: ["node", "web.js"]</code></li>',
        '</ul></details>',
        '</li>',
        '</ul>',
        '<ul>',
        '<li>error: <code>docker does not answer, and nothing on it was compared: connect ENOENT</code></li>',
        '<li>error: <code>unknown key "comand"; did you mean "command"?</code> <code>environments/local/web.yaml:3:7</code></li>',
        '<li>error: <code>service.x on process: the name "shop-x-1" is taken by local/service.x of the checkout /home/kim/shop</code> <code>environments/local/web.yaml:3:3</code></li>',
        '<li>warning: <code>volume.data is protected</code></li>',
        '<li><code>service.db is frozen until 2026-01-31T12:00:00.000Z, by kim@host: looking at it</code></li>',
        '<li><code>service.api labels.build: 2 differences ignored (set by CI)</code></li>',
        '<li><code>service.mailer drifted: its drift policy is ignore</code></li>',
        '</ul>',
        '<p><code>Plan: 1 to create, 0 to change, 1 to replace, 1 to remove; 7 unchanged, 1 of them drifted and ignored, 1 withheld. It cannot be applied: 1 conflict, 1 error, 1 engine without an answer.</code></p>',
        '</details>',
      ].join('\n'),
    );
  });

  it('shows drift as what is and what is declared', () => {
    expect(markdown([richPlan()], 'drift')).toBe(
      [
        '<!-- trueup:drift -->',
        '### trueup drift: 1 gone, 1 changed, 1 in no manifest; 1 environment not seen as a whole',
        '',
        '<details open>',
        '<summary><b><code>local</code></b> at <code>1a2b3c4</code>: 1 gone, 1 changed, 1 in no manifest, 7 unchanged</summary>',
        '<ul>',
        '<li><code>-</code> <b><code>service.cache</code></b> is gone (changed outside of git) · error',
        '</li>',
        '<li><code>+</code> <b><code>service.stray</code></b> <code>is in no manifest (shop-stray-1)</code> (cause unknown) · warning',
        '</li>',
        '<li><code>~</code> <b><code>service.api</code></b> differs <code>environments/local/web.yaml:9:7</code> · info',
        '<details open><summary>1 difference</summary>',
        '<ul>',
        '<li><code>labels.team: is "old", declared "new"</code> (changed outside of git) <code>environments/local/web.yaml:9:7</code></li>',
        '</ul></details>',
        '</li>',
        '</ul>',
        '<ul>',
        '<li>error: <code>docker does not answer, and nothing on it was compared: connect ENOENT</code></li>',
        '<li>error: <code>unknown key "comand"; did you mean "command"?</code> <code>environments/local/web.yaml:3:7</code></li>',
        '<li><code>service.db is frozen until 2026-01-31T12:00:00.000Z, by kim@host: looking at it</code></li>',
        '<li><code>service.api labels.build: 2 differences ignored (set by CI)</code></li>',
        '<li><code>service.mailer drifted: its drift policy is ignore</code></li>',
        '</ul>',
        '<p><code>Drift: 1 missing, 1 differs, 1 undeclared. Not every engine answered.</code></p>',
        '</details>',
      ].join('\n'),
    );
  });

  it('says in one line for each environment that nothing changes', () => {
    expect(markdown([plan(), plan({ environment: 'staging' })])).toBe(
      [
        '<!-- trueup:plan -->',
        '### trueup plan: no changes',
        '',
        '<p><code>No changes. local matches 1a2b3c4.</code></p>',
        '',
        '<p><code>No changes. staging matches 1a2b3c4.</code></p>',
      ].join('\n'),
    );
  });

  it('shows the mistakes because of which there is no plan', () => {
    expect(renderMarkdown(mistakesReport('plan', [diagnostic()], (text) => text))).toBe(
      [
        '<!-- trueup:plan -->',
        '### trueup plan: 1 mistake in the manifests',
        '',
        '<ul>',
        '<li>error: <code>unknown key "comand"; did you mean "command"?</code> <code>environments/local/web.yaml:3:7</code></li>',
        '</ul>',
      ].join('\n'),
    );
  });

  it('fits 5,000 changes into a comment, and counts what was cut by severity', () => {
    const text = markdown([hugePlan(5000)]);

    expect(Buffer.byteLength(text)).toBeLessThan(GITHUB_LIMIT);
    expect(Buffer.byteLength(text)).toBeGreaterThan(60_000);
    const shown = [...text.matchAll(/<code>service\.s\d+<\/code>.* · (\w+)/g)].map(([, severity]) => severity);
    expect(shown.length).toBeGreaterThan(100);
    expect(new Set(shown)).toEqual(new Set(['critical']));
    const [, more, critical] =
      text.match(/and (\d+) more changes: (\d+) critical, 1250 error, 1250 warning, 1250 info/) ?? [];
    expect(Number(more)).toBe(5000 - shown.length);
    expect(Number(critical)).toBe(1250 - shown.length);
  });

  it('fits what 3,000 environments have to say into a comment, and counts those that it leaves out', () => {
    const plans = Array.from({ length: 3000 }, (_none, index) => hugePlan(1, `environment-${index}`));

    const text = markdown(plans);

    expect(Buffer.byteLength(text)).toBeLessThan(GITHUB_LIMIT);
    expect(text).toMatch(/<p>and \d+ more environments<\/p>$/);
  });

  it('fits mistakes of any number and length', () => {
    const diagnostics = Array.from({ length: 500 }, () => diagnostic({ summary: '&'.repeat(2000) }));

    const alone = renderMarkdown(mistakesReport('plan', diagnostics, (text) => text));
    const within = markdown([{ ...hugePlan(5000), diagnostics }]);

    for (const text of [alone, within]) {
      expect(Buffer.byteLength(text)).toBeLessThan(GITHUB_LIMIT);
      expect(text).toMatch(/<li>and \d+ more<\/li>/);
    }
    expect(within).toContain('<code>service.s3</code>');
  });

  it('shortens values of any size, and counts differences beyond twenty', () => {
    const huge = '🙂'.repeat(2 ** 18);
    const fields = Array.from({ length: 30 }, (_none, index) =>
      difference(['labels', `l${index}`], { before: huge, after: 'x' }),
    );

    const text = markdown([plan({ changes: [change('service.web', { differences: fields })] })]);

    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    expect(text).toContain('<li>and 10 more</li>');
  });

  it('does not show a secret, nor what it was before it was one', () => {
    const secret = { $secret: 'a3f5c1' };
    const differences = [difference(['environment_variables', 'TOKEN'], { before: 'plain-text', after: secret })];

    const text = markdown([plan({ changes: [change('service.web', { differences })] })]);

    expect(text).toContain('environment_variables.TOKEN: (secret) → (secret');
    expect(text).not.toMatch(/plain-text|a3f5c1/);
  });

  test.prop([hostileText(), fc.constantFrom<PlanFindingsKind>('plan', 'drift')], { numRuns: 100 })(
    'lets no text of others be anything but text',
    (text, kind) => {
      const page = rendered(markdown([hostilePlan(text), plan({ environment: text })], kind));

      const allowed = ['page', 'h3', 'details', 'summary', 'ul', 'li', 'b', 'br', 'code', 'p'];
      for (const element of page) {
        expect(allowed).toContain(element.name);
        expect(element.attributes).toEqual({});
        // Outside of code nothing could be a mention, a reference, an address or an emoji.
        if (element.name !== 'code') expect(element.text).toMatch(/^[A-Za-z0-9 ,;:.()'·\n-]*$/);
        if (element.name !== 'code') expect(element.text).not.toMatch(/:\w+:|www\.|GH-\d|\b[0-9a-f]{7,}\b/);
      }
      expect(page.every(({ parents }) => !parents.includes('code'))).toBe(true);
    },
  );
});
