/** A pull for people: a line for each image, why one failed and what to do, and who runs an older image now. */
import { wrapWords } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { ImagePull, PullReport, PullStatus } from './pull.ts';
import type { RenderOptions } from './render-options.ts';
import { safeLines, safeText } from './safe-text.ts';
import { elapsedText } from './words.ts';

const SIGNS: Readonly<Record<PullStatus, readonly [sign: string, tone: Tone]>> = {
  pulled: ['✔', 'good'],
  up_to_date: ['=', 'faint'],
  left_out: ['-', 'faint'],
  failed: ['✘', 'bad'],
  cancelled: ['-', 'warning'],
};

export function renderPull(report: PullReport, options: RenderOptions): string {
  const paint = painter(options.color);
  const { environment, images, outdated } = report;
  if (images.length === 0) return `Nothing to pull: no service of ${safeText(environment)} that is meant has an image.`;
  const lines = images.flatMap((image) => imageLines(image, options, paint));
  if (outdated.length === 0) return lines.join('\n');
  const names = outdated.map(safeText).join(', ');
  const newer = `A newer image for ${names}: run \`trueup apply ${safeText(environment)}\` to replace what runs.`;
  return [...lines, wrapWords(paint('change', newer), options.width, 0)].join('\n');
}

function imageLines(image: ImagePull, options: RenderOptions, paint: Paint): readonly string[] {
  const [sign, tone] = SIGNS[image.status];
  const line = `${paint(tone, sign)} ${paint('strong', safeText(image.reference))}: ${statusText(image)}`;
  if (image.error === null) return [line];
  const { message, code, next } = image.error;
  const [first = '', ...more] = safeLines(message);
  return [
    line,
    wrapWords(`${first} ${paint('faint', `[${code}]`)}`, options.width, 4),
    ...more.map((text) => wrapWords(text, options.width, 4)),
    ...(next === null ? [] : safeLines(`next: ${next}`).map((text) => wrapWords(text, options.width, 4))),
  ];
}

function statusText({ status, id, previous_id: before, duration_ms: ms }: ImagePull): string {
  switch (status) {
    case 'pulled':
      return `${shortId(id)} pulled in ${elapsedText(ms)}${before === null ? '' : `, was ${shortId(before)}`}`;
    case 'up_to_date':
      return `up to date (${shortId(id)})`;
    case 'left_out':
      return 'left out, because its pull_policy is never';
    case 'failed':
      return `failed after ${elapsedText(ms)}`;
    case 'cancelled':
      return 'interrupted';
    default:
      return status satisfies never;
  }
}

/** As much of an id as other tools show. */
function shortId(id: string | null): string {
  return safeText(id ?? '')
    .replace(/^sha256:/, '')
    .slice(0, 12);
}
