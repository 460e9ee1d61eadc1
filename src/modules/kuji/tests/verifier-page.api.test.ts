import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { world, type World } from '../../../../testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

it('is one page for everybody, whose policy lets only its own script run', async () => {
  const page = await w.http.get('/verify');
  expect(page.status).toBe(200);
  expect(page.type).toBe('text/html');
  const script = /<script type="module">(.*)<\/script>/s.exec(page.text)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = page.headers['content-security-policy'];
  expect(policy).toContain(`script-src 'sha256-${hash}'`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  const hostile = '"><script>alert(1)</script>';
  for (const query of [{ ticket: 'KXXXX-0001' }, { ticket: hostile }, { set: hostile }]) {
    expect((await w.http.get('/verify').query(query)).text).toBe(page.text);
  }
});
