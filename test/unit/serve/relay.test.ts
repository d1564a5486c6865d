import { describe, expect, it } from 'vitest';
import type { ServeEvent } from '../../../src/model/serve-event.ts';
import { Relay } from '../../../src/serve/relay.ts';
import { memoryServed } from '../../support/memory-served.ts';
import { passEnded, served } from '../../support/serve-events.ts';

const PROGRESS = served({ type: 'progress', event: { type: 'stopping' } });

describe('what a daemon tells while nobody listens', () => {
  it('waits for who comes next, in order, however much of how runs go on comes between', () => {
    const source = memoryServed();
    using relay = new Relay(source, () => undefined);
    relay.hold();
    const ended = ['one', 'two', 'three'].map((name) => passEnded({}, { environment: `shop/${name}` }));
    for (const event of ended) {
      source.tell(event);
      for (let count = 0; count < 2000; count += 1) source.tell(PROGRESS);
    }

    const heard: ServeEvent[] = [];
    relay.subscribe((event) => heard.push(event));
    relay.release();
    source.tell(PROGRESS);

    expect(heard).toEqual([...ended, PROGRESS]);
  });

  it('reaches everybody where one of them throws, which is said once', () => {
    const source = memoryServed();
    const problems: unknown[] = [];
    using relay = new Relay(source, (error) => problems.push(error));
    const heard: ServeEvent[] = [];
    const defect = new Error('a defect');
    relay.subscribe(() => {
      throw defect;
    });
    relay.subscribe((event) => heard.push(event));

    relay.hold();
    source.tell(passEnded());
    source.tell(passEnded());
    relay.release();
    source.tell(passEnded());

    expect(heard).toHaveLength(3);
    expect(problems).toEqual([defect]);
  });
});
