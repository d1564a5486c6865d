/** What QEMU complained of in the log of `limactl snapshot`, which is text whatever is asked for. Pure. */
import { complaint } from '../limactl/failures.ts';

const LINE = /level=(\w+) msg="((?:[^"\\]|\\.)*)"/;
const NOISE = /is experimental|Sending HMP/;

export function knownWords(stderr: string): string {
  const texts = stderr
    .split('\n')
    .map((line) => LINE.exec(line)?.[2]?.replaceAll(/\\(.)/g, '$1') ?? line)
    .filter((text) => text.trim() !== '' && !NOISE.test(text))
    .map((text) => text.replace(/^output: (Error: )?/, ''));
  return complaint(texts.join('\n'));
}
