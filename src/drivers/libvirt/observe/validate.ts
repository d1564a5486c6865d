/**
 * What libvirt's own validator says against the definition that a configuration comes to, before anything is applied. It knows
 * what its libvirt knows, and so it is asked for this machine alone. It says where in XML of ours something is wrong: which of the
 * raw elements that are declared is meant is found by trying them one by one.
 */
import { fieldPath } from '../../../model/field-path.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/desired.ts';
import type { Facts } from '../../../model/observed.ts';
import type { Refusal } from '../../vm-faces.ts';
import { fragmentTexts, OPTION } from '../domain/fragments.ts';
import { specOf } from '../domain/spec-of.ts';
import { domainElement } from '../domain/write.ts';
import { isLibvirtFacts, type LibvirtFacts } from '../facts.ts';
import { withFile } from '../virsh/files.ts';
import { writeXml } from '../xml/write.ts';

/** `null` where it is not to be had. */
export async function validateMachine(
  { name, config }: Pick<DesiredResource, 'name' | 'config'>,
  facts: Facts | null,
  signal: AbortSignal,
): Promise<readonly Refusal[] | null> {
  if (!isLibvirtFacts(facts) || !facts.is_local) return null;
  const whole = await problemsOf(name, config, facts, signal);
  if (whole === null || whole.length === 0) return whole;
  const texts = fragmentTexts(config['driver_options']);
  const alone = await Promise.all(
    texts.map(async (text) => {
      const problems = await problemsOf(name, { ...config, driver_options: { [OPTION]: [text] } }, facts, signal);
      return (problems ?? []).map(({ text: problem }) => ({ field_path: OPTION_PATH, text: `${text}: ${problem}` }));
    }),
  );
  const own = await problemsOf(name, { ...config, driver_options: {} }, facts, signal);
  const found = [...alone.flat(), ...(own ?? [])];
  // None of them is wrong by itself, and together they are.
  return found.length > 0 ? found : whole.map(({ text }) => ({ field_path: OPTION_PATH, text }));
}

const OPTION_PATH = fieldPath('driver_options', OPTION);
const TIMEOUT_MS = 10_000;

async function problemsOf(
  name: string,
  config: JsonObject,
  facts: LibvirtFacts,
  signal: AbortSignal,
): Promise<readonly Refusal[] | null> {
  const { execa } = await import('execa');
  return withFile(writeXml(domainElement(specOf(name, config, facts))), async (file) => {
    const done = await execa('virt-xml-validate', [file, 'domain'], {
      env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
      extendEnv: false,
      stdin: 'ignore',
      all: true,
      cancelSignal: signal,
      timeout: TIMEOUT_MS,
      forceKillAfterDelay: 1000,
      reject: false,
    });
    signal.throwIfAborted();
    if (done.exitCode === 0) return [];
    // Whatever else it ends with: it is not there, or what it works with is not.
    if (!done.all.includes('fails to validate')) return null;
    return [{ field_path: fieldPath(), text: saidIn(done.all) }];
  });
}

/** `FILE:28: element devices: Relax-NG validity error : Element domain failed to validate content` */
function saidIn(output: string): string {
  const lines = output
    .split('\n')
    .flatMap((line) => /Relax-NG validity error : (.*)/.exec(line)?.[1]?.trim() ?? [])
    .filter((line) => !line.startsWith('Element domain failed to validate content'));
  return lines.length === 0
    ? 'libvirt knows no such definition'
    : `libvirt knows no such element: ${[...new Set(lines)].join('; ')}`;
}
