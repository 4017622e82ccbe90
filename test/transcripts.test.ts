import test from 'ava';
import { play, transcripts } from './support/transcript.ts';

for (const transcript of transcripts()) {
  const [title] = transcript.text.split('\n');
  test(`${title!.replace(/^# /, '')} (${transcript.name})`, (t) => {
    t.is(play(transcript), transcript.text);
  });
}

test('every transcript opens with a sentence', (t) => {
  t.true(transcripts().length > 0);
  for (const { text } of transcripts()) t.regex(text, /^# .+\.\n/);
});
