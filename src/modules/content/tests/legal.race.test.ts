import { afterAll, beforeAll, expect, it } from 'vitest';
import { anAdmin } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';

const PUBLISHERS = 8;

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 2 * PUBLISHERS });
});
afterAll(() => w.close());

it.each([
  ['the first version', 0],
  ['the next version', 1],
])(
  'of many who publish %s at once, whoever is not told 409 has made a version',
  async (_name, present) => {
    await w.app.database.pool.query('TRUNCATE popbox.legal_documents');
    const { token } = await anAdmin(w);
    const publish = (content: string) =>
      w.http
        .post('/api/v1/admin/legal')
        .set('Authorization', `Bearer ${token}`)
        .send({ type: 'terms', content });
    for (let i = 0; i < present; i += 1) expect((await publish('Before.')).status).toBe(201);

    const responses = await Promise.all(
      Array.from({ length: PUBLISHERS }, (_, i) => publish(`Text ${String(i)}`)),
    );
    const made = responses.filter((response) => response.status === 201);
    const refused = responses.filter((response) => response.status === 409);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length + refused.length).toBe(PUBLISHERS);
    for (const { body } of refused) {
      expect(body).toMatchObject({ errors: { code: 'LEGAL_VERSION_CONFLICT' } });
    }

    const { rows } = await w.app.database.pool.query<{ version: number; is_active: boolean }>(
      'SELECT version, is_active FROM popbox.legal_documents ORDER BY version',
    );
    expect(rows).toEqual(
      Array.from({ length: present + made.length }, (_, i) => ({
        version: i + 1,
        is_active: i === present + made.length - 1,
      })),
    );
    const { rows: audited } = await w.app.database.pool.query(
      `SELECT 1 FROM popbox.audit_entries a JOIN popbox.legal_documents d ON d.id::text = a.target_id`,
    );
    expect(audited).toHaveLength(rows.length);
  },
);
