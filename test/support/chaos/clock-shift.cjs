// Loaded before trueup by `--require`: its clock is wrong by TEST_CLOCK_SHIFT_MS, from TEST_CLOCK_JUMP_AFTER_MS after its
// start. What counts the time that passes goes on as it was, as it does when somebody sets the clock of a machine.
'use strict';

const shift = Number(process.env.TEST_CLOCK_SHIFT_MS ?? 0);
const jumpAfter = Number(process.env.TEST_CLOCK_JUMP_AFTER_MS ?? 0);
const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
const shifted = () => realNow() + (performance.now() >= jumpAfter ? shift : 0);

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(shifted());
    else super(...args);
  }

  static now() {
    return shifted();
  }
};

if (jumpAfter === 0) {
  const origin = performance.timeOrigin + shift;
  Object.defineProperty(performance, 'timeOrigin', { get: () => origin });
}
