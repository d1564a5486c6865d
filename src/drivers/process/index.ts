/** The process driver: services as local processes that outlive the command that started them. */
import type { Driver } from '../driver.ts';
import { processActuator } from './actuator.ts';
import { engineOf } from './engine.ts';
import { rootOf } from './layout.ts';
import { processModel } from './model.ts';
import { processObserver } from './observer.ts';

export const processDriver: Driver = {
  name: 'process',
  model: processModel,
  identity: (engine) => `process ${rootOf(engine)}`,
  observer: (engine) => Promise.resolve(processObserver(engineOf(engine))),
  actuator: (engine) => Promise.resolve(processActuator(engineOf(engine))),
};
