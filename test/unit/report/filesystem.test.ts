import { describe, expect, it } from 'vitest';
import { maskedFilesystem } from '../../../src/cli/masked.ts';
import type { FilesystemDrift } from '../../../src/model/filesystem.ts';
import { driftDocument } from '../../../src/report/drift-document.ts';
import { renderDrift } from '../../../src/report/drift-text.ts';
import { findingsReport } from '../../../src/report/formats/findings-report.ts';
import { renderMarkdown } from '../../../src/report/formats/markdown/markdown.ts';
import { renderReportPage } from '../../../src/report/page/render-page.ts';
import { readReport } from '../../../src/report/reading/read-report.ts';
import { PLAIN, plan } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const FOUND: FilesystemDrift = {
  changes: [
    { address: 'service.db', path: '/etc/motd', change: 'deleted' },
    { address: 'service.web', path: '/etc/group', change: 'changed' },
    { address: 'service.web', path: '/tmp/\u001b[2J\nx', change: 'added' },
  ],
  omitted: [{ address: 'service.web', count: 12 }],
  unseen: [{ engine: 'local', reason: 'cannot_tell' }],
};
const NOTHING: FilesystemDrift = { changes: [], omitted: [], unseen: [{ engine: 'docker', reason: 'no_answer' }] };

describe('what changed in own files of services', () => {
  it('is listed by service, with the rest counted, and is safe on a terminal', () => {
    expect(renderDrift(plan(), PLAIN, null, FOUND).split('\n').slice(0, 8)).toEqual([
      'Own files of services:',
      '  service.db',
      '    - /etc/motd',
      '  service.web',
      '    ~ /etc/group',
      String.raw`    + /tmp/\u001b[2J\nx`,
      '    and 12 more',
      '  local: not looked at, since engines of this kind cannot tell',
    ]);
  });

  it('is said to be nothing where somebody asked, and is not mentioned where nobody did', () => {
    expect(renderDrift(plan(), PLAIN, null, NOTHING)).toContain(
      'Own files of services:\n  nothing found\n  docker: not all looked at, since it did not answer\n',
    );
    expect(renderDrift(plan(), PLAIN)).not.toContain('files');
    expect(driftDocument(plan())).not.toHaveProperty('filesystem');
  });

  it('is a list of its own in the document, which is no drift', () => {
    const document = driftDocument(plan(), null, FOUND);
    expect(schemaErrors('drift', document)).toEqual([]);
    expect(document).toMatchObject({
      resource_drift: [],
      summary: { differences: 0 },
      filesystem: FOUND.changes,
      filesystem_omitted: [{ address: 'service.web', count: 12 }],
      filesystem_unseen: [{ engine: 'local', reason: 'cannot_tell' }],
    });
  });

  it('is a line of each service in other formats, and on the page', () => {
    const web = String.raw`service.web: 14 changes of its own files: changed /etc/group, added /tmp/\u001b[2J\nx and 12 more`;
    const markdown = renderMarkdown(findingsReport('drift', [plan()], (text) => text, { filesystems: [FOUND] }));
    expect(markdown).toContain('<li><code>service.db: 1 change of its own files: deleted /etc/motd</code></li>');
    expect(markdown).toContain(`<li><code>${web}</code></li>`);
    expect(markdown).toContain('own files of services: local: not looked at, since engines of this kind cannot tell');
    expect(renderReportPage(readReport(driftDocument(plan(), null, FOUND), 'drift.json'))).toContain(web);
  });

  it('is without secrets before anything is made safe or shortened', () => {
    const mask = (text: string): string => text.replaceAll('\u001b[2J\nx', '(secret)');
    expect(renderDrift(plan(), PLAIN, null, maskedFilesystem({ mask }, FOUND))).toContain('    + /tmp/(secret)\n');
  });
});
