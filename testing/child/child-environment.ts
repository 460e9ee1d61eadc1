import { fileURLToPath } from 'node:url';

/** Stripping types and compiling takes a third of a start; Node keeps the result here for the next one. */
const COMPILE_CACHE = fileURLToPath(
  new URL('../../node_modules/.cache/popbox-child', import.meta.url),
);

/**
 * What every process that a test starts is given, and no other variable of the caller's: it must not reach a real
 * database or a real provider.
 */
export const CHILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: COMPILE_CACHE,
};
