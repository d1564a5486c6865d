import { describe, expect, it } from 'vitest';
import { Slots } from '../../../src/reconcile/gates/slots.ts';

const signal = new AbortController().signal;

describe('slots', () => {
  it('let so many in at once, and everybody in the end', async () => {
    const slots = new Slots(3);
    const order: number[] = [];
    let [inside, most] = [0, 0];

    const all = Array.from({ length: 20 }, (_, index) =>
      slots.use(async () => {
        order.push(index);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      }, signal),
    );
    await Promise.all(all);

    expect(most).toBe(3);
    expect(order).toEqual(order.toSorted((left, right) => left - right));
  });

  it('are given back by what fails, and not lost to who stops waiting', async () => {
    const slots = new Slots(1);
    const controller = new AbortController();
    const held = Promise.withResolvers<void>();
    const failing = slots.use(() => held.promise, signal);
    const gone = slots.use(() => Promise.resolve('never'), controller.signal);
    const last = slots.use(() => Promise.resolve('done'), signal);

    controller.abort(new Error('enough'));
    held.reject(new Error('broke'));

    await expect(failing).rejects.toThrow('broke');
    await expect(gone).rejects.toThrow('enough');
    await expect(last).resolves.toBe('done');
  });
});
