import test from 'ava';
import fc from 'fast-check';
import { History, happenings, type Step } from './support/history.ts';
import { CallsModel, DeadlinesModel, SlabsModel } from './support/models.ts';

function many<T>(one: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.array(one, { maxLength, size: 'max' });
}

const step: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom(...happenings), fc.nat(11), fc.nat(59));

test('whatever happens, heaps equal a sort, counts are true, and every job has one end', (t) => {
  const property = fc.property(many(step, 80), (steps) => {
    const history = new History();
    for (const one of steps) history.step(one);
    history.finish();
  });
  t.notThrows(() => fc.assert(property, { numRuns: 1000, includeErrorInReport: true }));
});

test('what is due comes out when a sort would say so, whatever was removed', (t) => {
  const durationMs = fc.constantFrom(0, 1, 5, 10, 100, 255, 256, 257, 1001, 30_000, 1_000_001);
  const act = fc.tuple(fc.nat(300), durationMs, fc.option(fc.nat(20)));
  const property = fc.property(many(act, 100), (acts) => {
    const model = new DeadlinesModel();
    for (const one of acts) model.step(...one);
  });
  t.notThrows(() => fc.assert(property, { includeErrorInReport: true }));
});

test('calls are found by their number, however long some of them stay', (t) => {
  const act = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.option(fc.nat(30), { freq: 20 }));
  const first = fc.constantFrom(0, 1, 15, 0x7fff_fff0, 0xffff_f000);
  const property = fc.property(many(act, 100), first, (acts, from) => {
    const model = new CallsModel(from);
    for (const one of acts) model.step(...one);
    model.finish();
  });
  t.notThrows(() => fc.assert(property, { includeErrorInReport: true }));
});

test('bodies stay what they were while they are moved, and are all given back', (t) => {
  const size = fc.constantFrom(0, 1, 31, 32, 33, 500, 9000, 16_384, 16_385);
  const act = fc.tuple(
    fc.nat(150),
    fc.array(size, { maxLength: 6 }),
    fc.array(fc.nat(60), { maxLength: 6 }),
  );
  const property = fc.property(many(act, 40), (acts) => {
    const model = new SlabsModel();
    for (const one of acts) model.step(...one);
    model.finish();
  });
  t.notThrows(() => fc.assert(property, { numRuns: 40, includeErrorInReport: true }));
});

test('a small body that stays does not keep the frame it came in', (t) => {
  const model = new SlabsModel();
  const frame = Array.from({ length: 4096 }, () => 64);
  const others = Array.from({ length: 4095 }, (_, at) => at + 1);
  model.step(0, frame, others);
  t.is(model.memory, 256 * 1024);
  model.step(100, [], []);
  t.is(model.memory, 64 * 1024);
});

test('bodies that are left over in many slabs are moved together', (t) => {
  const model = new SlabsModel();
  for (let i = 0; i < 40; i++) model.step(100, Array(128).fill(500), []);
  model.step(100, [], []);
  const before = model.memory;
  const most = Array.from({ length: 40 * 128 }, (_, at) => at).filter((at) => at % 40 !== 0);
  model.step(100, [1], most);
  model.step(100, [], []);
  t.true(before > 2_500_000);
  t.true(model.memory <= 2 * 64 * 1024, `${model.memory} bytes are kept`);
});
