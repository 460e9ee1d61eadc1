import type fc from 'fast-check';
import { expect } from 'vitest';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { endOf, untilProviderNoticed } from '../crash/look-at-order.ts';
import {
  ordersIn,
  type ModelOrder,
  type OrderState,
  type RealShop,
  type ShopModel,
} from './shop-model.ts';

/** Longer than the lease of an attempt or of a due order, and than a refund waits for its answer. */
const LEASE_MS = 2 * MINUTE_MS;

export type ShopCommand = fc.AsyncCommand<ShopModel, RealShop>;

/** Whether the API dies while a provider is asked, and on which side of its work. */
export type Crash = 'no' | 'before' | 'after';

/** One thing that happens to the shop, and what must come of it. */
export function command(
  name: string,
  input: unknown,
  parts: {
    check: (model: ShopModel) => boolean;
    run: (model: ShopModel, real: RealShop) => Promise<void>;
  },
): ShopCommand {
  return {
    ...parts,
    check: (model) => parts.check(model),
    toString: () => `${name}(${JSON.stringify(input)})`,
  };
}

/** A command about one of the orders in these states, chosen by number. */
export function commandOn(
  name: string,
  pick: number,
  states: readonly OrderState[],
  run: (order: ModelOrder, model: ShopModel, real: RealShop) => Promise<void>,
  input: unknown = pick,
): ShopCommand {
  return command(name, input, {
    check: (model) => ordersIn(model, ...states).length > 0,
    run: async (model, real) => {
      const fitting = ordersIn(model, ...states);
      const order = fitting[pick % fitting.length];
      if (order) await run(order, model, real);
    },
  });
}

/** Kills the API, starts the next one, and lets it find what the first one left. */
export async function killAndRestart({ w }: RealShop): Promise<void> {
  await w.kill();
  await w.untilForgotten();
  await w.api.start();
  await w.letQueueTimePass();
}

/** Sends a request and kills the API before or after the provider's work for it. */
export async function crashAt(
  real: RealShop,
  gateAt: string,
  side: 'before' | 'after',
  send: () => Promise<unknown>,
): Promise<void> {
  const gate = real.w.sandbox.gate(gateAt, side);
  const end = endOf(send());
  await gate.arrived;
  await real.w.kill();
  await untilProviderNoticed(real.w);
  gate.open();
  expect(await end).toBe('lost');
  await real.w.api.start();
  await real.w.letQueueTimePass();
  await real.w.moveClock(LEASE_MS);
}
