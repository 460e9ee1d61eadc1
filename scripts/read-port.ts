import { ConfigFault } from '../src/config/index.ts';

/** The port in a variable, or the fallback. @throws ConfigFault naming the variable */
export function readPort(
  env: Record<string, string | undefined>,
  name: string,
  fallback: number,
): number {
  const text = env[name]?.trim() ?? '';
  if (text === '') return fallback;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new ConfigFault([`${name} must be a port number from 1 to 65535`]);
  }
  return port;
}
