import { runTool } from './run-tool.ts';

const STORM = { MAIL_STORM: '1000', MAIL_STORM_KILLS: '10' };

/** `pnpm test:mails`: the mail storm of the test suite, with a thousand mails and ten killed workers. Takes minutes. */
const { code } = await runTool(
  'vitest',
  ['run', '--maxWorkers=1', 'testing/mail-storm.int.test.ts'],
  { show: true, env: { ...process.env, ...STORM } },
);
process.exitCode = code;
