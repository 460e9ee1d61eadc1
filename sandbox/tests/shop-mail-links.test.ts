import { afterAll, beforeAll, expect, it } from 'vitest';
import { SANDBOX_DEFAULTS, startSandbox, type Sandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ apiUrl: 'http://127.0.0.1:9' });
});
afterAll(() => sandbox.close());

it('the link of an account mail says that it worked, and the second time that it did not', async () => {
  const page = `${sandbox.url}/shop/auth/callback?next=%2Faccount`;
  const signUp = await fetch(
    `${sandbox.url}/auth/v1/signup?redirect_to=${encodeURIComponent(page)}`,
    {
      method: 'POST',
      headers: { apikey: SANDBOX_DEFAULTS.supabasePublicKey, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'new@example.com', password: 'a long pass phrase 77' }),
    },
  );
  expect(signUp.status).toBe(200);
  const link = /https?:\/\/\S*\/verify\S*/.exec(sandbox.mails().at(-1)?.text ?? '')?.[0] ?? '';
  const titles = [];
  for (const status of [200, 400]) {
    const shown = await fetch(link);
    expect(shown.status).toBe(status);
    titles.push(/<h1>(.*?)<\/h1>/.exec(await shown.text())?.[1]);
  }
  expect(titles).toEqual(['The link worked', 'The link is not good any more']);
});
