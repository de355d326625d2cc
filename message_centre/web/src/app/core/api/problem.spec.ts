import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';

import { ProblemPanel } from '@shared/problem-panel';
import { Language, Texts } from '../i18n/texts';
import { Problem } from './problem';

const answer = (status: number, error: unknown = '<html>Bad gateway</html>') =>
  new HttpErrorResponse({ status, error });

async function said(problem: Problem, language: Language = 'en'): Promise<string> {
  await TestBed.inject(Texts).use(language);
  const fixture = TestBed.createComponent(ProblemPanel);
  fixture.componentRef.setInput('problem', problem);
  await fixture.whenStable();
  return (fixture.nativeElement as HTMLElement).textContent;
}

describe('Problem', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([0, 502, 503, 504])('tells after a %s without a problem whether something may be done', async (status) => {
    const reading = Problem.of(answer(status));
    expect(reading.type).toBe('no-answer');
    expect(await said(reading)).toContain('Nothing is lost');
    const changing = Problem.of(answer(status), true);
    expect(changing.type).toBe('perhaps-done');
    expect(await said(changing)).toContain('It may have been done all the same');
    expect(await said(changing)).not.toContain('HTTP');
    expect(changing.passing).toBe(true);
  });

  it('says so when there is no connection', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    expect(await said(Problem.of(answer(0)))).toContain('You are offline');
  });

  it('keeps what the API itself says about a time-out', async () => {
    const body = {
      type: 'https://x/problems/newer-than-this-page',
      title: 'Service Unavailable',
      detail: 'd',
      help: 'Ask Ben.',
    };
    const problem = Problem.of(answer(503, body), true);
    expect(problem.type).toBe('newer-than-this-page');
    const text = await said(problem);
    expect(text).toContain('This is not possible right now');
    expect(text).toContain('Ask Ben.');
  });

  it('says what it knows in the person’s language, and adds the API’s own words only where a kind has many causes', async () => {
    const known = (type: string, errors: object[] = []) =>
      Problem.of(
        answer(422, { type: `https://x/problems/${type}`, detail: 'Words of the API.', help: 'Help.', errors }),
      );
    const stopped = await said(known('sending-stopped'), 'de');
    expect(stopped).toContain('Amazon hat das Senden von diesem Konto angehalten.');
    expect(stopped).not.toContain('Words of the API.');
    expect(await said(known('invalid-input'), 'de')).toContain('Words of the API.');
    const pointed = await said(known('invalid-input', [{ pointer: '/settings/subject', detail: 'Too long.' }]), 'de');
    expect(pointed).toContain('Betreff: Too long.');
    expect(pointed).not.toContain('Words of the API.');
  });

  it('never shows an empty reason', async () => {
    const text = await said(Problem.of(answer(418)));
    expect(text).toContain('Something went wrong');
    expect(text).toContain('status 418');
  });
});
