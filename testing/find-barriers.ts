import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const resultsSchema = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string() })),
    }),
  ),
});

/**
 * What keeps people from using the page, as axe-core finds it: one line for each kind of fault. Of any weight: a page with
 * "moderate" ones has no landmarks or no headings.
 *
 * @param except Rules that do not fit this page.
 * @param only The only rules to ask, where the rest was asked before.
 */
export async function findBarriers(
  page: Page,
  { except = [], only }: { except?: readonly string[]; only?: readonly string[] } = {},
): Promise<string[]> {
  await page.evaluate(axe.source);
  const options = {
    // Frames are looked at by themselves: a mail's frame lets no script run.
    iframes: false,
    resultTypes: ['violations'],
    rules: Object.fromEntries(except.map((rule) => [rule, { enabled: false }])),
    ...(only && { runOnly: only }),
  };
  const found: unknown = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  return resultsSchema
    .parse(found)
    .violations.map(
      ({ id, impact, help, nodes }) =>
        `${impact ?? 'minor'} ${id} (${help}): ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
}
