import { z } from 'zod';

/**
 * A time that somebody sends, as it was sent. Of this and the neighbouring centuries only: far away from today the calendars
 * of JavaScript and of the database differ, and the database answers some of their times with an error. So it does for offsets
 * that no place on earth has, and for texts that never end.
 */
export const wireTimeText = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine(
    (text) => /^(19|20|21)\d\d-/.test(text) && !Number.isNaN(Date.parse(text)),
    'Must be a time between the years 1900 and 2199.',
  )
  .refine(
    (text) => !/[+-](1[5-9]|2\d):\d\d$/.test(text),
    'Must have an offset of less than 15 hours.',
  );

/** The same in whole milliseconds, which is what the shop's own times have. */
export const wireTime = wireTimeText.transform((text) => new Date(text));
