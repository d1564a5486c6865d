import { describe, expect, it } from 'vitest';
import { fieldsNamed } from '../../../src/diff/named-fields.ts';
import { fieldPath } from '../../../src/model/field-path.ts';

const PATHS = [
  fieldPath('container', 'command'),
  fieldPath('container', 'image'),
  fieldPath('labels', 'com.example.team'),
  fieldPath('labels', "it's"),
  fieldPath('networking', 'ports', '8080/tcp', 'host_port'),
];

function found(text: string): readonly string[] {
  const result = fieldsNamed(text, PATHS);
  return result.status === 'found' ? [...result.fields] : [];
}

describe('fieldsNamed', () => {
  it('takes a normalised path, the shorthand, and names with dots', () => {
    const texts = ["$['container']['image']", '$.container.image', 'container.image', '$["container"].image'];

    for (const text of texts) expect(found(text), text).toEqual([fieldPath('container', 'image')]);
  });

  it('takes a group for all that lies below it', () => {
    expect(found('container')).toEqual(PATHS.slice(0, 2));
    expect(found('networking.ports["8080/tcp"]')).toEqual(PATHS.slice(4));
  });

  it('lets the fields that there are say which dot is which', () => {
    expect(found('labels.com.example.team')).toEqual([fieldPath('labels', 'com.example.team')]);
    expect(found("labels['it\\'s']")).toEqual([fieldPath('labels', "it's")]);
  });

  it('takes an item of a list for the list, which is one field', () => {
    expect(found('container.command[0]')).toEqual([fieldPath('container', 'command')]);
  });

  it('says the nearest name of what there is not', () => {
    expect(fieldsNamed('container.imgae', PATHS)).toEqual({ status: 'unknown', suggestion: 'container.image' });
    for (const text of ['', '$', '[', "$['", '....']) expect(fieldsNamed(text, PATHS).status, text).toBe('unknown');
  });
});
