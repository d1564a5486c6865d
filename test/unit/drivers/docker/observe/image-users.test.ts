/** Events of images as both generations of Docker, and Podman, tell them. */
import { describe, expect, it } from 'vitest';
import { ImageUsers } from '../../../../../src/drivers/docker/observe/image-users.ts';
import { event } from './fixtures.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const NEW = `sha256:${'b'.repeat(64)}`;

function users(): ImageUsers {
  const known = new ImageUsers(['app:1', 'docker.io/library/db', `fixed@sha256:${'c'.repeat(64)}`]);
  known.met('1', { name: 'shop-app-1', image: 'app:1', imageId: OLD });
  known.met('2', { name: 'shop-db-1', image: 'docker.io/library/db', imageId: `sha256:${'d'.repeat(64)}` });
  return known;
}

function concerned(action: string, id: string, name: string, known = users()): readonly string[] {
  const { images, services } = known.concernedBy(event('image', action, id, { name }));
  return [...images, ...services];
}

describe('an event of an image', () => {
  it('concerns what names that very image, however it is written', () => {
    expect(concerned('tag', NEW, 'app:1')).toEqual(['app:1', 'shop-app-1']);
    expect(concerned('tag', NEW, 'db:latest')).toEqual(['docker.io/library/db', 'shop-db-1']);
    expect(concerned('untag', OLD, 'app:1')).toEqual(['app:1', 'shop-app-1']);
  });

  it('concerns nobody where it is about a name that nobody wants, such as those by which images are kept', () => {
    for (const action of ['tag', 'untag', 'pull']) expect(concerned(action, OLD, 'kept/app:last')).toEqual([]);
    expect(concerned('delete', NEW, NEW)).toEqual([]);
  });

  it('concerns what was pulled, which is told by its whole name where others tell an id', () => {
    expect(concerned('pull', 'app:1', 'app')).toEqual(['app:1', 'shop-app-1']);
    expect(concerned('pull', NEW, 'docker.io/library/app:1')).toEqual(['app:1', 'shop-app-1']);
    expect(concerned('pull', 'other:1', 'other')).toEqual([]);
  });

  it('concerns what was made from it where the engine tells an id alone', () => {
    for (const action of ['untag', 'delete', 'remove'])
      expect(concerned(action, OLD, OLD)).toEqual(['app:1', 'shop-app-1']);

    const known = users();
    concerned('tag', NEW, 'app:1', known);
    expect(concerned('untag', NEW, NEW, known)).toEqual(['app:1', 'shop-app-1']);
  });

  it('concerns everybody where an archive was read, which may have brought any name', () => {
    expect(concerned('load', NEW, NEW)).toHaveLength(5);
    expect(concerned('loadfromarchive', NEW, NEW)).toHaveLength(5);
  });

  it('concerns a container whose name of an image nobody knows any more, and none that is gone', () => {
    const known = users();
    known.met('3', { name: 'shop-old-1', image: OLD, imageId: OLD });
    expect(concerned('tag', NEW, 'app:1', known)).toEqual(['app:1', 'shop-app-1', 'shop-old-1']);

    known.gone('3');
    known.gone('1');
    expect(concerned('tag', NEW, 'app:1', known)).toEqual(['app:1']);
  });

  it('leaves what is known of a container as it is where an event says less', () => {
    const known = users();
    known.met('1', { name: 'shop-app-2', image: undefined, imageId: undefined });
    known.met('2', { name: 'shop-db-1', image: NEW, imageId: undefined });
    expect(concerned('tag', NEW, 'app:1', known)).toEqual(['app:1', 'shop-app-2']);
    expect(concerned('tag', NEW, 'db', known)).toEqual(['docker.io/library/db', 'shop-db-1']);
  });
});
