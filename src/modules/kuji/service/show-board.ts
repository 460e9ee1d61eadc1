import type { App } from '../../../kernel/app.ts';
import type { Board } from '../kuji.board-contract.ts';
import { LAST_ONE_TIER } from '../kuji.contract.ts';
import { loadBoardPrizes } from '../queries/load-published.ts';
import { parseManifest, requirePublishedSet } from './show-set.ts';

type Prize = Awaited<ReturnType<typeof loadBoardPrizes>>[number];
type Counts = Pick<Board['tiers'][number], 'total' | 'opened' | 'unopened'>;

/**
 * Use case: the board of a sealed set. Of a prize it counts opened tickets only, so it does not move at a payment. A closed ticket
 * is a random one of all unopened tickets for whoever does not know the deck, and so are their odds.
 *
 * @throws Problem KUJI_SET_NOT_FOUND, for drafts as well
 */
export async function showBoard(app: App, setId: string): Promise<Board> {
  const { db } = app.database;
  const { set, seal } = await requirePublishedSet(db, setId);
  const rows = await loadBoardPrizes(db, setId);
  const inDeck = rows.filter(({ tier }) => tier !== LAST_ONE_TIER);
  const all = countTickets(inDeck);
  const { ticketPriceCents, currency } = parseManifest(seal.manifest);
  return {
    setId: set.id,
    productId: set.productId,
    setNumber: set.setNumber,
    state: set.state,
    isPaused: set.pausedAt !== null,
    ticketPriceCents,
    currency,
    tickets: { ...all, unsold: rows[0]?.unsold ?? 0 },
    tiers: [...Map.groupBy(inDeck, ({ tier }) => tier)].map(([tier, prizes]) => {
      const counts = countTickets(prizes);
      return {
        tier,
        ...counts,
        odds: all.unopened === 0 ? 0 : counts.unopened / all.unopened,
        prizes: prizes.map((prize) => ({ ...describe(prize), ...countTickets([prize]) })),
      };
    }),
    lastOne: presentLastOne(rows.find(({ tier }) => tier === LAST_ONE_TIER)),
  };
}

function presentLastOne(prize: Prize | undefined): Board['lastOne'] {
  // A shop may start with a partly sold paper box whose Last One is gone.
  if (!prize || prize.total === 0) return null;
  return { ...describe(prize), isOpened: prize.opened > 0 };
}

function describe({ prizeCode, name, imageUrl }: Prize) {
  return { prizeCode, name, imageUrl };
}

function countTickets(prizes: readonly Prize[]): Counts {
  const total = prizes.reduce((sum, prize) => sum + prize.total, 0);
  const opened = prizes.reduce((sum, prize) => sum + prize.opened, 0);
  return { total, opened, unopened: total - opened };
}
