import { z } from 'zod';

/**
 * A time that somebody sends. Of this and the neighbouring centuries only: far away from today the calendars of JavaScript
 * and of the database differ, and the database answers some of their times with an error.
 */
export const wireTime = z.iso
  .datetime({ offset: true })
  .refine(
    (text) => /^(19|20|21)\d\d-/.test(text) && !Number.isNaN(Date.parse(text)),
    'Must be a time between the years 1900 and 2199.',
  )
  .transform((text) => new Date(text));
