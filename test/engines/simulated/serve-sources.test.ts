/** Where what is served comes from, and what is told of it: repos on this machine in all their forms. */
import { expect, it } from 'vitest';
import { servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';

it('masks secrets in the lines that a service wrote, whoever asks for them', async () => {
  const secret = 'environment_variables: { TOKEN: { secret: true, source: inline, value: hunter2hunter2 } }';
  await using repo = await servedRepo({ [FILE]: `services: { web: { process: { command: [app] }, ${secret} } }\n` });
  const [web] = repo.engine.objects.all('service');
  web?.log.push({ stream: 'stdout', at: null, line: `${'x'.repeat(1995)}hunter2hunter2` });

  const lines: string[] = [];
  for await (const { line } of repo.environment().logs('service.web', {}, new AbortController().signal)) {
    lines.push(line);
  }

  expect(lines.join('\n')).toContain('x(secret)');
  expect(lines.join('\n')).not.toContain('hunter2');
});
