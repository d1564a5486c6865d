import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../src/model/plan.ts';
import type { PlanFindingsKind } from '../../../../src/report/formats/findings.ts';
import { findingsReport, mistakesReport } from '../../../../src/report/formats/findings-report.ts';
import { renderWorkflowCommands } from '../../../../src/report/formats/workflow-commands.ts';
import { diagnostic, plan } from '../../../support/builders.ts';
import { hostileText } from '../../../support/formats/hostile-text.ts';
import { hostilePlan, hugePlan, richPlan } from '../../../support/formats/rich-plan.ts';

function commands(plans: readonly Plan[], kind: PlanFindingsKind = 'plan'): string {
  return renderWorkflowCommands(findingsReport(kind, plans, (text) => text));
}

interface Annotation {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** As GitHub's runner reads lines: a line that is no command would be a line of the log. */
function read(text: string): readonly Annotation[] {
  return text.split(/\r\n|[\r\n]/).map((line) => {
    const [, command = '', properties = '', message = ''] = /^::([^ :]+) (.*?)::(.*)$/u.exec(line) ?? [];
    expect(['error', 'warning', 'notice']).toContain(command);
    const pairs = properties.split(',').map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [key, decoded(value.join('='))] as const;
    });
    return { command, properties: Object.fromEntries(pairs), message: decoded(message) };
  });
}

function decoded(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

describe('renderWorkflowCommands', () => {
  it('annotates lines of manifests, the most severe first', () => {
    expect(commands([richPlan()])).toBe(
      [
        '::error title=local/volume.old will be removed::no longer declared%0Aits data will be lost',
        '::error file=environments/local/web.yaml,line=9,endLine=9,col=7,endColumn=8,title=local/service.api will be replaced::cannot be changed in place%0Aalso restarts service.web%0Adrops connections%0Ais down meanwhile%0Acontainer.image: "api:1.4" → "api:1.5" (forces replacement; changed outside of git; It runs another version.) environments/local/web.yaml:9:7%0Aenvironment_variables.TOKEN: (secret) → (secret, changed) (forces restart; changed in git and outside) environments/local/web.yaml:9:7%0Alabels.team: (not set) → "core" environments/local/web.yaml:9:7',
        '::error title=local%3A engine_unreachable::docker does not answer, and nothing on it was compared: connect ENOENT',
        '::error file=environments/local/web.yaml,line=3,endLine=3,col=7,endColumn=8,title=local%3A diagnostic/unknown_key::unknown key "comand"; did you mean "command"?',
        '::error file=environments/local/web.yaml,line=3,endLine=3,col=3,endColumn=4,title=local%3A conflict::service.x on process: the name "shop-x-1" is taken by local/service.x of the checkout /home/kim/shop',
        '::warning title=local%3A withheld/protected::volume.data is protected',
        '::notice file=environments/local/web.yaml,line=3,endLine=3,col=3,endColumn=4,title=local/service.web will be created::does not exist yet%0Aprocess.command: ["node", "web.js"]',
      ].join('\n'),
    );
  });

  it('annotates drift', () => {
    expect(commands([richPlan()], 'drift')).toBe(
      [
        '::error title=local/service.cache is gone::changed outside of git',
        '::error title=local%3A engine_unreachable::docker does not answer, and nothing on it was compared: connect ENOENT',
        '::error file=environments/local/web.yaml,line=3,endLine=3,col=7,endColumn=8,title=local%3A diagnostic/unknown_key::unknown key "comand"; did you mean "command"?',
        '::warning title=local/service.stray is in no manifest (shop-stray-1)::cause unknown',
        '::notice file=environments/local/web.yaml,line=9,endLine=9,col=7,endColumn=8,title=local/service.api differs::labels.team: is "old", declared "new" (changed outside of git) environments/local/web.yaml:9:7',
      ].join('\n'),
    );
  });

  it('annotates the mistakes because of which there is no plan', () => {
    expect(renderWorkflowCommands(mistakesReport('plan', [diagnostic()], (text) => text))).toBe(
      '::error file=environments/local/web.yaml,line=3,endLine=3,col=7,endColumn=8,' +
        'title=trueup%3A diagnostic/unknown_key::unknown key "comand"; did you mean "command"?',
    );
  });

  it('says nothing where nothing is to be said', () => {
    expect(commands([plan()])).toBe('');
  });

  it('stays within what a step may have, and counts the rest', () => {
    const annotations = read(commands([hugePlan(4000)]));

    const count = (command: string): number => annotations.filter((item) => item.command === command).length;
    expect([count('error'), count('warning'), count('notice')]).toEqual([10, 10, 10]);
    expect(annotations.at(-1)).toEqual({
      command: 'notice',
      properties: { title: 'trueup' },
      message:
        "3971 more of trueup's findings are not annotated, since GitHub shows ten of each kind: 1990 error, 990 warning, 991 notice",
    });
  });

  test.prop([hostileText(), fc.constantFrom<PlanFindingsKind>('plan', 'drift')], { numRuns: 300 })(
    'lets no text of others begin a command, or a property of one',
    (text, kind) => {
      for (const { properties } of read(commands([hostilePlan(text)], kind))) {
        expect(['file', 'line', 'endLine', 'col', 'endColumn', 'title']).toEqual(
          expect.arrayContaining(Object.keys(properties)),
        );
        for (const key of ['line', 'endLine', 'col', 'endColumn']) expect(properties[key] ?? '3').toMatch(/^\d+$/);
      }
    },
  );
});
