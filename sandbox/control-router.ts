import express from 'express';
import type { Router } from 'express';
import { z } from 'zod';
import { faultBody } from './faults.ts';
import type { Faults } from './faults.ts';
import type { Oddities } from './odd.ts';
import type { SandboxRecord } from './record.ts';
import { WEBHOOK_MODES } from './webhooks.ts';
import type { Webhooks } from './webhooks.ts';

const oddBody = z.strictObject({ kind: z.string(), target: z.string().min(1) });
const modeBody = z.strictObject({ mode: z.enum(WEBHOOK_MODES) });

/** The switches by which a running system is tortured, by hand or by a test. */
export function createControlRouter(parts: {
  faults: Faults;
  oddities: Oddities;
  webhooks: Webhooks;
  record: SandboxRecord;
  reset: () => void;
}): Router {
  const { faults, oddities, webhooks, record, reset } = parts;
  const router = express.Router();
  const body = [express.json(), express.urlencoded({ extended: false })];

  router.post('/faults', ...body, (request, response) => {
    const sent = faultBody.safeParse(request.body);
    if (!sent.success) {
      response.status(400).json({ error: z.prettifyError(sent.error) });
      return;
    }
    try {
      faults.add(sent.data);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      response.status(400).json({ error: error.message });
      return;
    }
    response.status(201).json({ faults: faults.list() });
  });
  router.get('/faults', (_request, response) => {
    response.json({ faults: faults.list() });
  });
  router.delete('/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  router.post('/odd', ...body, async (request, response) => {
    const sent = oddBody.safeParse(request.body);
    if (!sent.success) {
      response.status(400).json({ error: z.prettifyError(sent.error) });
      return;
    }
    const { kind, target } = sent.data;
    switch (await oddities.make(kind, target)) {
      case 'unknown':
        response.status(400).json({ error: `kind is one of ${oddities.kinds().join(', ')}` });
        return;
      case 'nothing':
        response.status(404).json({ error: `${kind} cannot happen to ${target}` });
        return;
      case 'done':
        response.json({ kind, target });
    }
  });
  router.post('/webhook-mode', ...body, (request, response) => {
    const sent = modeBody.safeParse(request.body);
    if (!sent.success) {
      response.status(400).json({ error: z.prettifyError(sent.error) });
      return;
    }
    webhooks.setMode(sent.data.mode);
    response.json({ mode: webhooks.mode() });
  });
  router.post('/webhooks/release', async (_request, response) => {
    response.json({ released: await webhooks.release() });
  });
  router.get('/requests.json', (_request, response) => {
    response.json({
      requests: record.requests,
      deliveries: record.deliveries,
      held: webhooks.heldIds(),
    });
  });
  router.post('/reset', (_request, response) => {
    reset();
    response.status(204).end();
  });
  return router;
}
