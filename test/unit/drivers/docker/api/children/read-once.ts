/** Reads once from an engine, and neither closes the client nor ends the process. */
import { openReader } from '../../../../../../src/drivers/docker/api/client.ts';

const [, , path = ''] = process.argv;
const reader = openReader({ kind: 'unix', path, text: `unix://${path}`, source: 'a test' });
await reader.containers(new AbortController().signal);
