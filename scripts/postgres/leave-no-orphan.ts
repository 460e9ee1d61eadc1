import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Stops the process `pid` when this one ends in whatever way, also by SIGKILL, where no code of ours runs.
 *
 * A shell waits for the end of a pipe whose other end only this process holds; the kernel closes it with the process.
 *
 * @returns a function that calls the watch off
 */
export function leaveNoOrphan(pid: number): () => void {
  const watcher = spawn('/bin/sh', ['-c', `cat >/dev/null; kill -INT ${String(pid)}`], {
    // Ctrl-C must not end the watcher before the one it watches.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Neither the watcher nor the pipe to it may keep this process alive.
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  // Without a shell there is no watch; Postgres is then stopped by stop() alone.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  return () => {
    // Not by closing the pipe: by then the process id may belong to somebody else.
    watcher.kill('SIGKILL');
  };
}
