import { readFileSync } from 'node:fs';

/** The package's version; sources and `dist` lie at different depths below its manifest. */
export function versionOf(): string {
  for (const up of ['../', '../../']) {
    try {
      const manifest = JSON.parse(
        readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8'),
      );
      if (manifest.name === 'latido') return manifest.version;
    } catch {
      // Not at this depth.
    }
  }
  return 'unknown';
}
