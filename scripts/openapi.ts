import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { stringify } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { readConfig } from '../src/config/index.ts';
import { describeOpenApi } from '../src/http/describe-openapi.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { routes } from '../src/main/routes.ts';
import { describingEnvironment } from './describing-environment.ts';

const FILE = fileURLToPath(new URL('../openapi.yml', import.meta.url));

/** The text of `openapi.yml` as the contracts say it now. Connects to nothing. */
export async function renderOpenApi(): Promise<string> {
  const config = readConfig(describingEnvironment);
  const app = buildApp({ config, log: createLogger({ level: 'silent', environment: 'openapi' }) });
  const document = describeOpenApi(
    routes(app).map(({ route }) => route),
    { title: 'PopBox Studio API', version: packageJson.version },
  );
  const yaml = stringify(document, { aliasDuplicateObjects: false, lineWidth: 100 });
  return format(yaml, { parser: 'yaml' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rendered = await renderOpenApi();
  if (process.argv.includes('--check')) {
    const present = await readFile(FILE, 'utf8').catch(() => '');
    if (present !== rendered) {
      console.error('openapi.yml is not what the contracts say. Run: pnpm openapi');
      process.exit(1);
    }
    console.log('openapi.yml is what the contracts say.');
  } else {
    await writeFile(FILE, rendered);
    console.log('openapi.yml written.');
  }
}
