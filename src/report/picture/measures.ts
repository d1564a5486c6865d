/**
 * How much room text takes. It is set in a font in which every character is as wide as on a terminal, and told to be exactly
 * as wide as was reckoned, so that no font makes it longer than its box.
 */
import { displayWidth } from '../safe-text.ts';
import type { PictureNode } from './picture.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Measures {
  node(id: string): Size;
  label(text: string): Size;
}

export const LINE = 18;
export const PADDING = 10;

const COLUMN = 7.8;
const SMALL_COLUMN = 6.6;

export function textWidth(text: string): number {
  return displayWidth(text) * COLUMN;
}

/** Of labels and legends, which are set smaller. */
export function smallTextWidth(text: string): number {
  return displayWidth(text) * SMALL_COLUMN;
}

export function nodeSize({ lines }: PictureNode): Size {
  return {
    width: Math.max(0, ...lines.map(textWidth)) + 2 * PADDING,
    height: lines.length * LINE + PADDING,
  };
}

export function labelSize(text: string): Size {
  return { width: smallTextWidth(text) + 8, height: 16 };
}
