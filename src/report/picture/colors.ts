/** The colours of pictures and of the pages around them. Text has a contrast of at least 4.5 to 1 on every fill, by day and by night. */

export type Tint = 'create' | 'change' | 'replace' | 'remove' | 'move';

export interface Colors {
  readonly page: string;
  readonly text: string;
  readonly faint: string;
  readonly box: string;
  readonly frame: string;
  readonly marks: Readonly<Record<Tint, readonly [fill: string, stroke: string]>>;
}

export const LIGHT: Colors = {
  page: '#ffffff',
  text: '#1f2328',
  faint: '#59636e',
  box: '#f6f8fa',
  frame: '#818b98',
  marks: {
    create: ['#dafbe1', '#1a7f37'],
    change: ['#fff8c5', '#9a6700'],
    replace: ['#fbefff', '#8250df'],
    remove: ['#ffebe9', '#cf222e'],
    move: ['#ddf4ff', '#0969da'],
  },
};

export const DARK: Colors = {
  page: '#0d1117',
  text: '#f0f6fc',
  faint: '#9198a1',
  box: '#151b23',
  frame: '#656c76',
  marks: {
    create: ['#12261e', '#3fb950'],
    change: ['#2b2411', '#d29922'],
    replace: ['#271c3a', '#ab7df8'],
    remove: ['#2d1a1e', '#f85149'],
    move: ['#0c2d4d', '#4493f8'],
  },
};
