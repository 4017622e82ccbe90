import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { freePort } from './support/programs.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'latido-package-'));
const TYPES = join(root, 'node_modules/@types');
/** The Node that runs this test runs the programs too. */
const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
const OFFLINE = /ENOTFOUND|ECONNREFUSED|ENOTCACHED|ETIMEDOUT|EAI_AGAIN/;
let blocks: ChildProcess | undefined;

test.after.always(() => {
  if (blocks?.pid !== undefined) process.kill(-blocks.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('the packed package installs in an empty folder, and the blocks of the README run there', async (t) => {
  t.timeout(240_000);
  if (!(await installed())) {
    t.log('skipped: the packages it depends on cannot be had offline');
    t.pass();
    return;
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const program of ['latido', 'broker', 'worker', 'client']) {
    t.is((await inFolder('npx', [program, '--version'])).stdout, `${version}\n`);
  }
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const said = await runShellBlocks(ports);
  t.regex(said, /^HELLO$/m);
  t.regex(said, /1000 jobs in .*: 1000 answered, 0 failed, 0 refused/);
  t.regex(said, /^worker +types +state/m);
  const page = await pageAt(`http://127.0.0.1:${ports[2]}/chat`);
  t.true(page.length > 20 && page.includes('/web/src/web.js'), page.join(' '));
  const console = await pageAt(`http://127.0.0.1:${ports[2]}/`);
  t.true(console.length > 40 && console.includes('/web/clients/web/console/main.js'));
  const plots = await fetch(`http://127.0.0.1:${ports[2]}/web/lib/uplot.js`);
  t.true(plots.ok);
  t.regex(said, /^\d\d:\d\d Ana: hello, garden ✓✓ \(nobody was there\)$/m);
  const [example = ''] = blocksOf('ts');
  const here = example.replace(':9998', `:${ports[0]}`).replace(':9999', `:${ports[1]}`);
  writeFileSync(join(folder, 'example.ts'), here);
  await compile('example.ts', ['--types', 'node', '--typeRoots', TYPES]);
  writeFileSync(join(folder, 'bare.ts'), `${here}\nexport * as web from 'latido/web';\n`);
  await compile('bare.ts', ['--types', '', '--exactOptionalPropertyTypes']);
  const { stdout } = await inFolder(process.execPath, ['example.ts']);
  t.is(stdout, '320 1\n');
});

async function installed(): Promise<boolean> {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const options = { cwd: root, env: { ...process.env, PATH } };
  await execute('npm', ['run', 'build'], options);
  await execute('npm', ['pack', '--pack-destination', folder], options);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  try {
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
    await inFolder('npm', ['install', ...quiet, `./${name}-${version}.tgz`]);
    return true;
  } catch (error) {
    if (OFFLINE.test(String(error))) return false;
    throw error;
  }
}

/** The paths of all that the page is made of; throws for one that is not served as what it is. */
async function pageAt(url: string): Promise<string[]> {
  const kinds: Record<string, string> = {
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg',
  };
  const paths = new Set<string>();
  const load = async (path: string, kind: string): Promise<void> => {
    const answer = await fetch(new URL(path, url));
    if (!answer.ok || !answer.headers.get('content-type')?.startsWith(kind))
      throw new Error(`${path}: ${answer.status} ${answer.headers.get('content-type')}`);
    const text = await answer.text();
    for (const [, target = ''] of text.matchAll(
      /(?:from |src=|href=)["'](\/web\/[^"']+|\.[^"']+)["']/g,
    )) {
      const { pathname } = new URL(target, answer.url);
      if (paths.has(pathname)) continue;
      paths.add(pathname);
      await load(pathname, kinds[pathname.split('.').at(-1)!] ?? 'nothing');
    }
  };
  await load(url, 'text/html');
  return [...paths];
}

/** One script of all blocks: what they start in the background goes on for the example in TypeScript. */
async function runShellBlocks([frontend, backend, http]: readonly [number, number, number]) {
  writeFileSync(join(folder, 'blocks.sh'), blocksOf('sh').join('\n'));
  const env = {
    ...process.env,
    PATH,
    LATIDO_FRONTEND: `tcp://127.0.0.1:${frontend}`,
    LATIDO_BACKEND: `tcp://127.0.0.1:${backend}`,
    LATIDO_HTTP: `127.0.0.1:${http}`,
    XDG_CONFIG_HOME: folder,
  };
  blocks = spawn('bash', ['-eu', 'blocks.sh'], { cwd: folder, env, detached: true });
  let stdout = '';
  let stderr = '';
  blocks.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  blocks.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(blocks, 'exit');
  if (code !== 0)
    throw new Error(`a block of the README ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Compiles against the types that the package ships, which need none of Node's. */
async function compile(file: string, flags: readonly string[]): Promise<void> {
  const rules = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await inFolder(process.execPath, [tsc, '--ignoreConfig', ...rules, ...flags, file]).catch(
    (error) => {
      throw new Error(`${error.message}\n${error.stdout}`);
    },
  );
}

function inFolder(program: string, args: readonly string[]) {
  return execute(program, args, { cwd: folder, env: { ...process.env, PATH } });
}

function blocksOf(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language} run\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...readme.matchAll(pattern)].map((match) => match[1] ?? '');
}
