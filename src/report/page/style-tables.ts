/** Tables, the timeline and the graph: each in a region of its own that scrolls, so that the page never does sideways. */

export const TABLE_STYLE: string = [
  '.scroll{overflow:auto;max-width:100%;border-radius:6px}',
  '.graph{border:1px solid var(--rule);max-height:80vh}',
  '.graph svg{display:block;margin:0 auto}',
  '.fits svg{max-width:100%;height:auto;min-width:34rem}',
  'table{border-collapse:collapse;width:100%;font-size:.9375rem}',
  'caption{text-align:left;color:var(--faint);font-size:.875rem;padding:0 0 .5rem}',
  'th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--rule);font-weight:400}',
  'thead th{color:var(--faint);font-size:.8125rem;white-space:nowrap}',
  'th code,td code{overflow-wrap:normal;white-space:nowrap}',
  '.number{white-space:nowrap;font-variant-numeric:tabular-nums}',
  '.timeline th code,.timeline td code{white-space:normal;overflow-wrap:anywhere}',
  '.timeline .bar{width:35%;min-width:8rem;padding-right:0}',
  '.timeline tbody .bar{vertical-align:middle}',
  '.timeline svg{display:block;background:var(--box);border-radius:2px}',
  'rect.done{fill:var(--create-line)}',
  'rect.failed{fill:var(--remove-line)}',
  'rect.cancelled{fill:var(--change-line)}',
].join('');
