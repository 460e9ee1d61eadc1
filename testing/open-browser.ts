import { existsSync } from 'node:fs';
import packagedChromium from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

/** A browser, or why there is none: a missing library of the system is no fault of what is tested. */
export type OpenedBrowser = { browser: Browser; reason: null } | { browser: null; reason: string };

// Root in a container has no namespaces for Chromium's own sandbox; the rest keeps it from calling home.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const SYSTEM_CHROMIUM = '/usr/bin/chromium';

/** Starts the system's Chromium (or that of CHROMIUM_PATH), else the one that ships in an npm package. */
export async function openBrowser(): Promise<OpenedBrowser> {
  const reasons: string[] = [];
  for (const findPath of [findSystemChromium, () => packagedChromium.executablePath()]) {
    try {
      const executablePath = await findPath();
      return { browser: await chromium.launch({ executablePath, args: FLAGS }), reason: null };
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { browser: null, reason: reasons.join(' Then: ') };
}

function findSystemChromium(): Promise<string> {
  const path = process.env.CHROMIUM_PATH ?? SYSTEM_CHROMIUM;
  return existsSync(path)
    ? Promise.resolve(path)
    : Promise.reject(new Error(`There is no ${path}.`));
}
