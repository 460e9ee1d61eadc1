import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { kujiPrizeSchema } from '../catalog/index.ts';
import { newPrizeSchema, prizeChangeSchema } from './kuji.contract.ts';
import { kujiProblems } from './kuji.problems.ts';

const productParams = z.object({ id: z.uuid() });
const prizeParams = productParams.extend({ prizeId: z.uuid() });
const productProblems = [kujiProblems.KUJI_PRODUCT_NOT_FOUND, kujiProblems.PRODUCT_IS_NOT_KUJI];

export const listPrizesRoute = defineRoute({
  operationId: 'listKujiPrizes',
  method: 'get',
  path: '/api/v1/admin/products/:id/kuji-prizes',
  summary: 'Prizes of the newest box of a kuji product',
  description:
    'What remains of a prize falls when a ticket is opened, here too: no list tells a result that its owner has not seen.',
  tag: 'Admin kuji prizes',
  access: 'admin',
  params: productParams,
  replies: { 200: z.array(kujiPrizeSchema) },
  problems: productProblems,
});

export const addPrizeRoute = defineRoute({
  operationId: 'addKujiPrize',
  method: 'post',
  path: '/api/v1/admin/products/:id/kuji-prizes',
  summary: 'Put a prize into the newest box',
  description:
    'Codes and tiers are upper-cased. A box on sale is sealed anew; once a ticket of it is held or sold the answer is 400 ' +
    'with a field error. 409 means a duplicate code and nothing else.',
  tag: 'Admin kuji prizes',
  access: 'admin',
  params: productParams,
  body: newPrizeSchema,
  replies: { 201: kujiPrizeSchema },
  problems: [...productProblems, kujiProblems.PRIZE_CODE_TAKEN],
});

export const changePrizeRoute = defineRoute({
  operationId: 'changeKujiPrize',
  method: 'patch',
  path: '/api/v1/admin/products/:id/kuji-prizes/:prizeId',
  summary: 'Change a prize',
  description:
    'What is left out stays. Quantities, codes and tiers only until a ticket of the box is held or sold: 400 with a field ' +
    'error after that. 409 means a duplicate code and nothing else.',
  tag: 'Admin kuji prizes',
  access: 'admin',
  params: prizeParams,
  body: prizeChangeSchema,
  replies: { 200: kujiPrizeSchema },
  problems: [...productProblems, kujiProblems.PRIZE_NOT_FOUND, kujiProblems.PRIZE_CODE_TAKEN],
});

export const removePrizeRoute = defineRoute({
  operationId: 'removeKujiPrize',
  method: 'delete',
  path: '/api/v1/admin/products/:id/kuji-prizes/:prizeId',
  summary: 'Take a prize out of a box of which nothing is held or sold',
  tag: 'Admin kuji prizes',
  access: 'admin',
  params: prizeParams,
  replies: { 200: z.object({ id: z.uuid(), deleted: z.literal(true) }) },
  problems: [
    ...productProblems,
    kujiProblems.PRIZE_NOT_FOUND,
    kujiProblems.PRIZE_IN_USE,
    kujiProblems.PRIZE_IS_THE_LAST,
  ],
});
