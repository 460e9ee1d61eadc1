import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(fileURLToPath(new URL('..', import.meta.url)));

export type ToolRun = { code: number; stdout: string; stderr: string };

type ToolOptions = {
  cwd?: string;
  /** Shows what the tool says while it runs, instead of keeping it. */
  show?: boolean;
  env?: Record<string, string | undefined>;
  /** Ends the tool. */
  signal?: AbortSignal;
};

/**
 * Runs a program of node_modules/.bin (or `node`, in this process's version) to its end. It gets no input, so that a
 * tool that would ask a question fails instead of waiting.
 *
 * @throws Error when the program cannot be started or is ended by a signal
 */
export async function runTool(
  tool: string,
  args: string[],
  { cwd = ROOT, show = false, env = process.env, signal }: ToolOptions = {},
): Promise<ToolRun> {
  const program = tool === 'node' ? process.execPath : join(ROOT, 'node_modules', '.bin', tool);
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => err.push(bytes));
  const code = await new Promise<number>((done, failed) => {
    child.once('error', failed);
    child.once('close', (exitCode, endedBy) => {
      if (exitCode === null) failed(new Error(`${tool} was ended by ${endedBy ?? 'a signal'}.`));
      else done(exitCode);
    });
  });
  return {
    code,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  };
}
