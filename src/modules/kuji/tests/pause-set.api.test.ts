import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { aKuji, anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { newId } from '../../../kernel/ids.ts';
import type { AdminSet } from '../kuji.sets-contract.ts';
import { takeTicketHold } from '../index.ts';
import { setOf } from './look-at-set.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const SOME_ID = '0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11';

refusesStrangers(
  () => w,
  [
    ['post', `/admin/kuji-sets/${SOME_ID}/pause`],
    ['post', `/admin/kuji-sets/${SOME_ID}/resume`],
  ],
);

const turn = (setId: string, to: 'pause' | 'resume') =>
  callAs<AdminSet>(w, admin, ['post', `/admin/kuji-sets/${setId}/${to}`]);

describe('the pause of a box', () => {
  it('stops its holds by the statement that takes them, and ends again; each turn is audited once', async () => {
    const { productId, priceCents } = await aKuji(w);
    const { id: setId } = await setOf(w, productId);
    // Without a line of an order nothing is kept: the foreign key refuses what the guard let through.
    const hold = () =>
      inTx(w.app, 'test.hold', (tx) =>
        takeTicketHold(tx, { setId, orderLineId: newId(), unitPriceCents: priceCents }),
      );
    await expect(hold()).rejects.toThrow();
    const paused = await turn(setId, 'pause');
    expect(paused.data.pausedAt).not.toBeNull();
    expect((await turn(setId, 'pause')).data).toEqual(paused.data);
    expect(await hold()).toBeNull();
    expect((await turn(setId, 'resume')).data.pausedAt).toBeNull();
    expect((await turn(setId, 'resume')).status).toBe(200);
    await expect(hold()).rejects.toThrow();
    const { rows } = await w.app.database.pool.query(
      `SELECT actor, action, before->>'pausedAt' AS before, after->>'pausedAt' AS after FROM popbox.audit_entries
       WHERE target_id = $1 AND action IN ('kuji_set.paused', 'kuji_set.resumed') ORDER BY id`,
      [setId],
    );
    const { pausedAt } = paused.data;
    const actor = `admin:${admin.userId}`;
    expect(rows).toEqual([
      { actor, action: 'kuji_set.paused', before: null, after: pausedAt },
      { actor, action: 'kuji_set.resumed', before: pausedAt, after: null },
    ]);
  });

  it('knows no other boxes', async () => {
    for (const to of ['pause', 'resume'] as const) {
      const { status, code } = await turn(SOME_ID, to);
      expect([status, code]).toEqual([404, 'KUJI_SET_NOT_FOUND']);
    }
    expect((await turn('nope', 'pause')).status).toBe(400);
  });
});
