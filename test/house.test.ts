import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { errorsPage, metricsPage, optionsPage } from '../src/cli/docs.ts';
import { isTooOld } from '../src/cli/start.ts';
import { flagOf } from '../src/option.ts';
import * as tables from '../src/options.ts';
import { mutants, planted } from './mutants/mutants.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const CODE = ['src', 'workers', 'clients', 'grafana', 'test', 'bench'];

/** What a folder may import besides itself; `src` alone means the files directly in it. */
const BORDERS: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/chat': ['src/core'],
  'src/wire': ['src/core', 'src'],
  'src/store': ['src/core', 'src'],
  'src/view': [],
  'src/broker': [
    'src/core',
    'src/chat',
    'src/wire',
    'src/store',
    'src/view',
    'src/telemetry',
    'src',
  ],
  'src/telemetry': ['src/wire', 'src'],
  'src/client': ['src/chat', 'src/wire', 'src/telemetry', 'src'],
  'src/worker': ['src/wire', 'src/telemetry', 'src'],
  'src/cli': ['src/broker', 'src/view', 'src/telemetry', 'src'],
  src: ['src/chat', 'src/client', 'src/worker', 'src/wire', 'src/view'],
  workers: ['src'],
  clients: ['src'],
};

/** Which files directly in src/ a folder may import; without an entry, all but index.ts. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  'src/cli': ['index.ts', 'errors.ts', 'option.ts', 'options.ts', 'version.ts'],
  workers: ['index.ts'],
  clients: ['index.ts', 'web.ts'],
};

for (const [folder, allowed] of Object.entries(BORDERS)) {
  test(`${folder} imports only ${['itself', ...allowed].join(', ')}`, (t) => {
    const wrong = filesIn(folder).flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(folder, allowed, target))
        .map((target) => `${file} imports ${target}`),
    );
    t.deepEqual(wrong, []);
  });
}

test('the core imports no package but heap-js', (t) => {
  const packages = filesIn('src/core').flatMap((file) => packagesOf(file));
  t.deepEqual(
    [...new Set(packages)].filter((name) => name !== 'heap-js'),
    [],
  );
});

test('only src/wire and src/broker know ZeroMQ', (t) => {
  const knowing = CODE.slice(0, 3)
    .flatMap((folder) => allFilesIn(folder))
    .filter((file) => packagesOf(file).includes('zeromq'))
    .filter((file) => !/^src\/(?:wire|broker)\//.test(file));
  t.deepEqual(knowing, []);
});

test('only src/telemetry knows OpenTelemetry, and what a browser loads does not know it', (t) => {
  const knowing = CODE.slice(0, 3)
    .flatMap((folder) => allFilesIn(folder))
    .filter((file) => packagesOf(file).some((name) => name.startsWith('@opentelemetry/')));
  t.deepEqual(
    knowing.filter((file) => !file.startsWith('src/telemetry/')),
    [],
  );
  const loaded = new Set(['src/web.ts']);
  for (const file of loaded) for (const other of importsOf(file)) loaded.add(other);
  t.deepEqual(
    [...loaded].filter((file) => file.startsWith('src/telemetry/')),
    [],
  );
});

test('files have at most 300 lines, models for users fewer than 60, the README 150', (t) => {
  const long = CODE.flatMap((folder) => allFilesIn(folder)).filter((file) => linesOf(file) > 300);
  const models = allFilesIn('workers').filter((file) => linesOf(file) >= 60);
  t.deepEqual([...long, ...models], []);
  t.true(linesOf('README.md') <= 150);
});

test('sources lie at most two folders below their root', (t) => {
  t.deepEqual(
    CODE.flatMap((folder) => allFilesIn(folder)).filter((file) => file.split('/').length > 4),
    [],
  );
});

test('docs/options.md, docs/errors.md and docs/metrics.md are what the tables say', (t) => {
  t.is(read('docs/options.md'), optionsPage(), 'run: npm run docs');
  t.is(read('docs/errors.md'), errorsPage(), 'run: npm run docs');
  t.is(read('docs/metrics.md'), metricsPage(), 'run: npm run docs');
});

test('every flag that a page names exists', (t) => {
  const known = new Set(['--help', '--version']);
  for (const [name, table] of Object.entries(tables)) {
    if (name.endsWith('Options')) for (const key of Object.keys(table)) known.add(flagOf(key));
  }
  const pages = ['README.md', 'docs/protocol.md', 'docs/errors.md', 'docs/dialects.md'];
  const named = pages.flatMap((page) => read(page).match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []);
  t.deepEqual(
    [...new Set(named)].filter((flag) => !known.has(flag)),
    [],
  );
});

test('every source file and every test that a page names exists', (t) => {
  for (const page of allFilesIn('docs', '.md')) {
    for (const [, file = ''] of read(page).matchAll(/`((?:src|test|bench)\/[\w/.-]+\.\w+)`/g))
      t.true(exists(file), `${page} names ${file}`);
    for (const [file, title] of testsNamedIn(page))
      t.true(
        titlesOf(file).some((known) => known.test(title)),
        `${page}: ${file} "${title}"`,
      );
  }
  t.true(testsNamedIn('docs/guarantees.md').length > 50);
});

test('links of the pages lead to files that exist', (t) => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...allFilesIn('docs', '.md')];
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
      .map((match) => join(dirname(page), match[1] ?? ''))
      .filter((target) => !exists(target))
      .map((target) => `${page} → ${target}`),
  );
  t.deepEqual(dead, []);
});

test('the commands of the README and the version of the changelog are those of the package', (t) => {
  const { scripts, version, license } = JSON.parse(read('package.json'));
  for (const [, name = ''] of read('README.md').matchAll(
    /npm (?:run )?(start|test|build|bench)\b/g,
  )) {
    t.truthy(scripts[name], `npm run ${name}`);
  }
  t.true(read('CHANGELOG.md').includes(`## ${version}`));
  t.is(license, 'MIT');
  t.true(read('LICENSE').startsWith('MIT License'));
});

test('a program refuses a Node older than 22.18', (t) => {
  t.deepEqual(['18.20.8', '20.20.2', '22.17.1'].map(isTooOld), [true, true, true]);
  t.deepEqual(['22.18.0', '23.0.0', '24.21.0'].map(isTooOld), [false, false, false]);
});

/** What stands under "Held by": each title with the file before it. */
function testsNamedIn(page: string): [file: string, title: string][] {
  const named: [string, string][] = [];
  for (const [held] of read(page).matchAll(/\*Held by:\*.*(?:\n {2}.*)*/g)) {
    let file = '';
    for (const [, path, title] of held.matchAll(/`(test\/[^`]+)`|"([^"]+)"/g)) {
      if (path !== undefined) file = path;
      else named.push([file, title!.replaceAll(/\s+/g, ' ')]);
    }
  }
  return named;
}

/** The titles of a file's tests, with anything in the place of what is filled in. */
function titlesOf(file: string): RegExp[] {
  if (file.endsWith('.txt')) return [literally(read(file).split('\n', 1)[0]!.replace('# ', ''))];
  const pattern = /\b(?:test(?:ed)?(?:\.serial)?|simulate)\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;
  return [...read(file).matchAll(pattern)].map(([, , title]) => literally(title!));
}

function literally(title: string): RegExp {
  const parts = title.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/\W/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}

function mayImport(folder: string, allowed: readonly string[], target: string): boolean {
  const [, inside = ''] = /^(src\/[^/]+|[^/]+)\/[^/]/.exec(target) ?? [];
  const shared = /^src\/([^/]+\.ts)$/.exec(target)?.[1];
  if (shared === undefined) return inside === folder || allowed.includes(inside);
  if (folder === 'src') return true;
  if (!allowed.includes('src')) return false;
  return SHARED[folder]?.includes(shared) ?? shared !== 'index.ts';
}

function importsOf(file: string): string[] {
  return specifiersOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(dirname(file), specifier));
}

function packagesOf(file: string): string[] {
  return specifiersOf(file).filter((specifier) => !specifier.startsWith('.'));
}

function specifiersOf(file: string): string[] {
  const pattern =
    /^(?:(?:import|export)\b[^'"=]*?\bfrom |import )'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...read(file).matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '');
}

/** The files of a folder, of `src` only those directly in it. */
function filesIn(folder: string): string[] {
  const files = allFilesIn(folder);
  return folder === 'src' ? files.filter((file) => file.split('/').length === 2) : files;
}

function allFilesIn(folder: string, end = '.ts'): string[] {
  if (!exists(folder)) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function linesOf(file: string): number {
  return read(file).trimEnd().split('\n').length;
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function exists(file: string): boolean {
  try {
    readdirSync(join(root, file));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

test('every bug that is planted to try out the tests has its place in the sources', (t) => {
  for (const mutant of mutants)
    t.notThrows(() => planted(readFileSync(join(root, mutant.file), 'utf8'), mutant));
});
