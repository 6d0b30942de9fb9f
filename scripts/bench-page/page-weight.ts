// How heavy the status page is: every file as it is served.

import type { PageWeightResult } from '../../bench/micro/page-weight.ts';
import type { Part } from './part.ts';
import { table } from './text.ts';

export const part: Part = {
  name: 'page-weight',
  heading: 'The weight of the status page',
  render({ files }: PageWeightResult) {
    const sum = (field: 'bytes' | 'sentBytes') => files.reduce((total, file) => total + file[field], 0);
    const whole = (bytes: number) => bytes.toLocaleString('en');
    const rows = [...files]
      .sort((one, other) => other.sentBytes - one.sentBytes)
      .map(({ name, bytes, sentBytes }) => [name, whole(bytes), whole(sentBytes)]);
    return {
      markdown: `
All that a browser loads to show the page at \`/\`: ${files.length} requests the first time, and one afterwards, for it keeps
the others. Nothing comes from elsewhere. Bytes, and bytes as they are sent to a browser that takes gzip.

${table(['file', 'bytes', 'sent'], [...rows, ['all', whole(sum('bytes')), whole(sum('sentBytes'))]])}`,
      plots: [],
      goals: [],
    };
  },
};
