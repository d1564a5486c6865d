/** A page as a reader takes it in: its text, one line for each block, without style and pictures. */

const BLOCK_END = /<\/(?:p|h1|h2|h3|li|summary|tr|caption|legend|pre|fieldset|a)>|(?=<details)/g;

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

export function pageText(html: string): string {
  const body = html.slice(html.indexOf('<body'));
  return body
    .replaceAll(/<svg[^>]*role="img"[\s\S]*?<\/svg>/g, '[picture]\n')
    .replaceAll(/<svg[\s\S]*?<\/svg>/g, '')
    .replaceAll(BLOCK_END, '\n')
    .replaceAll(/<\/(?:td|th)>/g, ' | ')
    .replaceAll(/<label[^>]*>/g, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity)
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
