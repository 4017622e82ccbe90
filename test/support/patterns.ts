import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { TestBroker } from './programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/patterns.md'), 'utf8');
/** The default address for clients, where a program names it because it does not use the SDK. */
const DEFAULT = 'tcp://127.0.0.1:9998';

/** A pattern on the page: what is typed for it, and what that prints. */
export interface Pattern {
  readonly heading: string;
  readonly script: string;
  readonly prints: string;
}

/** All that the page has something to type for. */
export const patterns: readonly Pattern[] = page
  .split(/^## /m)
  .map((section) => ({
    heading: section.split('\n', 1)[0]!,
    script: blockOf(section, 'sh run'),
    prints: blockOf(section, 'text'),
  }))
  .filter(({ script }) => script !== '');

/** Makes of an empty folder one in which the page's programs are, and find the sources under the name of the package. */
export function prepare(folder: string, { frontend }: TestBroker): void {
  for (const [, source = ''] of page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    const [, file] = /^\/\/ ([\w-]+\.ts)\n/.exec(source) ?? [];
    if (file === undefined) throw new Error(`a program without a name: ${source}`);
    writeFileSync(join(folder, file), source.replaceAll(DEFAULT, frontend));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of ['node_modules', 'latido', 'bin']) mkdirSync(join(folder, name));
  // Node strips no types below node_modules, but it does behind a link.
  symlinkSync(join(folder, 'latido'), join(folder, 'node_modules/latido'));
  symlinkSync(join(root, 'node_modules/zeromq'), join(folder, 'node_modules/zeromq'));
  const sdk = join(root, 'test/support/patterns-sdk.ts');
  writeFileSync(join(folder, 'latido/index.ts'), `export * from '${sdk}';\n`);
  writeFileSync(join(folder, 'latido/package.json'), '{ "exports": "./index.ts" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strictly()));
  writeFileSync(join(folder, 'bin/npx'), `#!/bin/sh\n${NPX}`);
  chmodSync(join(folder, 'bin/npx'), 0o755);
}

/** That a worker is ready is said on its stdout, but is not what a pattern prints. */
const NPX = `program=$1; shift
test $program != worker || exec 1>&2
exec node ${root}/src/cli/$program.ts "$@"
`;

function strictly(): object {
  const types = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
  const compilerOptions = { ...types, rootDir: '/', lib: ['es2024'], noEmit: true };
  return { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] };
}

/** What the compiler has to say about the programs. */
export async function compile(folder: string): Promise<string> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [tsc, '-p', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text(child.stdout);
}

/** Types what the page says, and resolves with what was printed; what goes on in the background is killed then. */
export async function run(folder: string, { script }: Pattern, broker: TestBroker) {
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env.PATH];
  const env = {
    ...process.env,
    PATH: path.join(delimiter),
    NODE_COMPILE_CACHE: join(tmpdir(), 'latido-test-compiled'),
    XDG_CONFIG_HOME: folder,
    LATIDO_FRONTEND: broker.frontend,
    LATIDO_BACKEND: broker.backend,
    LATIDO_HTTP: broker.http,
  };
  const child = spawn('bash', ['-eu', '-c', script], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'exit');
  killRest(child.pid!);
  const [said, logged] = [await stdout, await stderr];
  if (code !== 0) throw new Error(`it ended with ${code}:\n${said}\n${logged}`);
  return said;
}

function killRest(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function blockOf(section: string, language: string): string {
  const [, block = ''] =
    new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section) ?? [];
  return block;
}
