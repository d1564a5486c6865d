import { describe, expect, it } from 'vitest';
import { ParsedFiles } from '../../../src/manifest/parsed-files.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('files that were parsed before', () => {
  it('are parsed again with other content alone, however often they are read', () => {
    const files = new ParsedFiles();
    const first = files.parse('environments/a/main.yaml', bytesOf('name: a\n'));

    expect(files.parse('environments/a/main.yaml', bytesOf('name: a\n'))).toBe(first);
    expect(files.parse('environments/a/main.yaml', bytesOf('name: b\n')).root).toEqual({ name: 'b' });
    expect(files.parse('environments/a/main.yaml', bytesOf('name: a\n'))).not.toBe(first);
  });

  it('are each their own where two have the same content: mistakes name the file', () => {
    const files = new ParsedFiles();
    const broken = bytesOf('name: [\n');

    const found = ['a.yaml', 'b.yaml', 'a.yaml'].map((path) => files.parse(path, broken).diagnostics[0]?.source?.file);
    expect(found).toEqual(['a.yaml', 'b.yaml', 'a.yaml']);
  });

  it('are no more than 512, and those that are read go on being known', () => {
    const files = new ParsedFiles();
    const often = files.parse('often.yaml', bytesOf('often: true\n'));
    const seldom = files.parse('seldom.yaml', bytesOf('seldom: true\n'));
    for (let index = 0; index < 600; index += 1) {
      files.parse(`${index}.yaml`, bytesOf(`number: ${index}\n`));
      files.parse('often.yaml', bytesOf('often: true\n'));
    }

    expect(files.parse('often.yaml', bytesOf('often: true\n'))).toBe(often);
    expect(files.parse('seldom.yaml', bytesOf('seldom: true\n'))).not.toBe(seldom);
  });
});
