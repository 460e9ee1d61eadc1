import { handle, type Mounted } from '../../http/handle-route.ts';
import type { Page } from '../../http/send-page.ts';
import type { App } from '../../kernel/app.ts';
import { showVerifierRoute } from './kuji.verifier-contract.ts';
import { writeVerifierPage } from './verifier/write-verifier-page.ts';

/** The page where anybody checks a draw. It is the same for everybody, so it is made once, when the first one asks. */
export function kujiVerifierRouter(app: App): Mounted[] {
  let page: Page | null = null;
  return [
    handle(app, showVerifierRoute, () => Promise.resolve({ page: (page ??= writeVerifierPage()) })),
  ];
}
