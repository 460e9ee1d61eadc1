import express from 'express';
import pg from 'pg';

/**
 * The ceiling to compare with: bare Express 5 that answers a constant JSON, and one prepared primary-key select.
 * Arguments: database URL, port, and two files with the JSON of a list and of a detail page.
 */
const [databaseUrl, port, listFile, detailFile] = process.argv.slice(2);
if (!databaseUrl || !port || !listFile || !detailFile)
  throw new Error('Four arguments are needed.');

const { readFile } = await import('node:fs/promises');
const read = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as object;
const [list, detail] = await Promise.all([read(listFile), read(detailFile)]);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const ids = (
  await pool.query<{ id: string }>('SELECT id FROM popbox.products ORDER BY id LIMIT 10000')
).rows.map((row) => row.id);

const server = express();
let turn = 0;
server.get('/list', (_request, response) => {
  response.json(list);
});
server.get('/detail', (_request, response) => {
  response.json(detail);
});
server.get('/select', async (_request, response) => {
  turn = (turn + 7919) % ids.length;
  const { rows } = await pool.query({
    name: 'product',
    text: 'SELECT id, name, slug, description, status, price_cents FROM popbox.products WHERE id = $1',
    values: [ids[turn]],
  });
  response.json(rows[0]);
});
server.listen(Number(port), '127.0.0.1', () => {
  console.log('listening');
});
