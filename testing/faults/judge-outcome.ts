import type { ChildWorld } from '../child/child-world.ts';
import { checkInvariants } from '../invariants.ts';
import { judgePayments } from './judge-payments.ts';
import type { Count } from './live-history.ts';

/** What is wrong with the shop at the end, one line each; counts what is right. */
export async function judgeOutcome(
  w: ChildWorld,
  initial: ReadonlyMap<string, number>,
  count: Count,
): Promise<string[]> {
  const invariants = await checkInvariants(w).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  return [
    ...invariants,
    ...(await judgePayments(w, count)),
    ...(await judgeStock(w, initial)),
    ...(await judgeMails(w, count)),
    ...(await findUnfinished(w)),
  ];
}

/** What was there, less what was sold, plus what came back, is what is there; and nothing is set aside any more. */
async function judgeStock(w: ChildWorld, initial: ReadonlyMap<string, number>): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{
    id: string;
    on_hand: number;
    reserved: number;
    sold: number;
    returned: number;
  }>(
    `SELECT i.id, i.on_hand, i.reserved,
       (SELECT coalesce(sum(h.quantity), 0)::int FROM popbox.holds h
        WHERE h.inventory_id = i.id AND h.state = 'converted') AS sold,
       (SELECT coalesce(sum(m.on_hand_delta), 0)::int FROM popbox.inventory_movements m
        WHERE m.inventory_id = i.id AND m.reason = 'restocked') AS returned
     FROM popbox.inventory i`,
  );
  return rows.flatMap((row) => {
    const start = initial.get(row.id) ?? 0;
    const wrong: string[] = [];
    if (row.sold > start + row.returned) wrong.push(`stock ${row.id} was sold twice`);
    if (start - row.sold + row.returned !== row.on_hand) {
      wrong.push(`stock ${row.id} does not add up: ${JSON.stringify({ start, ...row })}`);
    }
    if (row.reserved !== 0)
      wrong.push(`stock ${row.id} still has ${String(row.reserved)} reserved`);
    return wrong;
  });
}

/** Every mail of ours reached the provider exactly once, and nothing else did. */
async function judgeMails(w: ChildWorld, count: Count): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ key: string; state: string }>(
    'SELECT key, state FROM popbox.outbox_mails',
  );
  const arrived = new Map<string, number>();
  for (const { key } of w.sandbox.mails()) {
    if (key !== null) arrived.set(key, (arrived.get(key) ?? 0) + 1);
  }
  const wrong = rows.flatMap(({ key, state }) => {
    const times = arrived.get(key) ?? 0;
    arrived.delete(key);
    if (state === 'sent' && times === 1) {
      count('mail sent once');
      return [];
    }
    return [`mail ${key} is ${state} and arrived ${String(times)} times`];
  });
  return [...wrong, ...[...arrived.keys()].map((key) => `mail ${key} is unknown here`)];
}

async function findUnfinished(w: ChildWorld): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ what: string }>(
    `SELECT 'order ' || id || ' is still pending' AS what FROM popbox.orders WHERE status = 'pending_payment'
     UNION ALL SELECT 'refund ' || id || ' is still requested' FROM popbox.refunds WHERE state = 'requested'
     UNION ALL SELECT 'event ' || event_id || ' is ' || state FROM popbox.inbound_events
       WHERE state IN ('received', 'failed')`,
  );
  return rows.map(({ what }) => what);
}
