/** Every way out that is tried, each a repo of its own. */
import { ENGINE } from './engine.ts';
import type { Escape } from './escape.ts';
import { HOST } from './host.ts';
import { NETWORK } from './network.ts';
import { STORAGE } from './storage.ts';
import { TEXT } from './text.ts';

export const ESCAPES: readonly Escape[] = [...HOST, ...NETWORK, ...STORAGE, ...ENGINE, ...TEXT];
