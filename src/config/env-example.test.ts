import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { CONFIG_VARIABLES, readConfig } from './read-config.ts';

/** Read by the scripts of development and by the tests, not by the API. */
const SCRIPT_VARIABLES = ['SANDBOX_PORT', 'DATA_DIR', 'SEED_DEMO', 'TEST_DATABASE_URL'];

const text = readFileSync(fileURLToPath(new URL('../../.env.example', import.meta.url)), 'utf8');
const lines = text.split('\n');
const example = parseEnv(text);

/** The comment lines directly above a variable. */
function explanationOf(name: string): string {
  const at = lines.findIndex((line) => line.startsWith(`${name}=`));
  const above = lines.slice(0, at).findLastIndex((line) => !line.startsWith('#'));
  return lines.slice(above + 1, at).join('\n');
}

/** Variables without which `readConfig` refuses to start, as it tells itself. */
function requiredVariables(): string[] {
  return CONFIG_VARIABLES.filter((name) => {
    try {
      readConfig({ ...example, [name]: undefined });
      return false;
    } catch {
      return true;
    }
  });
}

test('.env.example lists every variable once, and no other', () => {
  const listed = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
  expect(listed.toSorted()).toEqual([...CONFIG_VARIABLES, ...SCRIPT_VARIABLES].toSorted());
});

test('the values of .env.example are a usable configuration for development', () => {
  expect(readConfig(example).isDevelopment).toBe(true);
});

test('each variable is explained, with exactly one mark', () => {
  for (const name of [...CONFIG_VARIABLES, ...SCRIPT_VARIABLES]) {
    expect(explanationOf(name), name).toMatch(/^# \[(production|optional|default)\] .{10,}/m);
  }
});

test('[production] stands at exactly the variables that have no default', () => {
  const marked = CONFIG_VARIABLES.filter((name) => explanationOf(name).includes('[production]'));
  expect(marked.toSorted()).toEqual(requiredVariables().toSorted());
});

test('the value shown at [default] is the default', () => {
  const withDefault = CONFIG_VARIABLES.filter((name) => explanationOf(name).includes('[default]'));
  const without = Object.fromEntries(withDefault.map((name) => [name, undefined]));
  expect(readConfig({ ...example, ...without })).toEqual(readConfig(example));
});
