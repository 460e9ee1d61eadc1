import { migrate } from '../src/db/migrate.ts';

const url = process.env.DATABASE_URL;
if (url === undefined || url === '') {
  console.error('DATABASE_URL is missing.');
  process.exit(1);
}
await migrate(url);
console.log('The database is at the schema of this version.');
