import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import {
  addVariant,
  changeProduct,
  changeVariant,
  createProduct,
  type ProductChanges,
} from '../../catalog/index.ts';
import { setVariantStock } from '../../inventory/index.ts';
import type { RowFault } from '../sheet-columns.ts';
import { fault } from './group-rows.ts';
import type { ProductPlan } from './plan-product.ts';
import type { NewVariant, VariantStep } from './plan-variants.ts';

type Editor = { actor: string; requestId: string | null };

/**
 * Does what a plan says, by the use cases of the dashboard: same rules, same audit, same movements of stock. Each step is a
 * transaction of its own, so what fails (somebody else edits at the same time) leaves the rest; the same file imported
 * again does what is missing. A new product goes on sale last, when its variants are there.
 */
export async function applyPlan(app: App, plan: ProductPlan, editor: Editor): Promise<RowFault[]> {
  const faults: RowFault[] = [];
  /** False if the step was refused. */
  const attempt = async (line: number, step: () => Promise<unknown>): Promise<boolean> => {
    try {
      await step();
      return true;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      faults.push(fault({ line }, null, error.code, describe(error)));
      return false;
    }
  };
  let productId = plan.productId;
  let { changes, variants } = plan;
  if (productId === null) {
    const [first, ...others] = variants;
    const { status = 'draft', ...values } = changes ?? {};
    const created = await attempt(plan.line, async () => {
      productId = await create(app, { plan, values, first, editor });
    });
    if (!created) return faults;
    variants = others;
    changes = status === 'draft' ? null : { status };
  }
  const id = productId;
  if (id === null) throw new Error('A product was created without an id.');
  for (const step of variants) {
    await attempt(step.line, () => applyVariant(app, id, step, editor));
  }
  if (changes !== null && (plan.productId !== null || faults.length === 0)) {
    const wanted = changes;
    await attempt(plan.line, () =>
      changeProduct(app, { ...editor, productId: id, changes: wanted }),
    );
  }
  return faults;
}

async function create(
  app: App,
  request: {
    plan: ProductPlan;
    values: ProductChanges;
    first: VariantStep | undefined;
    editor: Editor;
  },
): Promise<string> {
  const { plan, values, first, editor } = request;
  const variant: Partial<NewVariant> = first?.kind === 'add' ? first.variant : {};
  const { id } = await createProduct(app, {
    ...editor,
    name: values.name ?? '',
    description: values.description ?? null,
    productType: plan.productType,
    status: 'draft',
    priceCents: variant.priceCents ?? values.priceCents ?? 0,
    sku: variant.sku ?? values.sku ?? null,
    collectionIds: values.collectionIds ?? [],
    tagIds: values.tagIds ?? [],
    purchaseLimit: values.purchaseLimit ?? null,
    onHand: variant.onHand ?? 0,
    lowStockThreshold: variant.lowStockThreshold ?? 0,
    defaultVariantName: variant.name ?? 'Default',
  });
  return id;
}

async function applyVariant(
  app: App,
  productId: string,
  step: VariantStep,
  editor: Editor,
): Promise<void> {
  if (step.kind === 'add') {
    await addVariant(app, { ...editor, productId, ...step.variant });
    return;
  }
  const { variantId, changes, stock } = step;
  if (changes !== null) await changeVariant(app, { ...editor, productId, variantId, changes });
  if (stock !== null) {
    await setVariantStock(app, {
      ...editor,
      productId,
      variantId,
      ...stock,
      reason: 'imported from a sheet',
    });
  }
}

function describe(problem: Problem): string {
  const { fields } = problem.details;
  if (typeof fields !== 'object' || fields === null) return problem.message;
  return Object.values(fields).flat().map(String).join(' ') || problem.message;
}
