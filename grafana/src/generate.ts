/** Writes grafana/dashboards/ anew: npm run dashboards. */

import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dashboardFiles } from './dashboards.ts';

const folder = new URL('../dashboards/', import.meta.url);
const files = dashboardFiles();
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(new URL(name, folder));
for (const [name, text] of files) writeFileSync(new URL(name, folder), text);
