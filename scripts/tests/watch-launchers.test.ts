import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../run-tool.ts';

const WATCHER = `
  import { watchLaunchers } from '${pathToFileURL(join(ROOT, 'scripts/watch-launchers.ts')).href}';
  setInterval(() => undefined, 60_000);
  await watchLaunchers(() => { console.log('alone'); process.exit(0); });
  console.log('watching');
`;

test('a program learns that the shell which started it was told to stop', async () => {
  // The second command keeps the shell from becoming the program.
  const shell = spawn('sh', ['-c', '"$NODE" --input-type=module -e "$WATCHER"; true'], {
    env: { ...process.env, NODE: process.execPath, WATCHER },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  shell.stdout.on('data', (text: Buffer) => {
    said += text.toString();
    if (said === 'watching\n') shell.kill('SIGTERM');
  });
  // The pipe is closed by the last one that holds it: the program, which outlives its shell.
  await once(shell, 'close');
  expect(said).toBe('watching\nalone\n');
});
