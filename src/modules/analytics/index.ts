export { refreshTrendingScores } from './service/refresh-trending-scores.ts';
