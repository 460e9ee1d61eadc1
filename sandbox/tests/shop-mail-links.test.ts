import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ apiUrl: 'http://127.0.0.1:9' });
});
afterAll(() => sandbox.close());

it.each([
  ['code=abc&next=%2Faccount', 200, 'The link worked'],
  ['error=access_denied&error_code=otp_expired', 400, 'The link is not good any more'],
])('the link of an account mail with %s says what became of it', async (query, status, title) => {
  const page = await fetch(`${sandbox.url}/shop/auth/callback?${query}`);
  expect(page.status).toBe(status);
  expect(await page.text()).toContain(`<h1>${title}</h1>`);
});
