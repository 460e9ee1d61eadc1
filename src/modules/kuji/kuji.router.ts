import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { showBoardRoute } from './kuji.board-contract.ts';
import { listLogRoute, proveTicketRoute, showAuditRoute, showSetRoute } from './kuji.contract.ts';
import { listLog } from './service/list-log.ts';
import { proveTicket } from './service/prove-ticket.ts';
import { showAudit } from './service/show-audit.ts';
import { showBoard } from './service/show-board.ts';
import { showSet } from './service/show-set.ts';

export function kujiRouter(app: App): Mounted[] {
  return [
    handle(app, showSetRoute, async ({ params }) => ({ data: await showSet(app, params.setId) })),
    handle(app, showBoardRoute, async ({ params }) => ({
      data: await showBoard(app, params.setId),
    })),
    handle(app, listLogRoute, async ({ params, query }) => ({
      data: await listLog(app, { setId: params.setId, cursor: query.cursor, limit: query.limit }),
    })),
    handle(app, showAuditRoute, async ({ params }) => ({
      data: await showAudit(app, params.setId),
    })),
    handle(app, proveTicketRoute, async ({ params }) => ({
      data: await proveTicket(app, params.ticketNumber),
    })),
  ];
}
