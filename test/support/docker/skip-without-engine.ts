/** Set-up of every test file of the `docker` project: where the engine cannot be had, each test is skipped by name. */
import { beforeEach } from 'vitest';
import { ENGINE_VARIABLES } from './engine-variables.ts';

const lacks = process.env[ENGINE_VARIABLES.lacks];

if (lacks !== undefined) beforeEach((context) => context.skip(lacks));
