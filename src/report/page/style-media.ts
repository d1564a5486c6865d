/** What is different on narrow screens, on paper, and for whoever wants nothing to move. */

export const NARROW_STYLE: string = [
  '@media (max-width:40rem){',
  'header,main,footer{padding-left:1rem;padding-right:1rem}',
  'header{padding-top:1.5rem}',
  'h1{font-size:1.5rem}',
  'section{margin-top:2.25rem}',
  '.tiles{gap:.5rem 1.5rem}',
  '.tiles strong{font-size:1.375rem}',
  '.item>summary{flex-wrap:wrap;gap:.375rem .625rem}',
  '.item>summary .head{flex:1 1 70%}',
  '.body{padding-left:1rem}',
  'legend{float:none}',
  // A row of the timeline becomes a block with its bar below.
  '.timeline,.timeline tbody,.timeline tr,.timeline tbody th,.timeline td,.timeline caption{display:block;width:auto}',
  '.timeline thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}',
  '.timeline tr{border-bottom:1px solid var(--rule);padding:.5rem 0}',
  '.timeline tbody th,.timeline td{border:0;padding:.125rem 0}',
  '.timeline td:not(.bar){display:inline-block;padding-right:.75rem}',
  '.timeline td.number{padding-right:1rem;color:var(--faint);font-size:.875rem}',
  '.timeline tbody .bar{width:100%}',
  '}',
  '@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}',
].join('');

export const PRINT_STYLE: string = [
  '@media print{',
  'body{font-size:11pt}',
  '.skip,header nav,.filters{display:none}',
  'details::details-content{content-visibility:visible;display:block}',
  '.item,.differences>li{content-visibility:visible;break-inside:avoid}',
  '.scroll,.graph{overflow:visible;max-height:none}',
  '.graph svg{max-width:100%;min-width:0;height:auto}',
  'pre{white-space:pre-wrap;overflow-wrap:anywhere}',
  '}',
].join('');
