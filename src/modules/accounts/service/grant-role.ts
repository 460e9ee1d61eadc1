import { and, count, eq } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { users, type UserRole } from '../../../db/schema/accounts.ts';
import type { App } from '../../../kernel/app.ts';
import { recordAudit } from '../../audit/index.ts';

export type GrantedRole = { userId: string; before: UserRole; after: UserRole; adminCount: number };

/**
 * Use case of the operator's command; no request can do this. Null if nobody with this verified e-mail has ever come to
 * the shop: a role belongs to an identity, and an address alone is none.
 */
export function grantRole(
  app: Pick<App, 'database' | 'newId'>,
  request: { email: string; role: UserRole; actor: string },
): Promise<GrantedRole | null> {
  const { role: after, actor } = request;
  const email = request.email.trim().toLowerCase();
  return inTx(app, 'accounts.grant-role', async (tx) => {
    const [user] = await tx
      .select({ id: users.id, role: users.role })
      .from(users)
      .where(and(eq(users.email, email), eq(users.emailVerified, true)))
      .for('update');
    if (!user) return null;
    const before = user.role;
    if (before !== after) {
      await tx.update(users).set({ role: after }).where(eq(users.id, user.id));
      await recordAudit(tx, {
        id: app.newId(),
        actor,
        action: 'user.role-changed',
        targetType: 'user',
        targetId: user.id,
        before: { role: before },
        after: { role: after },
        requestId: null,
      });
    }
    const [admins] = await tx.select({ total: count() }).from(users).where(eq(users.role, 'admin'));
    return { userId: user.id, before, after, adminCount: admins?.total ?? 0 };
  });
}
