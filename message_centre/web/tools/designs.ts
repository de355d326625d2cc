/**
 * Prints the sources of all starter designs and of 200 designs of any shape as JSON: what each is called, and what the
 * platform is given. A test has the platform judge them.
 */
import { randomDesign } from '../src/app/pages/mail-design/model/random-design.ts';
import { writeSource } from '../src/app/pages/mail-design/model/source.ts';
import { starters } from '../src/app/pages/mail-design/starters/designs.ts';

const begun = (['en', 'de'] as const).flatMap((language) =>
  starters(language).map(({ id, subject, preheader, design }) => ({
    name: `${id}-${language}`,
    subject,
    preheader,
    html: writeSource(design),
  })),
);
const random = Array.from({ length: 200 }, (_, seed) => ({
  name: `random-${seed}`,
  subject: 'News',
  preheader: null,
  html: writeSource(randomDesign(seed)),
}));
process.stdout.write(JSON.stringify([...begun, ...random]));
