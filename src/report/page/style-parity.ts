/** Two sides beside each other, and the chart of their history. */

export const PARITY_STYLE: string = [
  '.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:.375rem .75rem;margin:.25rem 0 .375rem}',
  '.differences .sides p{display:flex;flex-direction:column;align-items:flex-start;min-width:0;margin:0}',
  '.value{align-self:stretch;background:var(--box);border:1px solid var(--rule);border-radius:4px;padding:.25rem .5rem}',
  '.unset{color:var(--faint);font-style:italic}',
  '.sides .place{font-size:.75rem}',
  '.differences .waiver,.body>.waiver{background:var(--box);border-radius:6px;padding:.375rem .75rem;font-size:.9375rem}',
  '.fix code{background:var(--box);border-radius:4px;padding:.125rem .375rem}',
  '.names{columns:16rem;list-style:none;padding:0;margin:0}',
  '.cause{display:block;min-width:14rem}',
  '.score{text-decoration:none}',
  'tr:has(:target){background:var(--box)}',
  '.file{margin:0 0 1rem}',
  '.file .scroll{background:var(--box);padding:.5rem .75rem}',
  '.graph+.scroll{margin-top:1.25rem}',
  '.chart .grid{stroke:var(--rule);stroke-width:1}',
  '.chart .thread{stroke:var(--rule);stroke-width:1;stroke-dasharray:2 3}',
  '.chart .point{fill:var(--text);stroke:var(--surface);stroke-width:2}',
  '.chart .point.create{fill:var(--create-line)}',
  '.chart .point.remove{fill:var(--remove-line)}',
].join('');
