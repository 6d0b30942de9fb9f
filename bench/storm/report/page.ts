// Placeholder for compile.
import type { StormResult } from '../show/result.ts';
export function reportPage(result: StormResult): string {
  return result.seed;
}
