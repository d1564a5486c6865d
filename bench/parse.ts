/** Bare `parseDocument` of a file, in a process of its own: what validating is held against. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

const { errors } = parseDocument(readFileSync(process.argv[2] ?? '', 'utf8'));
process.exitCode = errors.length === 0 ? 0 : 1;
