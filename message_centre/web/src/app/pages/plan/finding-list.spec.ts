import { causes } from './finding-list';
import type { Finding } from './report';

const finding = (code: string, message = ''): Finding => ({
  code,
  message,
  severity: 'blocking',
  count: 1,
  examples: [],
});
const codes = (...findings: Finding[]) => causes(findings).map(({ code }) => code);

describe('The list of findings', () => {
  const missing = finding('field_missing', "No column gives the field 'nickname', and there is no stand-in.");
  const failed = (field: string) =>
    finding('render_failed', `The message cannot be rendered: the field '${field}' is undefined.`);

  it('names what is to be solved, not what follows from it', () => {
    expect(codes(missing, failed('nickname'), finding('no_recipients'))).toEqual(['field_missing']);
    expect(codes(failed('nickname'), finding('no_recipients'))).toEqual(['render_failed']);
  });

  it('leaves out nothing that stands by itself', () => {
    expect(codes(missing, failed('age'))).toEqual(['field_missing', 'render_failed']);
    expect(codes(finding('no_recipients'), finding('link_unusable'))).toEqual(['no_recipients', 'link_unusable']);
  });
});
