/** Makes the built programs of package.json's `bin` executable: the compiler leaves them as plain files. */

import { chmodSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  bin: Record<string, string>;
};
for (const path of Object.values(bin)) chmodSync(new URL(path, root), 0o755);
